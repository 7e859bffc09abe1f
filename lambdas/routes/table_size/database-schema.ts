/** The `database` block of an answer: the database as a whole, and the server that it is on. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { bytes } from './row-schema.ts';

/** How many of something. */
export const count = z.int().check(z.gte(0));

const server = z.object({
  version: described(z.string(), 'PostgreSQL’s version: `16.4`.'),
  free_bytes: described(z.nullable(bytes), 'CloudWatch’s `FreeStorageSpace` of the instance; `null` on Aurora.'),
  free_as_of: described(z.nullable(z.string()), 'The minute that `free_bytes` is true for.'),
  free_error: described(
    z.nullable(z.string()),
    'Why there is no `free_bytes` where there should be, as in `missing`: `no-data`, `access-denied` …',
  ),
  wal_retained_bytes: described(
    z.nullable(bytes),
    'WAL that the replication slot furthest behind holds back; 0 without slots. `null`: see `missing`.',
  ),
  inactive_slots: described(
    z.nullable(count),
    'Replication slots that nobody reads from: each holds WAL back for ever. `null`: see `missing`.',
  ),
});

/** The database as a whole: what fills its disk beside the tables. */
export const database = z.object({
  name: described(z.string(), 'Name of the database on its server.'),
  size_bytes: described(
    z.nullable(bytes),
    '`pg_database_size`. `null` in a database of more than 8,000 relations, where counting its files would cost ' +
      'more than the answer (`summary=true` counts them), and where it is in `missing`.',
  ),
  tables_bytes: described(bytes, '`total_bytes` of all tables, whatever the filters.'),
  tables_exact: described(z.boolean(), 'False: `tables_bytes` is an estimate from `relpages`.'),
  other_bytes: described(z.nullable(bytes), 'System catalogs, temporary tables, and what the estimate leaves out.'),
  table_count: described(count, 'All tables, whatever the filters; a partitioned table is one.'),
  catalog: described(
    z.enum(['mendix', 'none', 'locked']),
    '`mendix`: names are from the catalog of the app. `none`: not the database of a Mendix app. `locked`: the app is ' +
      'synchronising its database, so the tables have no entities for now.',
  ),
  mendix_version: described(
    z.nullable(z.string()),
    'Of the runtime that synchronised last; `null` before Mendix wrote it down.',
  ),
  server: described(server, 'The server, which may hold other databases too.'),
});
