/** How many users a filter matches: counted, or as PostgreSQL's planner believes. */
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { conditions, type UserFilter } from './filter.ts';
import { externalUsers, markedTwice } from './marks.ts';
import type { Related } from './related.ts';
import { ALL_IDS, Placeholders, whereAll } from './statement.ts';

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
 * Users of a type by merging them with the marks as they stand: a fifth of the time of asking for each of a million users
 * what they are marked as. The internal ones are all others. `null` when the filter does not ask for a type; the
 * statement gives NULL when somebody has two marks.
 *
 * The parts do not know of each other, so that the server may give each to another process.
 */
function countByMarks(catalog: UserCatalog, filter: UserFilter): Counting | null {
  const { user_type, ...others } = filter;
  const related = user_type === undefined ? null : needed(catalog, catalog.userType);
  if (related === null) return null;
  const values = new Placeholders();
  const where = conditions(catalog, others, ALL_IDS, values);
  const external = user_type === 'external';
  const parts =
    where.length === 0 ? usersOf(catalog, related, external) : [usersWhere(catalog, related, external, where)];
  const text = `SELECT CASE WHEN sum(p.twice) = 0 THEN sum(p.users) END::text AS users FROM (
  SELECT 0::bigint AS users, ${markedTwice(related)} AS twice FROM ${related.link} l
  ${parts.map((part) => `UNION ALL SELECT p.users, 0::bigint FROM (${part}) p`).join('\n  ')}
) p`;
  return { text, values: values.values };
}

/**
 * Statements whose sum is the users: all pairs of an external mark, less those of nobody. Of 5 pairs, 1 of them of a user
 * who is gone: 4; and of 20 users the others are internal, 16.
 */
function usersOf(catalog: UserCatalog, related: Related, external: boolean): string[] {
  const { link, linkUser, linkOther, table, value } = related;
  const pairs = `SELECT count(e.id) AS users FROM (${externalUsers(related)}) e`;
  const dangling = `SELECT -count(*) AS users FROM (
    SELECT l.other FROM (SELECT l.${linkUser} AS id, l.${linkOther} AS other FROM ${link} l ORDER BY 1 OFFSET '0') l
    LEFT JOIN (SELECT u."id" AS id FROM ${catalog.table} u ORDER BY 1 OFFSET '0') u ON u.id = l.id
    WHERE u.id IS NULL AND l.id IS NOT NULL OFFSET '0'
  ) l JOIN ${table} o ON o."id" = l.other WHERE o.${value} = 'External'`;
  if (external) return [pairs, dangling];
  const others = [pairs, dangling].map((part) => `SELECT -p.users AS users FROM (${part}) p`);
  return [`SELECT count(*) AS users FROM ${catalog.table} u`, ...others];
}

/** One pass over the users who match, and a merge of them with the external ones. */
function usersWhere(catalog: UserCatalog, related: Related, external: boolean, where: readonly string[]): string {
  const matching = `SELECT u."id" AS id FROM ${catalog.table} u ${whereAll(where)} OFFSET '0'`;
  const users = `(SELECT u.id FROM (${matching}) u ORDER BY 1 OFFSET '0') u`;
  const marked = `(${externalUsers(related)}) e ON e.id = u.id`;
  return external
    ? `SELECT count(*) AS users FROM ${users} JOIN ${marked}`
    : `SELECT count(*) AS users FROM ${users} LEFT JOIN ${marked} WHERE e.id IS NULL`;
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
