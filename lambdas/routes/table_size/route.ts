import * as z from 'zod/mini';
import { choice, described, flag, integer, text } from '../../parameters.ts';
import type { Route } from '../../route.ts';

/** PostgreSQL's names have up to 63 bytes; Mendix's own names of entities up to 511 characters. */
const TABLE_NAME = 63;
const ENTITY_NAME = 511;

const KINDS = ['entity', 'association', 'system', 'leftover', 'other'] as const;

const bytes = z.int().check(z.gte(0));
const count = z.int().check(z.gte(0));
const time = z.nullable(z.string());
const kind = described(
  z.nullable(z.enum(KINDS)),
  '`entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the ' +
    'Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: ' +
    'not made by Mendix. `null`: the catalog of the app was locked.',
);

const row = z.object({
  schema: z.string(),
  table: z.string(),
  entity: described(z.nullable(z.string()), 'Of an entity’s table; `null` for every other.'),
  association: described(z.nullable(z.string()), 'Of an association’s own table; `null` for every other.'),
  module: z.nullable(z.string()),
  generalization: described(
    z.nullable(z.string()),
    'The entity that this one specializes. Shared attributes are in that entity’s table, not here.',
  ),
  kind,
  relation: z.enum(['table', 'partitioned_table', 'materialized_view', 'foreign_table']),
  total_bytes: bytes,
  table_bytes: described(bytes, 'The heap with its free-space and visibility maps.'),
  index_bytes: bytes,
  toast_bytes: described(bytes, 'The TOAST table with its index: values over 2 kB.'),
  estimated_rows: described(z.nullable(count), 'As VACUUM or ANALYZE saw them last; `null` before the first.'),
  dead_rows: described(count, 'Rows not yet vacuumed. Their space is used again; this is not bloat.'),
  rows_inserted: count,
  rows_deleted: count,
  counters_since: described(time, 'When the counters started; `null`: never reset, or not known.'),
  last_vacuum: time,
  last_autovacuum: time,
  last_analyze: time,
  last_autoanalyze: time,
  exact: described(z.boolean(), 'True: `pg_total_relation_size`. False: an estimate from `relpages`.'),
  locked: described(z.boolean(), 'Somebody holds, or waits for, an ACCESS EXCLUSIVE lock on it.'),
  partitions: described(z.nullable(count), 'Of a partitioned table, nested ones included; the row is their sum.'),
  cleanup: described(
    z.nullable(z.object({ setting: z.string(), since: z.string(), advice: z.string(), source: z.string() })),
    'The Mendix runtime setting that keeps this table small, and the version that brought it.',
  ),
});

const share = { table_count: count, total_bytes: bytes, exact: z.boolean() };

export const route = {
  name: 'table_size',
  path: '/table_size',
  summary: 'How big the tables of an environment are.',
  scopes: ['mrt/table_size.read'],
  needs: ['database', 'database_metrics'],
  environment: true,
  parameters: {
    table: z.optional(described(text(TABLE_NAME), 'One table: `sales$order`.')),
    entity: z.optional(described(text(ENTITY_NAME), 'One entity: `Sales.Order`.')),
    module: z.optional(described(text(ENTITY_NAME), 'Entities and associations of one module: `Sales`.')),
    kind: z.optional(choice(...KINDS)),
    min_bytes: z.optional(described(integer(0, 999_999_999_999_999), 'Tables of at least so many bytes in all.')),
    order_by: z.optional(
      described(
        choice('total_bytes', 'estimated_rows', 'dead_rows', 'rows_inserted', 'name'),
        'Largest first; names from A. Default `total_bytes`.',
      ),
    ),
    summary: z.optional(described(flag(), 'Instead of rows: by module, by kind, the ten largest.')),
  },
  rows: 'tables',
  csv: {
    columns: [
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
    ],
    leftOut: ['cleanup'],
    notWith: ['summary'],
  },
  answer: z.object({
    environment: z.string(),
    source: z.literal('postgresql'),
    as_of: z.string(),
    database: z.object({
      name: z.string(),
      size_bytes: described(
        z.nullable(bytes),
        '`pg_database_size`. `null` in a database of more than 8,000 relations, where counting its files would cost ' +
          'more than the answer; `summary=true` counts them.',
      ),
      tables_bytes: bytes,
      tables_exact: described(z.boolean(), 'False: `tables_bytes` is an estimate from `relpages`.'),
      other_bytes: described(z.nullable(bytes), 'System catalogs, temporary tables, and what the estimate leaves out.'),
      table_count: count,
      catalog: described(
        z.enum(['mendix', 'none', 'locked']),
        '`none`: not the database of a Mendix app. `locked`: names were not to be had at once.',
      ),
      mendix_version: z.nullable(z.string()),
      server: z.object({
        version: z.string(),
        free_bytes: described(z.nullable(bytes), 'CloudWatch’s `FreeStorageSpace`; `null` on Aurora.'),
        free_as_of: time,
        free_error: described(
          z.nullable(z.string()),
          'Why there is no `free_bytes` where there should be: `no-data`, `access-denied`, `upstream-timeout` …',
        ),
        wal_retained_bytes: described(bytes, 'WAL that the replication slot furthest behind holds back.'),
        inactive_slots: count,
      }),
    }),
    tables: z.optional(z.array(row)),
    order_certain: z.optional(
      described(
        z.boolean(),
        'True when the tables of this page are measured to be the right ones. False: some may be in the wrong place, ' +
          'as they are locked, or too many have changed since VACUUM or ANALYZE saw them.',
      ),
    ),
    summary: z.optional(
      z.object({
        by_module: z.array(z.object({ module: z.nullable(z.string()), ...share })),
        by_kind: z.array(z.object({ kind, ...share })),
        largest: z.array(row),
      }),
    ),
  }),
} as const satisfies Route;
