/**
 * Exact sizes that never wait. PostgreSQL's size functions take an ACCESS SHARE lock on the table, its indexes and its
 * TOAST table, and queue behind whoever holds, or waits for, ACCESS EXCLUSIVE. So the statement looks at pg_locks first
 * and leaves such tables out; a lock that arrives between the look and the call ends the statement after the short
 * `lock_timeout` of this route's connection, and the list is halved until only the locked table itself is estimated.
 * A size function gives its lock back at once, so nobody queues behind us either.
 */
import { UpstreamFailedError } from '../../errors.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import { RelationLockedError } from '../../upstreams/postgres/fault.ts';

/** How long the size functions may wait for a lock, in ms: the look makes that rare. */
export const LOCK_TIMEOUT_MS = 10;

/** Tables in one statement. */
const BATCH = 1000;

/** One table with its partitions summed up; sizes in bytes, from `relpages` where `exact` is false. */
export interface Measured {
  oid: number;
  schema: string;
  table: string;
  relation: 'table' | 'partitioned_table' | 'materialized_view' | 'foreign_table';
  table_bytes: number;
  index_bytes: number;
  toast_bytes: number;
  exact: boolean;
  locked: boolean;
  partitions: number | null;
  estimated_rows: number | null;
  dead_rows: number;
  rows_inserted: number;
  rows_deleted: number;
  last_vacuum: string | null;
  last_autovacuum: string | null;
  last_analyze: string | null;
  last_autoanalyze: string | null;
}

/** By oid. A table that has been dropped since it was ranked is not in it. */
export async function measure(
  connection: DatabaseConnection,
  oids: readonly number[],
): Promise<ReadonlyMap<number, Measured>> {
  const rows: Measured[] = [];
  for (let start = 0; start < oids.length; start += BATCH) {
    rows.push(...(await measureBatch(connection, oids.slice(start, start + BATCH))));
  }
  return new Map(rows.map((row) => [row.oid, row]));
}

async function measureBatch(connection: DatabaseConnection, oids: readonly number[]): Promise<Measured[]> {
  try {
    return await connection.query<Measured>(MEASURE, [oids, false]);
  } catch (error) {
    if (!isDisturbed(error)) throw error;
  }
  if (oids.length === 1) return connection.query<Measured>(MEASURE, [oids, true]);
  const half = Math.ceil(oids.length / 2);
  return [
    ...(await measureBatch(connection, oids.slice(0, half))),
    ...(await measureBatch(connection, oids.slice(half))),
  ];
}

/** Locked in between; or an index dropped concurrently in between, for which PostgreSQL has only an internal error. */
function isDisturbed(error: unknown): boolean {
  return (
    error instanceof RelationLockedError || (error instanceof UpstreamFailedError && error.reason === 'sqlstate-XX000')
  );
}

