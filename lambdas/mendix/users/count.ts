/** How many users a filter matches: counted, or as PostgreSQL's planner believes. */
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { conditions, type UserFilter } from './filter.ts';
import { markedOnce, markPairs } from './marks.ts';
import type { Related } from './related.ts';
import { ALL_IDS, Placeholders, valueOfPair, whereAll } from './statement.ts';

/** `value` is `null` when it could not be counted in time, or when nothing is known to estimate it from. */
export interface UserCount {
  value: number | null;
  exact: boolean;
}

/** A statement that gives one row; its `users` is `null` where it cannot tell. */
interface Counting {
  text: string;
  values: readonly unknown[];
}

/**
 * Counts in one statement, so in one snapshot; past the deadline it gives no value.
 *
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError when what a filter asks about cannot be read
 */
export async function countUsers(users: AppUsers, filter: UserFilter): Promise<UserCount> {
  const { catalog } = users;
  try {
    const byMarks = countByMarks(catalog, filter);
    const value = (byMarks && (await run(users, byMarks))) ?? (await run(users, countByConditions(catalog, filter)));
    return { value, exact: true };
  } catch (error) {
    if (!(error instanceof UpstreamTimeoutError)) throw error;
    return { value: null, exact: false };
  }
}

async function run({ queries }: AppUsers, { text, values }: Counting): Promise<number | null> {
  const [row] = await queries.query<{ users: string | null }>(text, values);
  return row === undefined || row.users === null ? null : Number(row.users);
}

function countByConditions(catalog: UserCatalog, filter: UserFilter): Counting {
  const { from, values } = matching(catalog, filter);
  return { text: `SELECT count(*)::text AS users ${from}`, values };
}

/**
 * Users of a type by joining them with the marks as they stand: a quarter of the time of asking for each of a million
 * users what they are marked as. The internal ones are all others. `null` when the filter does not ask for a type; the
 * statement gives NULL when somebody has two marks.
 */
function countByMarks(catalog: UserCatalog, filter: UserFilter): Counting | null {
  const { user_type, ...others } = filter;
  const related = user_type === undefined ? null : needed(catalog, catalog.userType);
  if (related === null) return null;
  const values = new Placeholders();
  const where = conditions(catalog, others, ALL_IDS, values);
  const users =
    where.length === 0 ? usersOf(catalog, related, user_type) : usersWhere(catalog, related, user_type, where);
  return { text: `SELECT CASE WHEN ${markedOnce(related)} THEN (${users})::text END AS users`, values: values.values };
}

function usersOf(catalog: UserCatalog, related: Related, type: UserFilter['user_type']): string {
  const external = externalUsers(catalog, related);
  return type === 'external' ? external : `(SELECT count(*) FROM ${catalog.table} u) - ${external}`;
}

/** One pass over the users, with those marked external as a list that is hashed. */
function usersWhere(
  catalog: UserCatalog,
  related: Related,
  type: UserFilter['user_type'],
  where: readonly string[],
): string {
  const marked = `SELECT FROM ${markPairs(related)} WHERE l.${related.linkUser} = u."id" AND o.${related.value} = 'External'`;
  const terms = [...where, `${type === 'external' ? '' : 'NOT '}EXISTS (${marked})`];
  return `SELECT count(*) FROM ${catalog.table} u ${whereAll(terms)}`;
}

/**
 * All pairs of an external mark, less those of nobody, which a merge of two indexes finds: three quarters of the time of
 * joining them all with their users. Of 5 pairs, 1 of them of a user who is gone: 4.
 */
function externalUsers(catalog: UserCatalog, related: Related): string {
  const { link, linkUser, linkOther } = related;
  const pairs = `(SELECT count(l.${linkUser}) FROM ${markPairs(related)} WHERE o.${related.value} = 'External')`;
  const dangling = `(SELECT count(l.${linkUser}) FILTER (WHERE ${valueOfPair(related)} = 'External')
    FROM (SELECT l.${linkUser}, l.${linkOther} FROM ${link} l ORDER BY 1 OFFSET 0) l
    LEFT JOIN (SELECT u."id" AS id FROM ${catalog.table} u ORDER BY 1 OFFSET 0) u ON u.id = l.${linkUser}
    WHERE u.id IS NULL)`;
  return `(${pairs} - ${dangling})`;
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
