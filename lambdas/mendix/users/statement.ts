/**
 * Pieces of the statements over System.User, which is `u` in each. Identifiers come from the catalog, values are
 * placeholders.
 */
import { DatabaseUnavailableError } from '../../errors.ts';
import type { Seen } from './access.ts';
import type { AccountColumns, Related, UserCatalog, UserColumn } from './catalog.ts';

/** Collects values and gives their placeholders. */
export class Placeholders {
  readonly values: unknown[] = [];
  of(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const TYPES: Record<UserColumn, string> = {
  name: 'text',
  lastlogin: 'timestamp',
  active: 'boolean',
  blocked: 'boolean',
  blockedsince: 'timestamp',
  webserviceuser: 'boolean',
  isanonymous: 'boolean',
  createddate: 'timestamp',
  submetaobjectname: 'text',
};

/** A column of `u`; NULL where the app has none or the role may not read it. */
export function userColumn(catalog: UserCatalog, column: UserColumn): string {
  const seen = catalog.columns[column];
  return seen.seen === 'readable' ? `u.${seen.at}` : `NULL::${TYPES[column]}`;
}

/** A column that a filter or a total cannot do without. @throws DatabaseUnavailableError `grant-missing` */
export function neededColumn(catalog: UserCatalog, column: UserColumn): string {
  needed(catalog, catalog.columns[column]);
  return userColumn(catalog, column);
}

/** What the app has of `seen`, `null` for nothing. @throws DatabaseUnavailableError `grant-missing` */
export function needed<T>(catalog: UserCatalog, seen: Seen<T>): T | null {
  if (seen.seen === 'refused') throw new DatabaseUnavailableError(catalog.source, 'grant-missing', seen.table);
  return seen.seen === 'readable' ? seen.at : null;
}

/**
 * The one related value of a user. More than one row is possible where the database has no constraint; then the
 * greatest counts, so that a user stays one row (and `Internal` wins over `External`: in doubt, Mendix counts so).
 */
export function relatedValue(seen: Seen<Related>): string {
  if (seen.seen !== 'readable') return 'NULL::text';
  const { link, linkUser, linkOther, table, value } = seen.at;
  return `(SELECT max(o.${value}) FROM ${link} l JOIN ${table} o ON o."id" = l.${linkOther} WHERE l.${linkUser} = u."id")`;
}

/** All related values of a user, sorted alike on every server. Rows that point nowhere are left out, as Mendix does. */
export function relatedValues(seen: Seen<Related>): string {
  if (seen.seen !== 'readable') return 'NULL::text[]';
  const { link, linkUser, linkOther, table, value } = seen.at;
  return `ARRAY(SELECT o.${value}::text FROM ${link} l JOIN ${table} o ON o."id" = l.${linkOther}
    WHERE l.${linkUser} = u."id" ORDER BY o.${value} COLLATE "C")`;
}

/** Joins the account tables that have one of `values`. A specialization shares the user's id, so no row is doubled. */
export function accountJoins(values: readonly AccountColumns[]): string {
  return accountTables(values)
    .map((table, index) => `LEFT JOIN ${table} a${index} ON a${index}."id" = u."id"`)
    .join('\n');
}

/** The first value in the account tables that `accountJoins(all)` joins. */
export function accountValue(value: AccountColumns, all: readonly AccountColumns[]): string {
  const tables = accountTables(all);
  const values = value.columns.map(({ table, column }) => `NULLIF(a${tables.indexOf(table)}.${column}, '')`);
  return values.length === 0 ? 'NULL::text' : `COALESCE(${values.join(', ')})`;
}

function accountTables(values: readonly AccountColumns[]): string[] {
  return [...new Set(values.flatMap(({ columns }) => columns.map(({ table }) => table)))];
}

/** What a user is: anonymous wins, as an anonymous user never counts for the licence. */
export function kind(anonymous: string, webService: string): string {
  return `CASE WHEN ${anonymous} THEN 'anonymous' WHEN ${webService} THEN 'web_service' ELSE 'named' END`;
}

/** A UTC time of the request as Mendix stores it: in UTC, without saying so. */
export function mendixTime(placeholder: string): string {
  return `(${placeholder}::timestamptz AT TIME ZONE 'UTC')`;
}
