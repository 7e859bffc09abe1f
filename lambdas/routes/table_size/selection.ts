/**
 * The caller's filters as conditions on catalog rows.
 *
 * Worked example: `module=Sales&kind=association` in an app with the tables `sales$order`, `sales$order_customer` (an
 * association with a table of its own) and `crm$person`: Mendix's catalog gives the one name `sales$order_customer`, and
 * the condition is "in schema public and of these names". `kind=other` is the other way round: everything that is not in
 * schema public, or there neither in the catalog, nor a `mendixsystem$…`, nor a leftover.
 */
import { CATALOG_TABLE_PREFIX, type Catalog, LEFTOVER } from '../../mendix/catalog.ts';
import { type Kind, moduleOf } from './naming.ts';

/** As the request has them; together they narrow. */
export interface Filters {
  table?: string | undefined;
  entity?: string | undefined;
  module?: string | undefined;
  kind?: Kind | undefined;
  min_bytes?: number | undefined;
}

/** What the ranking statement narrows its tables by. */
export interface Selection {
  table?: string | undefined;
  min_bytes?: number | undefined;
  /** Tables of the public schema: one of these names, or none of these names and of such a kind. */
  names?: { of: string[] } | { system: true } | { leftover: true; known: string[] } | { other: true; known: string[] };
}

/** True when the filters ask for what only Mendix's own catalog knows. */
export function needsCatalog(filters: Filters): boolean {
  return filters.entity !== undefined || filters.module !== undefined || filters.kind !== undefined;
}

/**
 * The names that the filters mean.
 *
 * @param catalog the whole of it when `needsCatalog`; else it is not looked at
 */
export function select(filters: Filters, catalog: Catalog | undefined): Selection {
  const selection: Selection = { table: filters.table, min_bytes: filters.min_bytes };
  if (!needsCatalog(filters) || catalog === undefined) return selection;
  const { entity, module, kind } = filters;
  const ofModule = (name: string | null) => module === undefined || moduleOf(name) === module;
  const entities = [...catalog.entities]
    .filter(([, of]) => ofModule(of.entity) && (entity === undefined || of.entity === entity))
    .map(([table]) => table);
  const associations = [...catalog.associations]
    .filter(([table, name]) => !catalog.entities.has(table) && ofModule(name) && entity === undefined)
    .map(([table]) => table);
  if (kind === 'entity') return { ...selection, names: { of: entities } };
  if (kind === 'association') return { ...selection, names: { of: associations } };
  // Only entities and associations belong to a module.
  if (kind === undefined) return { ...selection, names: { of: [...entities, ...associations] } };
  if (entity !== undefined || module !== undefined) return { ...selection, names: { of: [] } };
  const known = [...catalog.entities.keys(), ...catalog.associations.keys()];
  if (!catalog.present) return { ...selection, names: kind === 'other' ? { other: true, known: [] } : { of: [] } };
  if (kind === 'system') return { ...selection, names: { system: true } };
  return { ...selection, names: kind === 'leftover' ? { leftover: true, known } : { other: true, known } };
}

/** Above so many names, one pass over `pg_class` is cheaper than a look into its index for each. */
const MAX_LOOKED_UP = 1_000;

/** SQL of the tables of the public schema that have one of the names in `list`, each looked up. */
const lookedUp = (list: string) => `(SELECT c.oid, c.relname FROM unnest(${list}::text[]) AS name CROSS JOIN LATERAL (
       SELECT oid, relname FROM pg_class WHERE relname = name AND relnamespace = (SELECT to_regnamespace('public')) OFFSET 0) c)`;

/**
 * SQL that follows a WHERE condition on `r.oid`; empty where nothing narrows it.
 *
 * No part of it is a join that the planner could take for a loop: with `relkind` and names in one join, it believed in
 * a handful of tables where statistics of `pg_class` were gone, and compared 30,000 names with 30,000 tables for two minutes.
 * `(… IN (SELECT …)) IS TRUE` is a look into a hashed list in every version; `= ANY` is from 14 on, `<> ALL` from 15 on.
 *
 * @param values of the statement's placeholders so far; what the condition needs is pushed to them
 */
export function selectionCondition(selection: Selection, values: unknown[]): string {
  const placeholder = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  let tables = 'pg_class';
  if (selection.table !== undefined) conditions.push(`c.relname = ${placeholder(selection.table)}`);
  const { names } = selection;
  if (names !== undefined) {
    const among = (list: string[]) => `c.relname IN (SELECT unnest(${placeholder(list)}::text[]))`;
    const isPublic = "c.relnamespace = (SELECT to_regnamespace('public'))";
    const system = `c.relname LIKE '${CATALOG_TABLE_PREFIX}%'`;
    const leftover = `c.relname ~ '${LEFTOVER.source}'`;
    if ('of' in names && names.of.length <= MAX_LOOKED_UP) tables = lookedUp(placeholder(names.of));
    else if ('of' in names) conditions.push(`${isPublic} AND (${among(names.of)}) IS TRUE`);
    else if ('system' in names) conditions.push(`${isPublic} AND ${system}`);
    else if ('leftover' in names) {
      conditions.push(`${isPublic} AND ${leftover} AND (${among(names.known)}) IS FALSE`);
    } else if (names.known.length > 0) {
      conditions.push(`NOT (${isPublic} AND (${system} OR ${leftover} OR ${among(names.known)}))`);
    }
  }
  if (conditions.length === 0 && tables === 'pg_class') return '';
  return ` AND (r.oid IN (SELECT c.oid FROM ${tables} c WHERE ${[...conditions, 'true'].join(' AND ')})) IS TRUE`;
}
