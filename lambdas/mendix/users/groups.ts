/**
 * Every user in groups of alike ones, for a summary. One pass over the users, and one over the marks of their types.
 *
 * Joining each of a million users with their mark takes two thirds of a summary's time. Most users are alike, so only
 * the others are joined: of 1,000 marks, 400 of them external, 100 are on people who are blocked or inactive, or on no
 * people, 30 of these external; then 900 and 370 are on active people who are not blocked. That holds where nobody has
 * two marks and no mark is without its user, which the same statement checks; where it does not, all are joined.
 */
import type { AppUsers, UserCatalog } from './catalog.ts';
import { markedOnce } from './marks.ts';
import type { Related } from './related.ts';
import { mendixTime, neededColumn, Placeholders, valueByUser, valueOfPair } from './statement.ts';

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

/** A row of the statement. `alike`: users by their logins; `marked`: marks on them; `marks`: all marks together. */
interface GroupRow {
  part: 'alike' | 'marked' | 'marks';
  anonymous: boolean | null;
  web_service: boolean | null;
  active: boolean | null;
  blocked: boolean | null;
  /** Of `alike`: how many of the times the last login is at or after, `null`: never. */
  reached: number | null;
  /** Of `marks`: `null` where they cannot be counted in place of users. */
  users: string | null;
  external: string | null;
}

/**
 * @param times UTC, ISO 8601, the earliest first
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export async function readUserGroups(users: AppUsers, times: readonly string[]): Promise<UserGroup[]> {
  const { userType } = users.catalog;
  if (userType.state !== 'readable') return groupsOf(await read(users, times, []), times.length);
  if (userType.value.exact) {
    const rows = await read(users, times, [markedAmongOthers(users.catalog, userType.value), allMarks(userType.value)]);
    if (rows.some(({ part, users: marks }) => part === 'marks' && marks !== null)) return groupsOf(rows, times.length);
  }
  return groupsOf(await read(users, times, [markedUsers(users.catalog, userType.value)]), times.length);
}

async function read({ queries, catalog }: AppUsers, times: readonly string[], parts: string[]): Promise<GroupRow[]> {
  const values = new Placeholders();
  const login = neededColumn(catalog, 'lastlogin');
  const reached = times.map((time) => `(${login} >= ${mendixTime(values.of(time))})::int`).join(' + ');
  const alike = `SELECT 'alike' AS part, ${flags(catalog)}, ${reached} AS reached, count(*)::text AS users,
  NULL AS external FROM ${catalog.table} u GROUP BY 2, 3, 4, 5, 6`;
  return await queries.query<GroupRow>([alike, ...parts].join('\nUNION ALL\n'), values.values);
}

function flags(catalog: UserCatalog): string {
  return `${neededColumn(catalog, 'isanonymous')} IS TRUE AS anonymous,
  ${neededColumn(catalog, 'webserviceuser')} IS TRUE AS web_service,
  ${neededColumn(catalog, 'active')} AS active, ${neededColumn(catalog, 'blocked')} AS blocked`;
}

/** Active people who are not blocked: in most apps the largest group by far. */
function isUsual(row: Pick<GroupRow, 'anonymous' | 'web_service' | 'active' | 'blocked'>): boolean {
  return row.anonymous === false && row.web_service === false && row.active === true && row.blocked === false;
}

function markedAmongOthers(catalog: UserCatalog, related: Related): string {
  return `SELECT 'marked', ${flags(catalog)}, NULL, count(t.value)::text, count(*) FILTER (WHERE t.value = 'External')::text
  FROM ${catalog.table} u JOIN ${related.link} l ON l.${related.linkUser} = u."id"
  CROSS JOIN LATERAL (SELECT NULLIF(${valueOfPair(related)}, '') AS value) t
  WHERE ${neededColumn(catalog, 'isanonymous')} IS TRUE OR ${neededColumn(catalog, 'webserviceuser')} IS TRUE
    OR ${neededColumn(catalog, 'active')} IS NOT TRUE OR ${neededColumn(catalog, 'blocked')} IS NOT FALSE
  GROUP BY 2, 3, 4, 5`;
}

function markedUsers(catalog: UserCatalog, related: Related): string {
  return `SELECT 'marked', ${flags(catalog)}, NULL, count(NULLIF(t.value, ''))::text,
  count(*) FILTER (WHERE t.value = 'External')::text
  FROM ${catalog.table} u JOIN (${valueByUser(related, [])}) t ON t.id = u."id" GROUP BY 2, 3, 4, 5`;
}

/** NULL where somebody has two marks, or a mark has no user. */
function allMarks({ link, linkUser, linkOther, table, value }: Related): string {
  const related = { link, linkUser, linkOther };
  return `SELECT 'marks', NULL, NULL, NULL, NULL, NULL, CASE WHEN m.usable THEN m.marked::text END, m.external::text
  FROM (SELECT count(NULLIF(o.${value}::text, '')) AS marked, count(*) FILTER (WHERE o.${value} = 'External') AS external,
    count(*) = (SELECT count(*) FROM ${link} l WHERE l.${linkUser} IS NOT NULL) AND ${markedOnce(related)} AS usable
    FROM ${table} o) m`;
}

function groupsOf(rows: readonly GroupRow[], times: number): UserGroup[] {
  const groups = new Map<string, UserGroup>();
  const groupOf = (row: GroupRow): UserGroup => {
    const { active, blocked } = row;
    const kind = row.anonymous === true ? 'anonymous' : row.web_service === true ? 'web_service' : 'named';
    const key = JSON.stringify([kind, active, blocked]);
    const group = groups.get(key) ?? {
      kind,
      active,
      blocked,
      users: 0,
      external: 0,
      internal: 0,
      since: Array.from({ length: times }, () => 0),
      never: 0,
    };
    groups.set(key, group);
    return group;
  };
  const left = { users: 0, external: 0 };
  for (const row of rows) {
    const users = Number(row.users);
    const external = Number(row.external);
    if (row.part === 'alike') addLogins(groupOf(row), row.reached, users);
    else if (row.part === 'marks') {
      left.users += users;
      left.external += external;
    } else {
      const group = groupOf(row);
      group.external += external;
      group.internal += users - external;
      left.users -= users;
      left.external -= external;
    }
  }
  const usual = rows.find((row) => row.part === 'alike' && isUsual(row));
  if (rows.some(({ part }) => part === 'marks') && usual !== undefined) {
    const group = groupOf(usual);
    group.external = left.external;
    group.internal = left.users - left.external;
  }
  return [...groups.values()];
}

/** `reached` 3 of 4 times, the earliest first: the last login is since the first three. */
function addLogins(group: UserGroup, reached: number | null, users: number): void {
  group.users += users;
  if (reached === null) group.never += users;
  for (let index = 0; index < (reached ?? 0); index++) group.since[index] = (group.since[index] ?? 0) + users;
}
