/**
 * How many users a filter matches: counted, or as PostgreSQL's planner believes.
 *
 * Counting by the general conditions asks for each of a million users whether a pair of another table names them, which
 * takes over a second. Where foreign keys see to it that each pair names a user who exists, the pairs alone are counted.
 */
import { UpstreamTimeoutError } from '../../errors.ts';
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { conditions, type UserFilter } from './filter.ts';
import { markedOnce } from './marks.ts';
import { ALL_IDS, Placeholders, whereAll } from './statement.ts';

/** `value` is `null` when it could not be counted in time, or when nothing is known to estimate it from. */
export interface UserCount {
  value: number | null;
  exact: boolean;
}

/** A statement that gives one row; `users` is `null` where it cannot tell. */
interface Counting {
  text: string;
  values: readonly unknown[];
}

/** Counts in one statement, so in one snapshot; past the deadline it gives no value. */
export async function countUsers(users: AppUsers, filter: UserFilter): Promise<UserCount> {
  const { catalog } = users;
  try {
    const quick = ofRoles(catalog, filter) ?? ofUserType(catalog, filter);
    const value = (quick === null ? null : await count(users, quick)) ?? (await count(users, general(catalog, filter)));
    return { value, exact: true };
  } catch (error) {
    if (!(error instanceof UpstreamTimeoutError)) throw error;
    return { value: null, exact: false };
  }
}

async function count({ queries }: AppUsers, { text, values }: Counting): Promise<number | null> {
  const [row] = await queries.query<{ users: string | null }>(text, values);
  return row === undefined || row.users === null ? null : Number(row.users);
}

function general(catalog: UserCatalog, filter: UserFilter): Counting {
  const { from, values } = matching(catalog, filter);
  return { text: `SELECT count(*)::text AS users ${from}`, values };
}

/** Those who have a role, by the index of its pairs; `null` when the filter asks for more, or pairs may dangle. */
function ofRoles(catalog: UserCatalog, filter: UserFilter): Counting | null {
  const { role_ids, ...others } = filter;
  const roles = role_ids === undefined ? null : needed(catalog, catalog.roles);
  if (roles === null || !roles.exact || asks(others)) return null;
  // A user may have two roles of one name; with one role the pair's own key forbids two.
  const counted = role_ids?.length === 1 ? 'count(*)' : `count(DISTINCT l.${roles.linkUser})`;
  return {
    text: `SELECT ${counted}::text AS users FROM ${roles.link} l WHERE l.${roles.linkOther} = ANY($1::bigint[])`,
    values: [role_ids],
  };
}

/**
 * Those who are marked external, by their marks; the internal ones are all others. `null` when marks may dangle; the
 * statement gives NULL when somebody has two marks.
 */
function ofUserType(catalog: UserCatalog, filter: UserFilter): Counting | null {
  const { user_type, ...others } = filter;
  const related = user_type === undefined ? null : needed(catalog, catalog.userType);
  if (related === null || !related.exact) return null;
  const values = new Placeholders();
  const where = conditions(catalog, others, ALL_IDS, values);
  const { link, linkUser, linkOther, table, value } = related;
  const external = `(SELECT count(*) FROM ${table} o JOIN ${link} l ON l.${linkOther} = o."id"
    ${where.length === 0 ? '' : `JOIN ${catalog.table} u ON u."id" = l.${linkUser}`}
    ${whereAll([`o.${value} = 'External'`, `l.${linkUser} IS NOT NULL`, ...where])})`;
  const all = `(SELECT count(*) FROM ${catalog.table} u ${whereAll(where)})`;
  const counted = user_type === 'external' ? external : `${all} - ${external}`;
  return {
    text: `SELECT CASE WHEN ${markedOnce(related)} THEN (${counted})::text END AS users`,
    values: values.values,
  };
}

function asks(filter: UserFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** The planner's estimate, at no cost. Before the first ANALYZE it would be a guess: then there is no value. */
export async function estimateUsers({ queries, catalog }: AppUsers, filter: UserFilter): Promise<UserCount> {
  const [statistics] = await queries.query<{ analyzed: boolean }>(
    'SELECT reltuples > 0 AS analyzed FROM pg_class WHERE oid = $1::regclass',
    [catalog.table],
  );
  if (statistics?.analyzed !== true) return { value: null, exact: false };
  const { from, values } = matching(catalog, filter);
  const [row] = await queries.query<{ 'QUERY PLAN': readonly [{ Plan: { 'Plan Rows': number } }] }>(
    `EXPLAIN (FORMAT JSON) SELECT u."id" ${from}`,
    values,
  );
  return { value: row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? null, exact: false };
}

function matching(catalog: UserCatalog, filter: UserFilter) {
  const values = new Placeholders();
  const where = whereAll(conditions(catalog, filter, ALL_IDS, values));
  return { from: `FROM ${catalog.table} u ${where}`, values: values.values };
}
