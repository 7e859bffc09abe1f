/** What others ask to know the sizes of tables, as it stands in their sources; with LIMIT where ours has one. */

/** Rows of a page. */
export const PAGE = 100;

/** The queries of PgHero 3 (`relation_sizes`), postgres_exporter (`pg_stat_user_tables`), and what relpages tell alone. */
export const PEERS = {
  pghero: `SELECT n.nspname AS schema, c.relname AS relation,
      CASE c.relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'matview' ELSE 'index' END AS type, pg_table_size(c.oid) AS size_bytes
    FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast' AND c.relkind IN ('r', 'm', 'i')
    ORDER BY pg_table_size(c.oid) DESC, 2 ASC`,
  exporter: `SELECT current_database() AS datname, schemaname, relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch,
      n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup, n_mod_since_analyze, last_vacuum,
      last_autovacuum, last_analyze, last_autoanalyze, vacuum_count, autovacuum_count, analyze_count, autoanalyze_count,
      pg_indexes_size(relid) AS indexes_size, pg_table_size(relid) AS table_size FROM pg_stat_user_tables`,
  relpages: `SELECT n.nspname, c.relname, (c.relpages + coalesce(t.relpages, 0) + coalesce(i.pages, 0))::int8 * 8192 AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN (SELECT x.indrelid, sum(ic.relpages) AS pages FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid
      GROUP BY 1) i ON i.indrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 3 DESC LIMIT ${PAGE}`,
};
