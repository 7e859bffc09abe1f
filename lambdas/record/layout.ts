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
/** Newest figures and changes of the tenants that have a role of their own, by which alone they are read. */
export const TENANTS = 'tenants/';

/** The view with every route's figures, of `GET /metrics`; the others have the name of their route. */
export const METRICS_VIEW = 'metrics';

/** @example environmentKey('shop-prod') // 'environments/shop-prod.json.gz' */
export function environmentKey(environment: string): string {
  return `${ENVIRONMENTS}${environment}.json.gz`;
}

/**
 * @param view a route's name, or {@link METRICS_VIEW}
 * @param tenant whose part; `null`: of all who have no role of their own
 * @example latestKey('users', 'bank-a') // 'tenants/bank-a/latest/users.json.gz'
 */
export function latestKey(view: string, tenant: string | null = null): string {
  return `${partOf(tenant)}${LATEST}${view}.json.gz`;
}

/** @example changesKey('shop-prod') // 'changes/shop-prod.json.gz' */
export function changesKey(environment: string, tenant: string | null = null): string {
  return `${changesPrefix(tenant)}${environment}.json.gz`;
}

/** Below it are the changes of all environments of a part. */
export function changesPrefix(tenant: string | null): string {
  return `${partOf(tenant)}${CHANGES}`;
}

/**
 * Of a route's history everything is below one prefix, so that its function can be allowed that and no more. The rest is
 * Hive's way to write partitions, which Athena, Trino and DuckDB read (Athena guide, "Partition your data").
 *
 * @param month `2026-11`
 */
export function historyKey(route: string, environment: string, month: string, tenant: string | null = null): string {
  return `${environmentPrefix(route, environment, tenant)}month=${month}/figures.parquet`;
}

/** Below it are the months of one environment, and of no other whose name begins alike. */
export function environmentPrefix(route: string, environment: string, tenant: string | null = null): string {
  return `${historyPrefix(route, tenant)}environment=${environment}/`;
}

/** What a route's function may read of the history: with its own role, or with a tenant's. */
export function historyPrefix(route: string, tenant: string | null = null): string {
  return `${tenantHistory(tenant)}route=${route}/`;
}

/** All of a tenant's history. Below the one prefix of all history, whose age S3 looks after (`lib/records`). */
export function tenantHistory(tenant: string | null): string {
  return tenant === null ? HISTORY : `${HISTORY}tenant=${tenant}/`;
}

function partOf(tenant: string | null): string {
  return tenant === null ? '' : `${TENANTS}${tenant}/`;
}
