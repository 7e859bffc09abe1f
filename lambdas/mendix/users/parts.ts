/** What stands beside a user in other tables, for the users of a page: `page` with its ids in each statement. */
import type { Access } from './access.ts';
import type { AccountColumns } from './account.ts';
import type { UserCatalog } from './catalog.ts';
import type { Related } from './related.ts';
import { accountTables, valueByUser, valueOfPair } from './statement.ts';

/** Parts that stand in other tables: read for the rows of a page only, and only where asked for. */
export type UserPart = 'roles' | 'language' | 'user_type' | 'identifier' | 'full_name' | 'email';

/** Columns for the select list, and joins that they need. */
interface Beside {
  columns: string[];
  joins: string[];
}

/** The page's first and last id, for `rangeParts`. */
export const BOUNDS = ',\nbounds AS MATERIALIZED (SELECT min(id) AS first, max(id) AS last FROM page)';

/**
 * For users without gaps between them: one range of each table's index. A page of the users 5, 6, 8 reads of the
 * languages `l."system$userid" >= 5 AND … <= 8` in one scan, and joins what it finds by id.
 */
export function rangeParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): Beside {
  const related = relatedParts(catalog, parts).map(([name, access]): Beside => {
    if (access.state !== 'readable') return nothing(name);
    const onPage = between(`l.${access.value.linkUser}`);
    const values = FEW_OBJECTS[name]?.(access.value, onPage) ?? valueByUser(access.value, onPage);
    return { columns: [`${name}.value AS ${name}`], joins: [`LEFT JOIN (${values}) ${name} ON ${name}.id = page.id`] };
  });
  const accounts = accountParts(catalog, parts);
  const tables = accountTables(accounts.map(([, account]) => account));
  const joins = tables.map((table, index) => {
    const on = [`a${index}."id" = page.id`, ...between(`a${index}."id"`)];
    return `LEFT JOIN ${table} a${index} ON ${on.join(' AND ')}`;
  });
  const columns = accounts.map(([name, account]) =>
    firstOf(name, account, (table, column) => `a${tables.indexOf(table)}.${column}`),
  );
  return {
    columns: [...related.flatMap((part) => part.columns), ...columns],
    joins: [...related.flatMap((part) => part.joins), ...joins],
  };
}

/**
 * For users who lie far apart, as a filter leaves them: a look-up by index for each. A page of the users 5, 70,000 and
 * 90,000 asks three times; as a range it would read what stands beside 90,000.
 */
export function lookUpParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): Beside {
  const related = relatedParts(catalog, parts).flatMap(([name, access]) => {
    if (access.state !== 'readable') return nothing(name).columns;
    const { link, linkUser } = access.value;
    // No join: without statistics it could become one with the whole table.
    const values = `SELECT ${valueOfPair(access.value)} AS value FROM ${link} l WHERE l.${linkUser} = page.id`;
    const all = name === 'roles' ? '(json_agg(v.value) FILTER (WHERE v.value IS NOT NULL))::text' : 'max(v.value)';
    return [`(SELECT ${all} FROM (${values}) v) AS ${name}`];
  });
  const accounts = accountParts(catalog, parts).map(([name, account]) =>
    firstOf(name, account, (table, column) => `(SELECT a.${column} FROM ${table} a WHERE a."id" = page.id)`),
  );
  return { columns: [...related, ...accounts], joins: [] };
}

function nothing(name: UserPart): Beside {
  return { columns: [`NULL::text AS ${name}`], joins: [] };
}

function between(column: string): string[] {
  return [`${column} >= (SELECT first FROM bounds)`, `${column} <= (SELECT last FROM bounds)`];
}

function relatedParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): [UserPart, Access<Related>][] {
  const all: [UserPart, Access<Related>][] = [
    ['roles', catalog.roles],
    ['language', catalog.language],
    ['user_type', catalog.userType],
    ['identifier', catalog.identifier],
  ];
  return all.filter(([name]) => parts.has(name));
}

function accountParts(catalog: UserCatalog, parts: ReadonlySet<UserPart>): [UserPart, AccountColumns][] {
  const all: [UserPart, AccountColumns][] = [
    ['full_name', catalog.fullName],
    ['email', catalog.email],
  ];
  return all.filter(([name]) => parts.has(name));
}

/**
 * Of what an app has some dozens: a join and no look-up a pair, as every plan of it is a good one. Pairs that point
 * nowhere are left out, as Mendix does, and objects without a value.
 */
const FEW_OBJECTS: Partial<Record<UserPart, (related: Related, onPage: readonly string[]) => string>> = {
  roles: (related, onPage) => joinedByUser(related, onPage, `json_agg(o.${related.value})::text`),
  language: (related, onPage) => joinedByUser(related, onPage, `max(o.${related.value}::text)`),
};

function joinedByUser(related: Related, onPage: readonly string[], all: string): string {
  const { link, linkUser, linkOther, table, value } = related;
  const terms = [...onPage, `o.${value} IS NOT NULL`];
  return `SELECT l.${linkUser} AS id, ${all} AS value
  FROM ${link} l JOIN ${table} o ON o."id" = l.${linkOther} WHERE ${terms.join(' AND ')} GROUP BY 1`;
}

/** The first value in the account tables, the most specialized first. A specialization shares the user's id. */
function firstOf(name: UserPart, account: AccountColumns, at: (table: string, column: string) => string): string {
  const values = account.columns.map(({ table, column }) => `NULLIF(${at(table, column)}::text, '')`);
  return `${values.length === 0 ? 'NULL::text' : `COALESCE(${values.join(', ')})`} AS ${name}`;
}
