/** One table as the answer shows it: its fields in order, each with its meaning. Schemas only, as `route.ts`. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { date, sizeGrowth } from '../../record/past-schema.ts';

export const KINDS = ['entity', 'association', 'system', 'leftover', 'other'] as const;

export const bytes = z.int().check(z.gte(0));

/** Rows: a number, beyond 2^53 its digits as text, `null` where it is not known. */
const rows = z.nullable(z.union([z.int().check(z.gte(0)), z.string().check(z.regex(/^\d{16,}$/))]));

const time = (of: string) =>
  described(z.nullable(z.string()), `${of}, of partitions the latest; \`null\`: never since \`counters_since\`.`);

export const kind = described(
  z.nullable(z.enum(KINDS)),
  '`entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the ' +
    'Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: ' +
    'not made by Mendix. `null`: the catalog of the app was locked.',
);

export const row = z.object({
  schema: described(z.string(), 'PostgreSQL’s schema. Mendix makes its tables in `public` only.'),
  table: described(z.string(), 'The table’s name in PostgreSQL: `sales$order`.'),
  entity: described(z.nullable(z.string()), 'Of an entity’s table: `Sales.Order`; `null` for every other.'),
  association: described(
    z.nullable(z.string()),
    'Of an association’s own table: `Sales.Order_Customer`; `null` for every other.',
  ),
  module: described(z.nullable(z.string()), 'Module of the entity or association: `Sales`; `null` without one.'),
  generalization: described(
    z.nullable(z.string()),
    'The entity that this one specializes. Shared attributes are in that entity’s table, not here.',
  ),
  kind,
  relation: described(
    z.enum(['table', 'partitioned_table', 'materialized_view', 'foreign_table']),
    'What it is to PostgreSQL. A partitioned table is one row with the sum of its partitions; a foreign table takes no ' +
      'space here.',
  ),
  total_bytes: described(bytes, 'The sum of `table_bytes`, `index_bytes` and `toast_bytes`.'),
  table_bytes: described(bytes, 'The heap with its free-space and visibility maps.'),
  index_bytes: described(bytes, 'All indexes of the table, those of its TOAST table left out.'),
  toast_bytes: described(bytes, 'The TOAST table with its index: values over 2 kB.'),
  estimated_rows: described(rows, 'As VACUUM or ANALYZE saw them last; `null` before the first.'),
  dead_rows: described(rows, 'Rows not yet vacuumed. Their space is used again; this is not bloat.'),
  rows_inserted: described(rows, 'Rows inserted since `counters_since`, rolled-back ones included.'),
  rows_deleted: described(rows, 'Rows deleted since `counters_since`, rolled-back ones included.'),
  counters_since: described(
    z.nullable(z.string()),
    'When the counters of this database started; `null`: never reset, or not known.',
  ),
  last_vacuum: time('Last VACUUM by hand'),
  last_autovacuum: time('Last VACUUM by the autovacuum daemon'),
  last_analyze: time('Last ANALYZE by hand'),
  last_autoanalyze: time('Last ANALYZE by the autovacuum daemon'),
  exact: described(
    z.boolean(),
    'True: `pg_total_relation_size`. False: an estimate from `relpages`, as of the last VACUUM or ANALYZE. Of a table ' +
      'that was never vacuumed it may be far too small, as ANALYZE leaves TOAST out.',
  ),
  locked: described(z.boolean(), 'Somebody holds, or waits for, an ACCESS EXCLUSIVE lock on it.'),
  partitions: described(
    z.nullable(z.int().check(z.gte(0))),
    'Of a partitioned table, nested ones included; the row is their sum. `null` for every other.',
  ),
  cleanup: described(
    z.nullable(
      z.object({
        setting: described(z.string(), 'Name of the custom runtime setting.'),
        since: described(z.string(), 'First Mendix version that has it.'),
        advice: described(z.string(), 'What it does, and what happens without it.'),
        source: described(z.string(), 'Page of the Mendix documentation.'),
      }),
    ),
    'The Mendix runtime setting that keeps this table small, for tables that are known to grow without end.',
  ),
  history: z.optional(
    described(
      z.nullable(
        z.array(
          z.object({
            date,
            total_bytes: described(bytes, 'As recorded that day.'),
            exact: described(z.boolean(), 'False: an estimate from `relpages`.'),
          }),
        ),
      ),
      'With `days`: a point a day, oldest first, of a table of this name; a day without a recording is left out. A table ' +
        'that was gone for two recorded days begins anew. `null`: nothing is recorded of it.',
    ),
  ),
  growth: z.optional(described(z.nullable(sizeGrowth), 'With `days`. `null` under 7 points.')),
});

/** All fields of a row but the one that is no scalar: the columns of CSV, in this order. */
export const COLUMNS = [
  'schema',
  'table',
  'entity',
  'association',
  'module',
  'generalization',
  'kind',
  'relation',
  'total_bytes',
  'table_bytes',
  'index_bytes',
  'toast_bytes',
  'estimated_rows',
  'dead_rows',
  'rows_inserted',
  'rows_deleted',
  'counters_since',
  'last_vacuum',
  'last_autovacuum',
  'last_analyze',
  'last_autoanalyze',
  'exact',
  'locked',
  'partitions',
] as const satisfies readonly (keyof z.output<typeof row>)[];

export const FIELDS = [...COLUMNS, 'cleanup'] as const;
