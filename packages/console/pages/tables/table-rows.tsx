/** Tables as rows; what is locked or estimated is marked. */
import type { WholeTable } from '@mrt/client';
import { viewPath } from '../../address/view-address.ts';
import { CellBar } from '../../charts/bar.tsx';
import { Breakable } from '../../parts/breakable.tsx';
import { useChoice } from '../../parts/choice.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { bytes, count, exactBytes } from '../../words/numbers.ts';
import { nameOf } from './table-tiles.ts';

export function TableRows({ tables, environment }: { tables: readonly WholeTable[]; environment: string }) {
  const choice = useChoice();
  const order = choice.get('order_by') ?? 'total_bytes';
  const most = Math.max(...tables.map(({ total_bytes }) => total_bytes));
  const sortedBy = (name: string) => ({
    sort: choice.with({ order_by: name === 'total_bytes' ? undefined : name }),
    ...(order === name && { sorted: name === 'name' ? ('ascending' as const) : ('descending' as const) }),
  });
  const size = (name: string, of: (table: WholeTable) => number, wideOnly = false): Column<WholeTable> => ({
    name,
    numeric: true,
    wideOnly,
    cell: (table) => <span title={exactBytes(of(table))}>{bytes(of(table))}</span>,
  });
  const columns: Column<WholeTable>[] = [
    {
      name: 'Table',
      ...sortedBy('name'),
      cell: (table) => (
        <>
          <RowLink to={viewPath(environment, 'tables', { table: table.table })}>
            <Breakable name={nameOf(table)} />
          </RowLink>
          <Marks {...table} />
        </>
      ),
    },
    {
      name: 'Size',
      numeric: true,
      ...sortedBy('total_bytes'),
      cell: ({ total_bytes, exact }) => (
        <span class="with-bar" title={exactBytes(total_bytes)}>
          <CellBar value={total_bytes} of={most} /> {exact ? '' : '~'}
          {bytes(total_bytes)}
        </span>
      ),
    },
    size('Table', ({ table_bytes }) => table_bytes, true),
    size('Indexes', ({ index_bytes }) => index_bytes),
    size('TOAST', ({ toast_bytes }) => toast_bytes, true),
    {
      name: 'Rows',
      numeric: true,
      ...sortedBy('estimated_rows'),
      cell: ({ estimated_rows }) =>
        estimated_rows === null ? (
          <Unknown why="never analysed" />
        ) : (
          <span title="estimate of PostgreSQL">~{count(estimated_rows)}</span>
        ),
    },
    {
      name: 'Dead',
      numeric: true,
      wideOnly: true,
      ...sortedBy('dead_rows'),
      cell: ({ dead_rows }) => (dead_rows === null ? <Unknown /> : count(dead_rows)),
    },
    {
      name: 'Inserted',
      numeric: true,
      wideOnly: true,
      ...sortedBy('rows_inserted'),
      cell: ({ rows_inserted }) => (rows_inserted === null ? <Unknown /> : count(rows_inserted)),
    },
    { name: 'Vacuumed', wideOnly: true, cell: (table) => <Vacuumed {...table} /> },
  ];
  return (
    <DataTable
      caption={`Tables of ${environment}`}
      columns={columns}
      rows={tables}
      keyOf={({ schema, table }) => `${schema}.${table}`}
    />
  );
}

function Marks({ locked, exact, kind, partitions }: WholeTable) {
  return (
    <span class="marks">
      {locked ? (
        <span class="mark warn">
          <Icon name="lock" /> locked
        </span>
      ) : null}
      {exact ? null : <span class="mark warn">estimate</span>}
      {kind === 'leftover' ? <span class="mark">leftover</span> : null}
      {partitions === null ? null : <span class="mark">{partitions} partitions</span>}
    </span>
  );
}

/** By hand or by the daemon, the later one. */
function Vacuumed({ last_vacuum, last_autovacuum }: WholeTable) {
  const last = [last_vacuum, last_autovacuum]
    .filter((time) => time !== null)
    .toSorted((one, other) => one.localeCompare(other))
    .at(-1);
  return last === undefined ? <Unknown why="never since the counters began" /> : <Time at={last} />;
}
