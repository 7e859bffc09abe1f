/** Every user in groups of alike ones, for a summary: one pass over users and marks. */
import type { AppUsers } from './catalog.ts';
import { type Alike, alikeOf, markCode, userCode } from './group-code.ts';
import { markedOnce, marksByUser } from './marks.ts';
import { Placeholders, valueByUser } from './statement.ts';

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

/** A row of the statement. */
interface GroupRow {
  code: number;
  users: string;
  /** Whether nobody has two marks: else such a user is in two rows. */
  once: boolean;
}

/**
 * The groups, by kind and then by state.
 *
 * @param times UTC, ISO 8601, the earliest first
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export async function readUserGroups(users: AppUsers, times: readonly string[]): Promise<UserGroup[]> {
  const { userType } = users.catalog;
  if (userType.state !== 'readable') return groupsOf(await read(users, times, null), times.length);
  const related = userType.value;
  const text = `o.${related.value}::text`;
  const marks = { rows: marksByUser(related, markCode(text, times)), once: markedOnce(related) };
  const rows = await read(users, times, marks);
  if (rows.every(({ once }) => once)) return groupsOf(rows, times.length);
  const single = `SELECT t.id, ${markCode('t.value', times)} AS mark FROM (${valueByUser(related, [])}) t ORDER BY 1 OFFSET '0'`;
  return groupsOf(await read(users, times, { rows: single, once: 'true' }), times.length);
}

/** @param marks rows `(id, mark)` in the order of ids, `mark` as `markCode` gives it; `once`: whether no id is there twice */
async function read(
  { queries, catalog }: AppUsers,
  times: readonly string[],
  marks: { rows: string; once: string } | null,
): Promise<GroupRow[]> {
  const values = new Placeholders();
  const coded = `SELECT u."id" AS id, ${userCode(catalog, times, values)} AS code FROM ${catalog.table} u OFFSET '0'`;
  const codes =
    marks === null
      ? coded
      : `SELECT u.code + coalesce(m.mark, 0) AS code
      FROM (SELECT u.id, u.code FROM (${coded}) u ORDER BY 1 OFFSET '0') u LEFT JOIN (${marks.rows}) m ON m.id = u.id
      OFFSET '0'`;
  // The planner takes a million codes for a million groups, and sorts all users on disk. Behind `OFFSET '0'` it does not
  // see them: it believes in some hundreds, which it counts in memory.
  const text = `SELECT g.*, ${marks?.once ?? 'true'} AS once FROM (
  SELECT k.code, count(*)::text AS users FROM (${codes}) k GROUP BY 1
) g`;
  return await queries.query<GroupRow>(text, values.values);
}

function groupsOf(rows: readonly GroupRow[], times: number): UserGroup[] {
  const groups = new Map<string, UserGroup>();
  for (const { code, users } of rows) {
    const alike = alikeOf(code, times);
    const { active, blocked } = alike;
    // Anonymous wins, as an anonymous user never counts for the licence.
    const kind = alike.anonymous ? 'anonymous' : alike.webService ? 'web_service' : 'named';
    const key = JSON.stringify([kind, active, blocked]);
    const since = Array.from({ length: times }, () => 0);
    const group = groups.get(key) ?? { kind, active, blocked, users: 0, external: 0, internal: 0, since, never: 0 };
    groups.set(key, group);
    add(group, alike, Number(users));
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

/** `reached` 3 of 4 times, the earliest first: the last login is since the first three. */
function add(group: UserGroup, { reached, mark }: Alike, users: number): void {
  group.users += users;
  if (mark !== null) group[mark] += users;
  if (reached === null) group.never += users;
  for (let index = 0; index < (reached ?? 0); index++) group.since[index] = (group.since[index] ?? 0) + users;
}
