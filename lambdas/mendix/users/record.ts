/** One user as the database has it, and the statement that reads them. */
import type { AccountColumns } from './account.ts';
import type { UserCatalog } from './catalog.ts';
import type { Related } from './related.ts';
import { accountTables, neededColumn, userColumn, valueByUser } from './statement.ts';

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

/** Parts that stand in other tables: read for the rows of a page only, and only where asked for. */
export type UserPart = 'roles' | 'language' | 'user_type' | 'identifier' | 'full_name' | 'email';

const POSTGRES_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d+)?(\+00)?$/;

/**
 * A time of Mendix, which is in UTC without saying so, as ISO 8601 to the second: `2026-11-20 10:11:12.9` is
 * `2026-11-20T10:11:12Z`. What ISO 8601 cannot say in four digits is `null`: `infinity`, `-infinity`, years before 1 or
 * after 9999, which PostgreSQL writes as `10000-01-01 00:00:00` and `0044-03-15 00:00:00 BC`.
 *
 * Here and not by `to_char`, which takes a quarter of the time of a page that needs nothing from other tables. Needs
 * DateStyle ISO and the time zone UTC, which the sessions have.
 */
export function isoTime(time: string): string | null {
  const parts = POSTGRES_TIME.exec(time);
  return parts === null ? null : `${parts[1]}T${parts[2]}Z`;
}

/**
 * The statement that gives a UserRecord for each user of `keyset`: a condition with its order and its limit on `u`,
 * which alone decides who is on the page. A part that is not in `parts` is left out and costs nothing; the others are
 * read between the page's first and last id, so that they cost the same at every depth and whatever the planner
 * believes of their tables.
 *
 * @throws DatabaseUnavailableError `grant-missing` without what tells people from other users: nothing could be masked
 */
export function userStatement(catalog: UserCatalog, parts: ReadonlySet<UserPart>, keyset: string): string {
  const page = `SELECT ${ownColumns(catalog)}\nFROM ${catalog.table} u\n${keyset}`;
  const beside = [...relatedParts(catalog, parts), ...accountParts(catalog, parts)];
  if (beside.length === 0) return page;
  return `WITH page AS MATERIALIZED (${page}),
bounds AS MATERIALIZED (SELECT min(id) AS first, max(id) AS last FROM page)
SELECT page.*${beside.map(({ columns }) => columns.map((column) => `,\n  ${column}`).join('')).join('')}
FROM page
${beside.map(({ join }) => join).join('\n')}
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

interface Beside {
  columns: string[];
  join: string;
}

function onPage(column: string): string[] {
  return [`${column} >= (SELECT first FROM bounds)`, `${column} <= (SELECT last FROM bounds)`];
}

function relatedParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): Beside[] {
  const single = (name: UserPart, related: Related) =>
    leftJoin(name, valueByUser(related, onPage(`l.${related.linkUser}`)));
  const access = {
    roles: catalog.roles,
    language: catalog.language,
    user_type: catalog.userType,
    identifier: catalog.identifier,
  };
  return (Object.keys(access) as (keyof typeof access)[])
    .filter((name) => parts.has(name))
    .map((name) => {
      const related = access[name];
      if (related.state !== 'readable') return { columns: [`NULL::text AS ${name}`], join: '' };
      return name === 'roles' ? leftJoin(name, rolesByUser(related.value)) : single(name, related.value);
    });
}

function leftJoin(name: UserPart, values: string): Beside {
  return { columns: [`${name}.value AS ${name}`], join: `LEFT JOIN (${values}) ${name} ON ${name}.id = page.id` };
}

/** All roles of a user, as JSON. Pairs that point nowhere are left out, as Mendix does, and roles without a name. */
function rolesByUser({ link, linkUser, linkOther, table, value }: Related): string {
  const terms = [...onPage(`l.${linkUser}`), `o.${value} IS NOT NULL`];
  // A join and no look-up a pair: an app has some dozens of roles, so every plan of it is a good one.
  return `SELECT l.${linkUser} AS id, json_agg(o.${value}) AS value
  FROM ${link} l JOIN ${table} o ON o."id" = l.${linkOther} WHERE ${terms.join(' AND ')} GROUP BY 1`;
}

/** The first value in the account tables, the most specialized first. A specialization shares the user's id. */
function accountParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): Beside[] {
  const wanted: [UserPart, AccountColumns][] = [];
  if (parts.has('full_name')) wanted.push(['full_name', catalog.fullName]);
  if (parts.has('email')) wanted.push(['email', catalog.email]);
  if (wanted.length === 0) return [];
  const tables = accountTables(wanted.map(([, columns]) => columns));
  const columns = wanted.map(([name, account]) => {
    const values = account.columns.map(({ table, column }) => `NULLIF(a${tables.indexOf(table)}.${column}::text, '')`);
    return `${values.length === 0 ? 'NULL::text' : `COALESCE(${values.join(', ')})`} AS ${name}`;
  });
  const joins = tables.map(
    (table, index) =>
      `LEFT JOIN ${table} a${index} ON a${index}."id" = page.id AND ${onPage(`a${index}."id"`).join(' AND ')}`,
  );
  return [{ columns, join: joins.join('\n') }];
}

/** By code point, as `COLLATE "C"` does, so alike on every server; each once, as two roles may bear one name. */
export function sortedRoles(roles: readonly string[]): string[] {
  if (roles.length < 2) return [...roles];
  return [...new Set(roles)].sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
