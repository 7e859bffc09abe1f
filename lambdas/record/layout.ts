/**
 * Where things are in the record bucket. The recorder writes by these names, the routes read by them, and the roles are
 * made of them (docs/decisions/record.md).
 */

/** Holds the lease by which two runs never overlap. */
export const LEASE_KEY = 'run.json';

/** The recorder's own memory of an environment; nobody else reads it. */
export const ENVIRONMENTS = 'environments/';
/** The newest figures of all environments: an object for each view. */
export const LATEST = 'latest/';
/** When each constant of an environment changed. */
export const CHANGES = 'changes/';
/** A Parquet file for each route, environment and month. */
export const HISTORY = 'history/';

/** The view with every route's figures, of `GET /metrics`; the others have the name of their route. */
export const METRICS_VIEW = 'metrics';

/** @example environmentKey('shop-prod') // 'environments/shop-prod.json.gz' */
export function environmentKey(environment: string): string {
  return `${ENVIRONMENTS}${environment}.json.gz`;
}

/** @param view a route's name, or {@link METRICS_VIEW} */
export function latestKey(view: string): string {
  return `${LATEST}${view}.json.gz`;
}

/** @example changesKey('shop-prod') // 'changes/shop-prod.json.gz' */
export function changesKey(environment: string): string {
  return `${CHANGES}${environment}.json.gz`;
}

/**
 * Of a route's history everything is below one prefix, so that its function can be allowed that and no more. The rest is
 * Hive's way to write partitions, which Athena, Trino and DuckDB read (Athena guide, "Partition your data").
 *
 * @param month `2026-11`
 */
export function historyKey(route: string, environment: string, month: string): string {
  return `${environmentPrefix(route, environment)}month=${month}/figures.parquet`;
}

/** Below it are the months of one environment, and of no other whose name begins alike. */
export function environmentPrefix(route: string, environment: string): string {
  return `${historyPrefix(route)}environment=${environment}/`;
}

/** What a route's function may read of the history. */
export function historyPrefix(route: string): string {
  return `${HISTORY}route=${route}/`;
}
