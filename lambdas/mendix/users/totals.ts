/** Further totals over an app's users. Each function is one statement, so one snapshot. */
import { type AppUsers, needed } from './catalog.ts';
import { readProperty } from './catalog-rows.ts';
import { neededColumn } from './statement.ts';

export interface RoleTotal {
  role: string;
  users: number;
  active: number;
}

/**
 * Every role with its users, by name; a user counts in each of their roles, and once in two roles of one name. `null`
 * when the app has no roles. Roles without a name are left out, as they are in the rows.
 */
export async function readRoleTotals({ queries, catalog }: AppUsers): Promise<RoleTotal[] | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const { link, linkUser, linkOther, table, value } = roles;
  const active = neededColumn(catalog, 'active');
  const byUser = `(SELECT l.${linkUser} AS id, l.${linkOther} AS role FROM ${link} l ORDER BY 1 OFFSET 0) p`;
  // Pairs are counted as they stand, by the index of their roles; then those of nobody are taken off, and of the active
  // ones those of the inactive. For pairs may dangle (a restore without triggers leaves them in spite of foreign keys).
  // Each part reads indexes in their order: joining every pair with its user's row takes a quarter longer. Of a role
  // with 5 pairs, 1 of them nobody's and 1 of an inactive user's: 4 users, 3 active. The planner must not see that few
  // are inactive: if it was wrong, it would hold each pair against each of them. Parts are materialized, so that none
  // is made again for each role. A user in two roles of one name is there twice: `first` is the lowest id of a name.
  const text = `WITH role AS MATERIALIZED (
  SELECT o."id" AS id, o.${value}::text AS name, min(o."id") OVER (PARTITION BY o.${value}) AS first,
    count(*) OVER (PARTITION BY o.${value}) AS alike
  FROM ${table} o WHERE o.${value} IS NOT NULL
), pairs AS MATERIALIZED (
  SELECT p.role, count(*) AS users FROM (SELECT l.${linkOther} AS role FROM ${link} l ORDER BY 1 OFFSET 0) p GROUP BY 1
), dangling AS MATERIALIZED (
  SELECT p.role, count(*) AS users FROM ${byUser}
  LEFT JOIN (SELECT u."id" AS id FROM ${catalog.table} u ORDER BY 1 OFFSET 0) u ON u.id = p.id
  WHERE u.id IS NULL GROUP BY 1
), inactive AS MATERIALIZED (
  SELECT p.role, count(*) AS users FROM ${byUser}
  JOIN (
    SELECT u.id FROM (SELECT u."id" AS id, ${active} AS active FROM ${catalog.table} u OFFSET '0') u
    WHERE u.active IS NOT TRUE ORDER BY 1 OFFSET '0'
  ) u ON u.id = p.id GROUP BY 1
), several AS (
  SELECT r.first, count(*) AS users, count(*) FILTER (WHERE u.active) AS active FROM (
    SELECT DISTINCT r.first, l.${linkUser} AS id FROM role r JOIN ${link} l ON l.${linkOther} = r.id WHERE r.alike > 1
  ) r CROSS JOIN LATERAL (SELECT ${active} AS active FROM ${catalog.table} u WHERE u."id" = r.id OFFSET 0) u GROUP BY 1
), counted AS MATERIALIZED (
  SELECT r.id, p.users - coalesce(d.users, 0) AS users,
    p.users - coalesce(d.users, 0) - coalesce(i.users, 0) AS active
  FROM role r JOIN pairs p ON p.role = r.id LEFT JOIN dangling d ON d.role = r.id
    LEFT JOIN inactive i ON i.role = r.id
  WHERE r.alike = 1
  UNION ALL SELECT first, users, active FROM several
)
SELECT r.name AS role, coalesce(c.users, 0)::int AS users, coalesce(c.active, 0)::int AS active
FROM role r LEFT JOIN counted c ON c.id = r.id WHERE r.id = r.first ORDER BY r.name COLLATE "C"`;
  return await queries.query<RoleTotal>(text, []);
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
