/** One user as the database has it, and the statement that reads them. */
import type { UserCatalog } from './catalog.ts';
import { BOUNDS, lookUpParts, rangeParts, type UserPart } from './parts.ts';
import { sortedRoles } from './role-names.ts';
import { neededColumn, userColumn } from './statement.ts';

/** `null`: not set, not there in this app, or not readable. Times as PostgreSQL writes them; see `isoTime`. */
export interface UserRecord {
  /** A bigint, of up to 19 digits and perhaps a minus. */
  id: string;
  name: string | null;
  anonymous: boolean | null;
  web_service: boolean | null;
  active: boolean | null;
  blocked: boolean | null;
  blocked_since: string | null;
  last_login: string | null;
  created: string | null;
  entity: string | null;
  /** From here on only what `parts` asked for. */
  roles?: string[] | null;
  language?: string | null;
  /** `Internal` or `External`; whatever else an app may have written there is no `External`. */
  user_type?: string | null;
  identifier?: string | null;
  full_name?: string | null;
  email?: string | null;
}

/** As the statement gives it: a list of roles is still JSON, `["User","Administrator"]`. */
export interface StoredRecord extends Omit<UserRecord, 'roles'> {
  roles?: UserRecord['roles'] | string;
}

const POSTGRES_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?(\+00)?$/;

/**
 * A time of Mendix, which is in UTC without saying so, as ISO 8601 to the second: `2026-11-20 10:11:12.9` is
 * `2026-11-20T10:11:12Z`. What ISO 8601 cannot say in four digits is `null`: `infinity`, `-infinity`, years before 1 or
 * after 9999, which PostgreSQL writes as `10000-01-01 00:00:00` and `0044-03-15 00:00:00 BC`.
 *
 * Here and not by `to_char`, which takes a quarter of the time of a page that needs nothing from other tables. Needs
 * DateStyle ISO and the time zone UTC, which the sessions have.
 */
export function isoTime(time: string): string | null {
  return POSTGRES_TIME.test(time) ? `${time.slice(0, 10)}T${time.slice(11, 19)}Z` : null;
}

/** Who is on a page: their condition with its order and its limit on `u`. */
export interface Keyset {
  /** Where `u` comes from: the whole table, or the few of it that are already known. */
  from: string;
  text: string;
  /** They follow each other without gaps, nothing being filtered: then what is beside them can be read as a range. */
  dense: boolean;
}

/**
 * The statement that gives a StoredRecord for each user of `keyset`. A part that is not in `parts` is left out and costs
 * nothing. The others are read for the page's users alone, in one of two ways that both cost the same at every depth
 * and whatever the planner believes of their tables: as a range from the page's first to its last id, or, where the
 * users lie far apart, by one look-up each.
 *
 * @throws DatabaseUnavailableError `grant-missing` without what tells people from other users: nothing could be masked
 */
export function userStatement(catalog: UserCatalog, parts: ReadonlySet<UserPart>, keyset: Keyset): string {
  const page = `SELECT ${ownColumns(catalog)}\nFROM ${keyset.from}\n${keyset.text}`;
  if (parts.size === 0) return page;
  const beside = keyset.dense ? rangeParts(catalog, parts) : lookUpParts(catalog, parts);
  return `WITH page AS MATERIALIZED (${page})${keyset.dense ? BOUNDS : ''}
SELECT page.*${beside.columns.map((column) => `,\n  ${column}`).join('')}
FROM page
${beside.joins.join('\n')}
ORDER BY page.id`;
}

/** What of `u` itself is on the page. The id stays a number, so that it can be joined and sorted; it is sent as text. */
function ownColumns(catalog: UserCatalog): string {
  const entity =
    // Without a specialization Mendix does not write down what every row is.
    catalog.columns.submetaobjectname.state === 'absent' ? `'System.User'` : userColumn(catalog, 'submetaobjectname');
  return [
    'u."id" AS id',
    `${neededColumn(catalog, 'name')}::text AS name`,
    `${neededColumn(catalog, 'isanonymous')} AS anonymous`,
    `${neededColumn(catalog, 'webserviceuser')} AS web_service`,
    `${userColumn(catalog, 'active')} AS active`,
    `${userColumn(catalog, 'blocked')} AS blocked`,
    `${userColumn(catalog, 'blockedsince')}::text AS blocked_since`,
    `${userColumn(catalog, 'lastlogin')}::text AS last_login`,
    `${userColumn(catalog, 'createddate')}::text AS created`,
    `${entity}::text AS entity`,
  ].join(',\n  ');
}

/**
 * Makes a UserRecord of each record that the statement gives, its roles a list. Users have few combinations of roles, so
 * each list is made once and shared. Where roles were not read they stay what they are.
 */
export function recordReader(rolesRead: boolean): (stored: StoredRecord) => UserRecord {
  const lists = new Map<string, string[]>();
  return (stored) => {
    if (rolesRead) {
      const json = typeof stored.roles === 'string' ? stored.roles : '[]';
      const list = lists.get(json) ?? sortedRoles(JSON.parse(json));
      lists.set(json, list);
      stored.roles = list;
    }
    return stored as UserRecord;
  };
}
