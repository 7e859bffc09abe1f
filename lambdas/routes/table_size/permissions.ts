/**
 * What the server lets this role look at beside the catalog. PostgreSQL permits all of it to everybody; hardened servers
 * take some of it from PUBLIC, and an executor refuses a whole statement for one function that it would never call.
 */

export interface Permissions {
  /** The size functions. Without them sizes are estimates from `relpages`. */
  sizes: boolean;
  /** Counters of rows and the times of VACUUM and ANALYZE. Without them these are not known. */
  counters: boolean;
  /** Other sessions' locks. Without them a locked table is found by waiting for it for a moment. */
  locks: boolean;
}

const SIZES = ['pg_relation_size(regclass,text)', 'pg_indexes_size(regclass)', 'pg_total_relation_size(regclass)'];
const COUNTERS = [
  'pg_stat_get_dead_tuples(oid)',
  'pg_stat_get_tuples_inserted(oid)',
  'pg_stat_get_tuples_deleted(oid)',
  'pg_stat_get_mod_since_analyze(oid)',
  'pg_stat_get_ins_since_vacuum(oid)',
  'pg_stat_get_last_vacuum_time(oid)',
  'pg_stat_get_last_autovacuum_time(oid)',
  'pg_stat_get_last_analyze_time(oid)',
  'pg_stat_get_last_autoanalyze_time(oid)',
];
const LOCKS = ['pg_lock_status()'];

const mayCall = (functions: readonly string[]) =>
  functions.map((name) => `has_function_privilege('pg_catalog.${name}', 'EXECUTE')`).join(' AND ');

/** SQL columns that give Permissions. */
export const PERMISSIONS = `${mayCall(SIZES)} AS sizes, ${mayCall(COUNTERS)} AS counters,
  ${mayCall(LOCKS)} AND has_table_privilege('pg_catalog.pg_locks', 'SELECT') AS locks`;
