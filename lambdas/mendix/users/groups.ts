/** Every user in groups of alike ones, for a summary: one pass over users and marks. */
import type { AppUsers, UserCatalog } from './catalog.ts';
import { type Alike, alikeOf, markCode, userCode } from './group-code.ts';
import { markedTwice, marksByUser } from './marks.ts';
import { Placeholders, valueByUser } from './statement.ts';
import { type CountRow, countedIn, readCounts } from './tally.ts';

export type UserKind = 'named' | 'anonymous' | 'web_service';

/** Users that are alike. `null` in `active` or `blocked`: Mendix has no value there. */
export interface UserGroup {
  kind: UserKind;
  active: boolean | null;
  blocked: boolean | null;
  users: number;
  /** Those of them whom the app marked as external, and as anything else. Both 0 where the marks cannot be read. */
  external: number;
  internal: number;
  /** Users with a login since each of the times that were asked for, in their order. */
  since: number[];
  never: number;
}

/**
 * Counts of all users in groups, and of whom has two marks.
 *
 * @param times UTC, ISO 8601, the earliest first
 * @param single for users who may have two marks: these are made one of first, in twice the time
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export function groupCounts(
  catalog: UserCatalog,
  times: readonly string[],
  values: Placeholders,
  single = false,
): string[] {
  const coded = `SELECT u."id" AS id, ${userCode(catalog, times, values)} AS code FROM ${catalog.table} u OFFSET '0'`;
  const grouped = (codes: string) =>
    // The planner takes a million codes for a million groups, and sorts all users on disk. Behind `OFFSET '0'` it does not
    // see them: it believes in some hundreds, which it counts in memory.
    `SELECT 'group'::text, k.code::bigint, NULL::text, count(*) FROM (${codes}) k GROUP BY 2`;
  const { userType } = catalog;
  if (userType.state !== 'readable') return [grouped(coded)];
  const related = userType.value;
  const marks = single
    ? `SELECT t.id, ${markCode('t.value', times)} AS mark FROM (${valueByUser(related, [])}) t ORDER BY 1 OFFSET '0'`
    : marksByUser(related, markCode(`o.${related.value}::text`, times));
  const marked = `SELECT u.code + coalesce(m.mark, 0) AS code
    FROM (SELECT u.id, u.code FROM (${coded}) u ORDER BY 1 OFFSET '0') u LEFT JOIN (${marks}) m ON m.id = u.id
    OFFSET '0'`;
  const twice = `SELECT 'twice'::text, 0::bigint, NULL::text, ${markedTwice(related)} FROM ${related.link} l`;
  return single ? [grouped(marked)] : [grouped(marked), twice];
}

/** The groups by kind and then by state. @param rows of `groupCounts`, with the same times */
export async function groupsOf(
  users: AppUsers,
  times: readonly string[],
  rows: readonly CountRow[],
): Promise<UserGroup[]> {
  if ((countedIn(rows, 'twice').get('0') ?? 0) === 0) return groupsByCode(countedIn(rows, 'group'), times.length);
  const values = new Placeholders();
  const counts = groupCounts(users.catalog, times, values, true);
  return groupsByCode(countedIn(await readCounts(users, counts, values.values), 'group'), times.length);
}

function groupsByCode(usersByCode: ReadonlyMap<string, number>, times: number): UserGroup[] {
  const groups = new Map<string, UserGroup>();
  for (const [code, users] of usersByCode) {
    const alike = alikeOf(Number(code), times);
    const { active, blocked } = alike;
    // Anonymous wins, as an anonymous user never counts for the licence.
    const kind = alike.anonymous ? 'anonymous' : alike.webService ? 'web_service' : 'named';
    const key = JSON.stringify([kind, active, blocked]);
    const since = Array.from({ length: times }, () => 0);
    const group = groups.get(key) ?? { kind, active, blocked, users: 0, external: 0, internal: 0, since, never: 0 };
    groups.set(key, group);
    add(group, alike, users);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** `reached` 3 of 4 times, the earliest first: the last login is since the first three. */
function add(group: UserGroup, { reached, mark }: Alike, users: number): void {
  group.users += users;
  if (mark !== null) group[mark] += users;
  if (reached === null) group.never += users;
  for (let index = 0; index < (reached ?? 0); index++) group.since[index] = (group.since[index] ?? 0) + users;
}
