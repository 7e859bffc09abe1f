/** The sizes of an environment's tables, as `GET /table_size` answers. */
import { type Figure, figureOf, tableSubject } from '../record/figure.ts';
import type { AnswerOf } from '../route.ts';
import type { route } from '../routes/table_size/route.ts';
import { type TableSizeRequest, tableSizes, type Upstreams } from '../routes/table_size/table-sizes.ts';
import { asking, type Recording, requestOf, type Turn } from './recording.ts';
import { numberOf, vacuumFigures } from './vacuum.ts';

type Row = Partial<NonNullable<AnswerOf<typeof route>['tables']>[number]>;

/** Tables that monitoring is told of; the history has the sizes of all of them. */
export const LARGEST_TABLES = 20;
/** Rows of a page of all tables. */
const PAGE = 1_000;

/** The database as a whole, by module and kind, and its largest tables. */
export async function recordTableSizes(turn: Turn, upstreams: Upstreams): Promise<Recording> {
  const ask = asking(turn, 'table_size', (request: TableSizeRequest) => tableSizes(request, upstreams));
  const { body, as_of, faults } = await ask(requestOf(turn, { summary: true }, PAGE));
  const { database, summary, missing } = body;
  const largest = await ask(requestOf(turn, {}, LARGEST_TABLES));
  const exact = database.tables_exact;
  return {
    as_of,
    complete: body.complete,
    summary: {
      database,
      by_module: summary?.by_module ?? null,
      by_kind: summary?.by_kind ?? null,
      largest: (summary?.largest ?? []).map(({ schema, table, entity, module, total_bytes, exact: isExact }) => ({
        schema,
        table,
        entity,
        module,
        total_bytes,
        exact: isExact,
      })),
      missing,
    },
    addends: [
      {
        once: databaseOf(turn),
        within: null,
        figures: {
          size_bytes: database.size_bytes,
          tables_bytes: database.tables_bytes,
          table_count: database.table_count,
        },
      },
    ],
    figures: [
      figureOf('database_size_bytes', {}, database.size_bytes),
      // Only where there is free space to know of: Aurora has none.
      ...(turn.environment.database?.instance_identifier == null
        ? []
        : [figureOf('database_free_bytes', {}, database.server.free_bytes)]),
      ...(largest.body.tables ?? []).flatMap((row) => [
        { ...sizeOf(row), exact: exact && row.exact !== false },
        rowsOf(row),
        ...vacuumFigures(row, labelsOf(row)),
      ]),
    ],
    source: body.source,
    faults: faults ?? [],
  };
}

/** Every table, for the day's point of the history. */
export async function recordAllTables(turn: Turn, upstreams: Upstreams): Promise<Figure[]> {
  const ask = asking(turn, 'table_size', (request: TableSizeRequest) => tableSizes(request, upstreams));
  const rows: Row[] = [];
  let position = null;
  do {
    const answer: Awaited<ReturnType<typeof tableSizes>> = await ask(requestOf(turn, {}, PAGE, position));
    rows.push(...(answer.body.tables ?? []));
    position = answer.next;
  } while (position !== null);
  return rows.flatMap((row) => [{ ...sizeOf(row), exact: row.exact ?? true }, rowsOf(row)]);
}

function sizeOf(row: Row): Figure {
  return figureOf('table_total_bytes', labelsOf(row), row.total_bytes);
}

function rowsOf(row: Row): Figure {
  return { ...figureOf('table_estimated_rows', labelsOf(row), numberOf(row.estimated_rows)), exact: false };
}

function labelsOf({ schema, table = '', entity }: Row): Record<string, string> {
  return { table: tableSubject(schema, table), entity: entity ?? '' };
}

/** Two environments on one database are one database; by the server's configured name, as no address is recorded. */
function databaseOf({ environment: { database } }: Turn): string {
  return `${database?.server}/${database?.name}`;
}
