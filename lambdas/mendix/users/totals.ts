/** Further totals over an app's users. Each function is one statement, so one snapshot. */
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { readProperty } from './catalog-rows.ts';
import type { Related } from './related.ts';
import { neededColumn } from './statement.ts';

export interface RoleTotal {
  role: string;
  users: number;
  active: number;
}

/**
 * Every role with its users, by name; a user counts in each of its roles, and once in two roles of one name. `null`
 * when the app has no roles. Roles without a name are left out, as they are in the rows.
 */
export async function readRoleTotals({ queries, catalog }: AppUsers): Promise<RoleTotal[] | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const names = await queries.query<{ name: string; roles: number }>(
    `SELECT o.${roles.value}::text AS name, count(*)::int AS roles FROM ${roles.table} o
     WHERE o.${roles.value} IS NOT NULL GROUP BY 1`,
    [],
  );
  const once = names.every((row) => row.roles === 1);
  const text = roles.exact && once ? countedPairs(catalog, roles) : joinedUsers(catalog, roles);
  return await queries.query<RoleTotal>(text, []);
}

/** Pairs alone; the active users are all but the few others, who are looked up one by one. */
function countedPairs(catalog: UserCatalog, { link, linkUser, linkOther, table, value }: Related): string {
  return `SELECT o.${value}::text AS role, coalesce(p.users, 0)::int AS users,
  (coalesce(p.users, 0) - coalesce(i.users, 0))::int AS active
FROM ${table} o
LEFT JOIN (SELECT l.${linkOther} AS id, count(*) AS users FROM ${link} l GROUP BY 1) p ON p.id = o."id"
LEFT JOIN (
  SELECT l.role AS id, count(*) AS users FROM ${catalog.table} u
  CROSS JOIN LATERAL (SELECT l.${linkOther} AS role FROM ${link} l WHERE l.${linkUser} = u."id" OFFSET 0) l
  WHERE ${neededColumn(catalog, 'active')} IS NOT TRUE GROUP BY 1
) i ON i.id = o."id"
WHERE o.${value} IS NOT NULL ORDER BY o.${value} COLLATE "C"`;
}

/** Pairs that may dangle, or roles of one name: each is held against its user. */
function joinedUsers(catalog: UserCatalog, { link, linkUser, linkOther, table, value }: Related): string {
  return `SELECT o.${value}::text AS role, count(DISTINCT u."id")::int AS users,
  count(DISTINCT u."id") FILTER (WHERE ${neededColumn(catalog, 'active')})::int AS active
FROM ${table} o LEFT JOIN ${link} l ON l.${linkOther} = o."id" LEFT JOIN ${catalog.table} u ON u."id" = l.${linkUser}
WHERE o.${value} IS NOT NULL GROUP BY o.${value} ORDER BY o.${value} COLLATE "C"`;
}

export interface OnlineNow {
  /** Users who are not anonymous with at least one live session. */
  users: number;
  /** Live sessions of all users. */
  sessions: number;
  anonymous_sessions: number;
}

/**
 * Who is online: sessions active within the session timeout. Expired sessions stay in the table until the cluster
 * manager removes them, so their number says nothing. `null` when the app has no sessions table.
 */
export async function readOnlineNow(
  { queries, catalog }: AppUsers,
  sessionTimeoutSeconds: number,
): Promise<OnlineNow | null> {
  const sessions = needed(catalog, catalog.sessions);
  if (sessions === null) return null;
  const { link, linkUser, linkOther, table, value } = sessions;
  const anonymous = `coalesce(${neededColumn(catalog, 'isanonymous')}, false)`;
  const [row] = await queries.query<OnlineNow>(
    `SELECT count(DISTINCT u."id") FILTER (WHERE NOT ${anonymous})::int AS users, count(*)::int AS sessions,
       count(*) FILTER (WHERE ${anonymous})::int AS anonymous_sessions
     FROM ${table} o JOIN ${link} l ON l.${linkOther} = o."id" JOIN ${catalog.table} u ON u."id" = l.${linkUser}
     WHERE o.${value} > (now() AT TIME ZONE 'UTC') - make_interval(secs => $1)`,
    [sessionTimeoutSeconds],
  );
  return row ?? null;
}

/** The runtime's own count of named users, in its own meaning; `null` where it keeps none. */
export async function readNamedUserStatistic({ queries, catalog }: AppUsers): Promise<number | null> {
  const properties = needed(catalog, catalog.properties);
  const value = properties === null ? null : await readProperty(queries, properties, 'Statistics.NamedUserCount');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