const time = (value: string) => `to_char(max(${value}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/**
 * $1 oids of tables or of roots of partitioned tables; $2 true to estimate all of them.
 * A member that is gone meanwhile has no size (the functions give NULL) and no part in the sum.
 * Before PostgreSQL 14 a table never analysed had `reltuples` 0 instead of -1.
 */
const MEASURE = `
WITH RECURSIVE tree(root, oid) AS (
  SELECT w, w FROM unnest($1::oid[]) w
  UNION ALL
  SELECT t.root, i.inhrelid
    FROM tree t JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p' JOIN pg_inherits i ON i.inhparent = t.oid
), member AS MATERIALIZED (
  SELECT t.root, c.oid, c.reltoastrelid AS toast, c.relkind, greatest(c.relpages, 0) AS pages, c.reltuples
    FROM tree t JOIN pg_class c ON c.oid = t.oid
), held AS MATERIALIZED (
  SELECT DISTINCT relation AS oid FROM pg_locks
   WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), blocked AS MATERIALIZED (
  SELECT oid FROM held
  UNION
  SELECT x.indrelid FROM held h JOIN pg_index x ON x.indexrelid = h.oid
), look AS MATERIALIZED (
  SELECT m.*, $2 OR EXISTS (SELECT FROM blocked b WHERE b.oid = m.oid)
              OR EXISTS (SELECT FROM blocked b WHERE b.oid = m.toast) AS locked
    FROM member m
), sized AS MATERIALIZED (
  SELECT l.*,
    CASE WHEN locked THEN NULL ELSE pg_relation_size(oid, 'main') + pg_relation_size(oid, 'fsm')
      + pg_relation_size(oid, 'vm') + pg_relation_size(oid, 'init') END AS heap,
    CASE WHEN locked THEN NULL ELSE pg_indexes_size(oid) END AS index,
    CASE WHEN locked THEN NULL WHEN toast = 0 THEN 0 ELSE pg_total_relation_size(toast) END AS toasted
    FROM look l
), settled AS (
  SELECT s.*, heap IS NOT NULL AND index IS NOT NULL AND toasted IS NOT NULL AS exact,
         NOT locked AND (heap IS NULL OR index IS NULL) AS gone,
         reltuples < 0 OR (reltuples = 0 AND pages = 0 AND current_setting('server_version_num')::int < 140000
           AND coalesce(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid)) IS NULL) AS uncounted,
         current_setting('block_size')::int8 AS block
    FROM sized s
), estimated AS (
  SELECT s.*, CASE WHEN exact THEN heap ELSE pages * block END AS table_bytes,
    CASE WHEN exact THEN index ELSE coalesce(
      (SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = s.oid), 0) * block
    END AS index_bytes,
    CASE WHEN exact THEN toasted WHEN toast = 0 THEN 0 ELSE coalesce(
      (SELECT t.relpages + coalesce(sum(i.relpages), 0) FROM pg_class t LEFT JOIN pg_index x ON x.indrelid = t.oid
         LEFT JOIN pg_class i ON i.oid = x.indexrelid WHERE t.oid = s.toast GROUP BY t.relpages), 0) * block
    END AS toast_bytes
    FROM settled s WHERE NOT gone
)
SELECT e.root AS oid, n.nspname::text AS schema, c.relname::text AS table,
       CASE c.relkind WHEN 'p' THEN 'partitioned_table' WHEN 'm' THEN 'materialized_view'
                      WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation,
       sum(table_bytes)::float8 AS table_bytes, sum(index_bytes)::float8 AS index_bytes,
       sum(toast_bytes)::float8 AS toast_bytes, bool_and(exact) AS exact, bool_or(locked) AS locked,
       CASE WHEN c.relkind = 'p' THEN count(*) FILTER (WHERE e.relkind <> 'p') END::float8 AS partitions,
       CASE WHEN bool_or(uncounted) FILTER (WHERE e.relkind <> 'p') THEN NULL
            ELSE sum(e.reltuples) FILTER (WHERE e.relkind <> 'p') END::float8 AS estimated_rows,
       sum(pg_stat_get_dead_tuples(e.oid))::float8 AS dead_rows,
       sum(pg_stat_get_tuples_inserted(e.oid))::float8 AS rows_inserted,
       sum(pg_stat_get_tuples_deleted(e.oid))::float8 AS rows_deleted,
       ${time('pg_stat_get_last_vacuum_time(e.oid)')} AS last_vacuum,
       ${time('pg_stat_get_last_autovacuum_time(e.oid)')} AS last_autovacuum,
       ${time('pg_stat_get_last_analyze_time(e.oid)')} AS last_analyze,
       ${time('pg_stat_get_last_autoanalyze_time(e.oid)')} AS last_autoanalyze
  FROM estimated e JOIN pg_class c ON c.oid = e.root JOIN pg_namespace n ON n.oid = c.relnamespace
 GROUP BY e.root, n.nspname, c.relname, c.relkind`;
