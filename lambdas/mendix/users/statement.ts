/**
 * Pieces of the statements over System.User, which is `u` in each. Identifiers come from the catalog, values are
 * placeholders.
 *
 * A plan must not go wrong where PostgreSQL has no statistics (after an upgrade, after a restore), so no piece leaves
 * the planner a choice that can be a bad one: each table that is joined is bounded by the same range of ids as the
 * users are, for the planner does not carry `u.id > 5` over to a table that is joined by `u.id`; and an object beside a
 * user is looked up by its primary key in a scalar subquery, which cannot become a join with the whole table.
 */
import type { AccountColumns } from './account.ts';
import { needed, type UserCatalog, type UserColumn } from './catalog.ts';
import type { Related } from './related.ts';

/** Collects values and gives their placeholders. */
export class Placeholders {
  readonly values: unknown[] = [];
  of(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** Ids after `after`, up to and including `last`; `null`: without that end. */
export interface IdRange {
  after: string | null;
  last: string | null;
}

export const ALL_IDS: IdRange = { after: null, last: null };

/**
 * That `column` is in the range: `l."system$userid" > (SELECT $1::bigint) AND l."system$userid" <= (SELECT $2::bigint)`.
 * The subqueries hide the values from the planner: near the highest id that it has statistics of, it would believe that
 * one row follows where a thousand do, and join them in a loop.
 */
export function inRange(column: string, { after, last }: IdRange, values: Placeholders): string[] {
  return [
    ...(after === null ? [] : [`${column} > (SELECT ${values.of(after)}::bigint)`]),
    ...(last === null ? [] : [`${column} <= (SELECT ${values.of(last)}::bigint)`]),
  ];
}

/**
 * That `column` is one of `ids`. One value has an order in the index, which a list has not: a count by merging takes a fifth
 * of the time.
 */
export function oneOf(column: string, ids: readonly string[], values: Placeholders): string {
  return ids.length === 1 ? `${column} = ${values.of(ids[0])}::bigint` : `${column} = ANY(${values.of(ids)}::bigint[])`;
}

/** `WHERE a AND b`; nothing without conditions. */
export function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join('\n  AND ')}`;
}

const NULLS: Record<UserColumn, string> = {
  name: 'NULL::text',
  lastlogin: 'NULL::timestamp',
  active: 'NULL::boolean',
  blocked: 'NULL::boolean',
  blockedsince: 'NULL::timestamp',
  webserviceuser: 'NULL::boolean',
  isanonymous: 'NULL::boolean',
  createddate: 'NULL::timestamp',
  submetaobjectname: 'NULL::text',
};

/** A column of `u`; NULL where the app has none or it cannot be read. */
export function userColumn(catalog: UserCatalog, column: UserColumn): string {
  const access = catalog.columns[column];
  return access.state === 'readable' ? `u.${access.value}` : NULLS[column];
}

/** A column that a filter or a total cannot do without. @throws as `needed` */
export function neededColumn(catalog: UserCatalog, column: UserColumn): string {
  needed(catalog, catalog.columns[column]);
  return userColumn(catalog, column);
}

/** The value of the object that the pair `l` names. By primary key: one row, whatever the planner believes. */
export function valueOfPair({ table, value, linkOther }: Related): string {
  return `(SELECT o.${value}::text FROM ${table} o WHERE o."id" = l.${linkOther})`;
}

/**
 * One value a user, as rows `(id, value)`. More than one pair is possible where the database has no constraint; then
 * the greatest counts, so that a user stays one row (and `Internal` wins over `External`: in doubt, Mendix counts so).
 * `conditions` bound `l.${linkUser}`.
 */
export function valueByUser(related: Related, conditions: readonly string[]): string {
  return `SELECT l.${related.linkUser} AS id, max(${valueOfPair(related)}) AS value
  FROM ${related.link} l ${whereAll(conditions)} GROUP BY 1`;
}

/** The greatest value of one user, as in `valueByUser`; `user` is their id. */
export function valueOfUser(related: Related, user: string): string {
  return `(SELECT max(${valueOfPair(related)}) FROM ${related.link} l WHERE l.${related.linkUser} = ${user})`;
}

/** The account tables that have one of `columns`, each once. */
export function accountTables(columns: readonly AccountColumns[]): string[] {
  return [...new Set(columns.flatMap((account) => account.columns.map(({ table }) => table)))];
}

/** A UTC time of the request as Mendix stores it: in UTC, without saying so. */
export function mendixTime(placeholder: string): string {
  return `(${placeholder}::timestamptz AT TIME ZONE 'UTC')`;
}
