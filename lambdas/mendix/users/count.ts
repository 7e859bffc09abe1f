/** How many users a filter matches: counted, or as PostgreSQL's planner believes. */
import { UpstreamTimeoutError } from '../../errors.ts';
import type { Queries, UserCatalog } from './catalog.ts';
import type { UserFilter } from './filter.ts';
import { userConditions } from './page.ts';
import { Placeholders } from './statement.ts';

/** `value` is `null` when it could not be counted in time, or when nothing is known to estimate it from. */
export interface UserCount {
  value: number | null;
  exact: boolean;
}

/** Counts in one statement, so in one snapshot; past the deadline it gives no value. */
export async function countUsers(
  queries: Queries,
  catalog: UserCatalog,
  filter: UserFilter,
  roleId: string | null,
): Promise<UserCount> {
  const { from, values } = matching(catalog, filter, roleId);
  try {
    const [row] = await queries.query<{ users: string }>(`SELECT count(*)::text AS users ${from}`, values);
    return { value: Number(row?.users ?? 0), exact: true };
  } catch (error) {
    if (!(error instanceof UpstreamTimeoutError)) throw error;
    return { value: null, exact: false };
  }
}

/** The planner's estimate, at no cost. Before the first ANALYZE it would be a guess: then there is no value. */
export async function estimateUsers(
  queries: Queries,
  catalog: UserCatalog,
  filter: UserFilter,
  roleId: string | null,
): Promise<UserCount> {
  const [known] = await queries.query<{ analyzed: boolean }>(
    'SELECT reltuples > 0 AS analyzed FROM pg_class WHERE oid = $1::regclass',
    [catalog.table],
  );
  if (known?.analyzed !== true) return { value: null, exact: false };
  const { from, values } = matching(catalog, filter, roleId);
  const [row] = await queries.query<{ 'QUERY PLAN': readonly [{ Plan: { 'Plan Rows': number } }] }>(
    `EXPLAIN (FORMAT JSON) SELECT u."id" ${from}`,
    values,
  );
  return { value: row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? null, exact: false };
}

function matching(catalog: UserCatalog, filter: UserFilter, roleId: string | null) {
  const values = new Placeholders();
  const where = userConditions(catalog, filter, roleId, values);
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return { from: `FROM ${catalog.table} u ${condition}`, values: values.values };
}
