/** The statement behind `measurement.ts`, with the parts left out that the server does not let us look at. */
import { utcText } from '../../upstreams/postgres/utc-text.ts';
import type { Permissions } from './permissions.ts';

/** Relations with an ACCESS EXCLUSIVE lock, held or waited for. */
const HELD = `SELECT DISTINCT relation AS oid FROM pg_locks
   WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const SIZES = `
    CASE WHEN locked THEN NULL ELSE pg_relation_size(oid, 'main') + pg_relation_size(oid, 'fsm')
      + pg_relation_size(oid, 'vm') + pg_relation_size(oid, 'init') END AS heap,
    CASE WHEN locked THEN NULL ELSE pg_indexes_size(oid) END AS index,
    CASE WHEN locked THEN NULL WHEN toast = 0 THEN 0 ELSE pg_total_relation_size(toast) END AS toasted`;

/** Summed over partitions, times the latest. Sums of bigint are numeric, which comes as text and loses no digit. */
const COUNTERS = {
  dead_rows: 'sum(pg_stat_get_dead_tuples(e.oid))',
  rows_inserted: 'sum(pg_stat_get_tuples_inserted(e.oid))',
  rows_deleted: 'sum(pg_stat_get_tuples_deleted(e.oid))',
  last_vacuum: utcText('max(pg_stat_get_last_vacuum_time(e.oid))'),
  last_autovacuum: utcText('max(pg_stat_get_last_autovacuum_time(e.oid))'),
  last_analyze: utcText('max(pg_stat_get_last_analyze_time(e.oid))'),
  last_autoanalyze: utcText('max(pg_stat_get_last_autoanalyze_time(e.oid))'),
};

/**
 * A catalog row by its oid: one look into an index for each. As a join, PostgreSQL reads all of `pg_class` once its
 * catalogs have no statistics, or for more than some hundred tables. It does not look through `OFFSET 0`.
 */
const row = (oid: string) =>
  `(SELECT oid, relname, relnamespace, relkind, relpages, reltuples, reltoastrelid FROM pg_class WHERE oid = ${oid} OFFSET 0)`;

/**
 * $1 oids of tables or of roots of partitioned tables; $2 true to estimate all of them. Gives rows of `Measured`, counts
 * as floats or text. Steps: the partitions of each table; its members' catalog rows; who is locked; sizes; estimates
 * for what has none; sums.
 *
 * A member that is gone meanwhile has no size (the functions give NULL) and no part in the sum.
 * Before PostgreSQL 14 a table never analysed had `reltuples` 0 instead of -1.
 * Sources: PostgreSQL documentation, 9.28.7 "Database Object Management Functions", 13.3 "Explicit Locking", 53.11
 * "pg_class".
 */
export function measureStatement({ sizes, counters, locks }: Permissions): string {
  return `
WITH RECURSIVE tree(root, oid) AS (
  SELECT w, w FROM unnest($1::oid[]) w
  UNION ALL
  SELECT t.root, i.inhrelid
    FROM tree t CROSS JOIN LATERAL ${row('t.oid')} p JOIN pg_inherits i ON i.inhparent = t.oid
   WHERE p.relkind = 'p'
), member AS MATERIALIZED (
  SELECT t.root, c.oid, c.reltoastrelid AS toast, c.relkind, greatest(c.relpages, 0) AS pages, c.reltuples
    FROM tree t CROSS JOIN LATERAL ${row('t.oid')} c
), held AS MATERIALIZED (
  ${locks ? HELD : 'SELECT NULL::oid AS oid WHERE false'}
), blocked AS MATERIALIZED (
  SELECT oid FROM held
  UNION
  SELECT x.indrelid FROM held h JOIN pg_index x ON x.indexrelid = h.oid
), look AS MATERIALIZED (
  SELECT m.*, $2 OR EXISTS (SELECT FROM blocked b WHERE b.oid = m.oid)
              OR EXISTS (SELECT FROM blocked b WHERE b.oid = m.toast) AS locked
    FROM member m
), sized AS MATERIALIZED (
  SELECT l.*, ${sizes ? SIZES : 'NULL::int8 AS heap, NULL::int8 AS index, NULL::int8 AS toasted'}
    FROM look l
), settled AS (
  SELECT s.*, heap IS NOT NULL AND index IS NOT NULL AND toasted IS NOT NULL AS exact,
         ${sizes ? 'NOT locked AND (heap IS NULL OR index IS NULL)' : 'false'} AS gone,
         reltuples < 0 OR (reltuples = 0 AND pages = 0 AND current_setting('server_version_num')::int < 140000
           AND ${counters ? 'coalesce(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid)) IS NULL' : 'true'})
           AS uncounted,
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
            ELSE sum(e.reltuples::float8) FILTER (WHERE e.relkind <> 'p') END AS estimated_rows,
       ${Object.entries(COUNTERS)
         .map(([name, sql]) => `${counters ? sql : 'NULL'} AS ${name}`)
         .join(', ')}
  FROM estimated e CROSS JOIN LATERAL ${row('e.root')} c JOIN pg_namespace n ON n.oid = c.relnamespace
 GROUP BY e.root, n.nspname, c.relname, c.relkind`;
}
