/** One user as the database has it, and the select list that reads it. */
import type { UserCatalog } from './catalog.ts';
import { accountJoins, accountValue, neededColumn, relatedValue, relatedValues, userColumn } from './statement.ts';

/** `null`: not set, not there in this app, or not readable. Times as PostgreSQL writes them; see `isoTime`. */
export interface UserRecord {
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
  user_type?: 'Internal' | 'External' | null;
  identifier?: string | null;
  full_name?: string | null;
  email?: string | null;
}

/**
 * A time of Mendix, which is in UTC without saying so, as ISO 8601 to the second. Here and not by `to_char`, which takes
 * a quarter of the time of a page that needs nothing from other tables. Needs DateStyle ISO, which the sessions have.
 */
export function isoTime(time: string): string {
  return `${time.slice(0, 10)}T${time.slice(11, 19)}Z`;
}

/** Parts that cost a look into other tables for each row. */
export type UserPart = 'roles' | 'language' | 'user_type' | 'identifier' | 'full_name' | 'email';

/**
 * Every column of a UserRecord out of `from`, where `u` is the user; a part that is not in `parts` is left out and
 * costs nothing.
 *
 * @throws DatabaseUnavailableError `grant-missing` without what tells people from other users: nothing could be masked
 */
export function userSelection(catalog: UserCatalog, parts: ReadonlySet<UserPart>): { columns: string; from: string } {
  const part = (name: UserPart, expression: string) => (parts.has(name) ? [`${expression} AS ${name}`] : []);
  const account = [
    ...(parts.has('full_name') ? [catalog.fullName] : []),
    ...(parts.has('email') ? [catalog.email] : []),
  ];
  const columns = [
    'u."id"::text AS id',
    `${neededColumn(catalog, 'name')} AS name`,
    `${neededColumn(catalog, 'isanonymous')} AS anonymous`,
    `${neededColumn(catalog, 'webserviceuser')} AS web_service`,
    `${userColumn(catalog, 'active')} AS active`,
    `${userColumn(catalog, 'blocked')} AS blocked`,
    `${userColumn(catalog, 'blockedsince')}::text AS blocked_since`,
    `${userColumn(catalog, 'lastlogin')}::text AS last_login`,
    `${userColumn(catalog, 'createddate')}::text AS created`,
    // Without a specialization Mendix does not write down what every row is.
    `${catalog.columns.submetaobjectname.seen === 'absent' ? `'System.User'` : userColumn(catalog, 'submetaobjectname')} AS entity`,
    ...part('roles', relatedValues(catalog.roles)),
    ...part('language', relatedValue(catalog.language)),
    ...part('user_type', relatedValue(catalog.userType)),
    ...part('identifier', relatedValue(catalog.identifier)),
    ...part('full_name', accountValue(catalog.fullName, account)),
    ...part('email', accountValue(catalog.email, account)),
  ];
  return { columns: columns.join(',\n  '), from: `${catalog.table} u ${accountJoins(account)}`.trim() };
}
