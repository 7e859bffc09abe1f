/** Further totals over an app's users: who is online, and what the runtime itself counted. */
import { type AppUsers, needed } from './catalog.ts';
import { readProperty } from './catalog-rows.ts';
import { neededColumn } from './statement.ts';

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
