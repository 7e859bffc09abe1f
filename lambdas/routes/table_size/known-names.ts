/**
 * Names that a filter gives and nothing bears: a typing error looks like no data, so it is an error, with names that
 * were perhaps meant. A name that is there and matches nothing beside the other filters is an empty list.
 */

import type { Catalog } from '../../mendix/catalog.ts';
import { nearNames } from '../../near-names.ts';
import { UnknownNameError } from '../../request-errors.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import { moduleOf } from './naming.ts';
import { TABLES_OF_USERS } from './ranking.ts';
import type { Filters } from './selection.ts';

/**
 * Checks `entity` and `module`, which only Mendix's catalog knows.
 *
 * @throws UnknownNameError
 */
export function requireKnownInCatalog({ entity, module }: Pick<Filters, 'entity' | 'module'>, catalog: Catalog): void {
  const entities = [...catalog.entities.values()].map((row) => row.entity).filter((name) => name !== null);
  if (entity !== undefined) requireKnown('entity', entity, entities);
  if (module === undefined) return;
  const modules = [...entities, ...catalog.associations.values()].map(moduleOf).filter((name) => name !== null);
  requireKnown('module', module, modules);
}

/**
 * Checks `table`. Asked only when nothing was found: a page with a row proves the name.
 *
 * @throws UnknownNameError; as {@link DatabaseConnection.query}
 */
export async function requireKnownTable(connection: DatabaseConnection, table: string): Promise<void> {
  const rows = await connection.query<{ name: string }>(
    `SELECT DISTINCT h.relname::text AS name FROM pg_class h WHERE ${TABLES_OF_USERS}`,
  );
  requireKnown(
    'table',
    table,
    rows.map(({ name }) => name),
  );
}

function requireKnown(parameter: string, name: string, known: readonly string[]): void {
  const names = new Set(known);
  if (!names.has(name)) throw new UnknownNameError(parameter, name, nearNames(name, names));
}
