/** Totals over an app's users. Each function is one statement, so one snapshot. */
import { type Queries, type Related, readProperty, type UserCatalog } from './catalog.ts';
import { kind, needed, neededColumn } from './statement.ts';

export type UserKind = 'named' | 'anonymous' | 'web_service';

/** Users that are alike. `null` in `active` or `blocked`: Mendix has no value there. */
export interface UserGroup {
  kind: UserKind;
  active: boolean | null;
  blocked: boolean | null;
  /** `System.UserReportInfo.UserType`; `null`: not marked. */
  user_type: 'Internal' | 'External' | null;
  users: number;
  /** Users with a login within so many days before now; each includes the shorter spans. */
  within_1_day: number;
  within_7_days: number;
  within_30_days: number;
  within_90_days: number;
  never: number;
}

/**
 * Every user, grouped. Where the role may not read the user types, nobody is marked: the caller must look at
 * `catalog.userType`.
 *
 * @throws DatabaseUnavailableError `grant-missing`
 */
export async function readUserGroups(queries: Queries, catalog: UserCatalog): Promise<UserGroup[]> {
  const login = neededColumn(catalog, 'lastlogin');
  const userType = catalog.userType.seen === 'readable' ? catalog.userType.at : null;
  const within = (days: number) =>
    `count(*) FILTER (WHERE lastlogin >= (now() AT TIME ZONE 'UTC') - interval '${days} days')::int`;
  const text = `
SELECT kind, active, blocked, user_type, count(*)::int AS users, ${within(1)} AS within_1_day,
  ${within(7)} AS within_7_days, ${within(30)} AS within_30_days, ${within(90)} AS within_90_days,
  count(*) FILTER (WHERE lastlogin IS NULL)::int AS never
FROM (
  SELECT ${kind(neededColumn(catalog, 'isanonymous'), neededColumn(catalog, 'webserviceuser'))} AS kind,
    ${neededColumn(catalog, 'active')} AS active, ${neededColumn(catalog, 'blocked')} AS blocked,
    ${login} AS lastlogin, ${userType === null ? 'NULL::text' : 't.user_type'} AS user_type
  FROM ${catalog.table} u ${userType === null ? '' : `LEFT JOIN (${marks(userType)}) t ON t.user_id = u."id"`}
) s
GROUP BY kind, active, blocked, user_type
ORDER BY kind, active, blocked, user_type`;
  return await queries.query<UserGroup>(text, []);
}

/** One mark a user, as in `relatedValue`, but for all users at once. */
function marks({ link, linkUser, linkOther, table, value }: Related): string {
  return `SELECT l.${linkUser} AS user_id, max(o.${value}) AS user_type
    FROM ${link} l JOIN ${table} o ON o."id" = l.${linkOther} GROUP BY 1`;
}

export interface RoleTotal {
  role: string;
  users: number;
  active: number;
}

/** Every role with its users; a user counts in each of its roles. `null` when the app has no roles. */
export async function readRoleTotals(queries: Queries, catalog: UserCatalog): Promise<RoleTotal[] | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const { link, linkUser, linkOther, table, value } = roles;
  return await queries.query<RoleTotal>(
    `SELECT o.${value} AS role, count(u."id")::int AS users,
       count(u."id") FILTER (WHERE ${neededColumn(catalog, 'active')})::int AS active
     FROM ${table} o LEFT JOIN ${link} l ON l.${linkOther} = o."id" LEFT JOIN ${catalog.table} u ON u."id" = l.${linkUser}
     GROUP BY o."id", o.${value} ORDER BY o.${value} COLLATE "C"`,
    [],
  );
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
  queries: Queries,
  catalog: UserCatalog,
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
export async function readNamedUserStatistic(queries: Queries, catalog: UserCatalog): Promise<number | null> {
  const properties = needed(catalog, catalog.properties);
  const value = properties === null ? null : await readProperty(queries, properties, 'Statistics.NamedUserCount');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
