/** Every user in groups of alike ones, for a summary: one pass over users and marks. */
import type { AppUsers } from './catalog.ts';
import { markedOnce, markPairs } from './marks.ts';
import { mendixTime, neededColumn, Placeholders, valueByUser } from './statement.ts';

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

/** A row of the statement: users who are alike in all of this. */
interface GroupRow {
  anonymous: boolean;
  web_service: boolean;
  active: boolean | null;
  blocked: boolean | null;
  /** How many of the times the last login is at or after; `null`: never. */
  reached: number | null;
  /** Whether the mark says so; neither where there is none or it is empty. */
  external: boolean;
  internal: boolean;
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
  if (userType.state !== 'readable')
    return groupsOf(await read(users, times, { join: '', mark: 'NULL::text', once: 'true' }), times.length);
  const related = userType.value;
  const pairs = `LEFT JOIN (${markPairs(related)}) ON l.${related.linkUser} = u."id"`;
  const rows = await read(users, times, { join: pairs, mark: `o.${related.value}::text`, once: markedOnce(related) });
  if (rows.every(({ once }) => once)) return groupsOf(rows, times.length);
  const single = `LEFT JOIN (${valueByUser(related, [])}) t ON t.id = u."id"`;
  return groupsOf(await read(users, times, { join: single, mark: 't.value', once: 'true' }), times.length);
}

async function read(
  { queries, catalog }: AppUsers,
  times: readonly string[],
  marks: { join: string; mark: string; once: string },
): Promise<GroupRow[]> {
  const values = new Placeholders();
  const login = neededColumn(catalog, 'lastlogin');
  // Grouped by one number, which is cheaper than a count for each span and than `now()` for each row.
  const reached = times.map((time) => `(${login} >= ${mendixTime(values.of(time))})::int`).join(' + ');
  // The planner takes a million last logins for a million groups, and sorts all users on disk. Behind `OFFSET '0'` it
  // does not see them: it believes in some thousands, which it counts in memory. Written as `0`, not as a literal that
  // is a bigint at once, it would also keep the scan from being shared among workers.
  const text = `SELECT g.*, ${marks.once} AS once FROM (
  SELECT k.*, count(*)::text AS users FROM (
    SELECT ${neededColumn(catalog, 'isanonymous')} IS TRUE AS anonymous,
      ${neededColumn(catalog, 'webserviceuser')} IS TRUE AS web_service,
      ${neededColumn(catalog, 'active')} AS active, ${neededColumn(catalog, 'blocked')} AS blocked,
      ${reached} AS reached, (${marks.mark} = 'External') IS TRUE AS external,
      (${marks.mark} NOT IN ('External', '')) IS TRUE AS internal
    FROM ${catalog.table} u ${marks.join} OFFSET '0'
  ) k GROUP BY 1, 2, 3, 4, 5, 6, 7
) g`;
  return await queries.query<GroupRow>(text, values.values);
}

function groupsOf(rows: readonly GroupRow[], times: number): UserGroup[] {
  const groups = new Map<string, UserGroup>();
  for (const row of rows) {
    const { active, blocked } = row;
    // Anonymous wins, as an anonymous user never counts for the licence.
    const kind = row.anonymous ? 'anonymous' : row.web_service ? 'web_service' : 'named';
    const key = JSON.stringify([kind, active, blocked]);
    const since = Array.from({ length: times }, () => 0);
    const group = groups.get(key) ?? { kind, active, blocked, users: 0, external: 0, internal: 0, since, never: 0 };
    groups.set(key, group);
    add(group, row);
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

/** `reached` 3 of 4 times, the earliest first: the last login is since the first three. */
function add(group: UserGroup, { reached, external, internal, users }: GroupRow): void {
  const count = Number(users);
  group.users += count;
  if (external) group.external += count;
  if (internal) group.internal += count;
  if (reached === null) group.never += count;
  for (let index = 0; index < (reached ?? 0); index++) group.since[index] = (group.since[index] ?? 0) + count;
}
