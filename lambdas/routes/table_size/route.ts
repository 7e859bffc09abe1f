import * as z from 'zod/mini';
import { choice, choices, described, flag, integer, named, text } from '../../parameters.ts';
import { date, days, pastRecord, sizeGrowth } from '../../record/past-schema.ts';
import type { Route } from '../../route.ts';
import { count, database } from './database-schema.ts';
import { bytes, COLUMNS, FIELDS, KINDS, kind, row } from './row-schema.ts';

/** PostgreSQL's names have up to 63 bytes; Mendix's own names of entities up to 511 characters. */
const MAX_TABLE_NAME = 63;
const MAX_ENTITY_NAME = 511;

const share = {
  table_count: described(count, 'How many tables.'),
  total_bytes: described(bytes, 'Their `total_bytes` summed up.'),
  exact: described(z.boolean(), 'False when some of them are estimates from `relpages`.'),
};

const missing = z.object({
  what: described(
    z.enum([
      'size_bytes',
      'counters_since',
      'wal_retained_bytes',
      'inactive_slots',
      'free_bytes',
      'counters',
      'sizes',
      'catalog',
    ]),
    'A field; or `counters`: `dead_rows`, `rows_inserted`, `rows_deleted` and the `last_…` times of every table; ' +
      '`sizes`: exact sizes, for which estimates stand; `catalog`: entities, modules and kinds.',
  ),
  reason: described(
    z.string(),
    '`grant-missing`: the server does not permit it to the role; `sqlstate-…`: PostgreSQL’s code, such as ' +
      '`sqlstate-0A000` for what the server does not support; `locked`; of CloudWatch `no-data`, `access-denied`, ' +
      '`upstream-timeout` …',
  ),
});

/** A table in the answer about several environments. */
const largest = z.pick(row, {
  schema: true,
  table: true,
  entity: true,
  module: true,
  total_bytes: true,
  exact: true,
});

const fleetTotal = z.object({
  size_bytes: described(
    z.nullable(z.number()),
    'Of the databases, one that environments share once. `null`: not known.',
  ),
  tables_bytes: described(z.nullable(z.number()), 'Of all tables. `null`: not known.'),
  table_count: described(z.nullable(z.number()), 'All tables. `null`: not known.'),
});

const byModule = z.array(
  z.object({ module: described(z.nullable(z.string()), '`null`: tables without a module.'), ...share }),
);
const byKind = z.array(z.object({ kind, ...share }));

export const route = {
  name: 'table_size',
  path: '/table_size',
  summary: 'How big the tables of an environment are.',
  scopes: ['mrt/table_size.read'],
  needs: ['database', 'database_metrics'],
  environment: true,
  parameters: {
    table: z.optional(described(text(MAX_TABLE_NAME), 'One table by its exact name: `sales$order`.')),
    entity: z.optional(described(text(MAX_ENTITY_NAME), 'One entity by its exact name: `Sales.Order`.')),
    module: z.optional(described(text(MAX_ENTITY_NAME), 'Entities and associations of one module: `Sales`.')),
    kind: z.optional(described(choice(...KINDS), 'What the table is to the app; the values are explained at `kind`.')),
    min_bytes: z.optional(described(integer(0, 999_999_999_999_999), 'Tables of at least so many bytes in all.')),
    order_by: z.optional(
      described(
        choice('total_bytes', 'estimated_rows', 'dead_rows', 'rows_inserted', 'name', 'growth'),
        'Largest first; names from A. `growth`, with `days`: most bytes a day first, tables without a trend last, by name; ' +
          'refused for an environment that an agent serves. ' +
          'Default `total_bytes`.',
      ),
    ),
    fields: z.optional(
      described(
        choices(...FIELDS),
        'Fields of the rows, as a comma list; in CSV the columns, of which `cleanup`, an object, cannot be one.',
      ),
    ),
    summary: z.optional(described(flag(), 'Instead of rows: by module, by kind, the ten largest.')),
    days: days('`history` and `growth` of the database and of each table,'),
  },
  rows: 'tables',
  record: { view: 'table_size', history: true, changes: false, needed: false },
  fleet: {
    asks: 'summary',
    may: [],
    summary: z.object({
      database: described(database, 'The database as a whole.'),
      by_module: described(z.nullable(byModule), 'Largest first.'),
      by_kind: described(z.nullable(byKind), 'Largest first.'),
      largest: described(z.array(largest), 'The ten largest tables.'),
      missing: described(z.array(missing), 'What belongs here and could not be had, with the reason.'),
    }),
    total: fleetTotal,
    distinct: false,
  },
  csv: { columns: COLUMNS, leftOut: ['cleanup', 'history', 'growth'], notWith: ['summary', 'days'] },
  fields: 'fields',
  answer: z.object({
    environment: described(z.string(), 'Name of the environment.'),
    source: described(z.literal('postgresql'), 'Where the figures are from.'),
    as_of: described(z.string(), 'The server’s clock when it was asked.'),
    database: named('Database', 'The database as a whole: what fills its disk beside the tables.', database),
    tables: z.optional(
      described(
        z.array(named('Table', 'A table: all its fields, or those that `fields` names.', z.partial(row))),
        'The tables of this page. Not with `summary`.',
      ),
    ),
    order_certain: z.optional(
      described(
        z.boolean(),
        'True when the tables of this page are measured to be the right ones. False: some may be in the wrong place, ' +
          'as they are locked, or too many have changed since VACUUM or ANALYZE saw them.',
      ),
    ),
    summary: z.optional(
      described(
        z.object({
          by_module: described(byModule, 'Largest first.'),
          by_kind: described(byKind, 'Largest first.'),
          largest: described(
            z.array(named('WholeTable', 'A table with all its fields.', row)),
            'The ten largest tables.',
          ),
        }),
        'Only with `summary=true`; `table`, `entity`, `module`, `kind` and `min_bytes` narrow it.',
      ),
    ),
    history: z.optional(
      described(
        z.nullable(
          z.array(
            z.object({
              date,
              size_bytes: described(z.nullable(bytes), 'Of the database. `null`: not known that day.'),
              free_bytes: described(z.nullable(bytes), 'Free disk space of its server. `null`: not known that day.'),
            }),
          ),
        ),
        'With `days`: the database, a point a day, oldest first; a day without a recording is left out. `null`: `record` ' +
          'says why.',
      ),
    ),
    growth: z.optional(described(z.nullable(sizeGrowth), 'With `days`: of `size_bytes`. `null` under 7 points.')),
    record: pastRecord,
    missing: described(
      z.array(named('MissingFigure', 'What belongs into the answer and is not there.', missing)),
      'What belongs here and is not, with the reason. Empty when `complete`.',
    ),
  }),
} as const satisfies Route;
