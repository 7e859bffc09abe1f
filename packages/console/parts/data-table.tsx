/** Rows in a native table. The API sorts and pages; what is sorted stands in `aria-sort` and in the address. */
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';

export interface Column<Row> {
  name: string;
  /** Figures stand to the right, with digits of one width. */
  numeric?: boolean;
  cell: (row: Row) => ComponentChildren;
  /** Address of the view sorted by this column; left out: it cannot be. */
  sort?: string;
  /** How the rows are sorted by it now. */
  sorted?: 'ascending' | 'descending';
  /** Hidden where the page is narrow. */
  wideOnly?: boolean;
}

export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  rowClass,
}: {
  /** What the table is, for a screen reader. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
}) {
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                class={classOf(column)}
                {...(column.sorted === undefined ? {} : { 'aria-sort': column.sorted })}
              >
                {column.sort === undefined ? column.name : <Link href={column.sort}>{column.name}</Link>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={rowClass?.(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.name} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function classOf({ numeric, wideOnly }: { numeric?: boolean; wideOnly?: boolean }): string | undefined {
  return [numeric ? 'number' : '', wideOnly ? 'wide-only' : ''].filter(Boolean).join(' ') || undefined;
}

/** To the first page and to the next, by the API's cursor, which is good for a day. */
export function Pager({ first, next }: { first: string | null; next: string | null }) {
  if (first === null && next === null) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      {first === null ? null : <Link href={first}>First page</Link>}
      {next === null ? <span>Last page</span> : <Link href={next}>Next page</Link>}
    </nav>
  );
}
