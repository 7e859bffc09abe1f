/** What a table is to the Mendix app. */
import { CATALOG_TABLE_PREFIX, type Catalog, LEFTOVER } from '../../mendix/catalog.ts';

export type Kind = 'entity' | 'association' | 'system' | 'leftover' | 'other';

export interface Naming {
  entity: string | null;
  association: string | null;
  module: string | null;
  generalization: string | null;
  /** `null` when the catalog could not be read. */
  kind: Kind | null;
}

/**
 * Mendix only ever uses the schema `public`; a table of the same name elsewhere is somebody else's.
 *
 * @param catalog `null` when it could not be read
 */
export function nameOf(schema: string, table: string, catalog: Catalog | null): Naming {
  const none = { entity: null, association: null, module: null, generalization: null };
  if (catalog === null) return { ...none, kind: null };
  if (schema !== 'public' || !catalog.present) return { ...none, kind: 'other' };
  const entity = catalog.entities.get(table);
  if (entity !== undefined) {
    const { generalization } = entity;
    return { ...none, entity: entity.entity, module: moduleOf(entity.entity), generalization, kind: 'entity' };
  }
  const association = catalog.associations.get(table);
  if (association !== undefined) return { ...none, association, module: moduleOf(association), kind: 'association' };
  if (table.startsWith(CATALOG_TABLE_PREFIX)) return { ...none, kind: 'system' };
  return { ...none, kind: LEFTOVER.test(table) ? 'leftover' : 'other' };
}

/** `Sales` of `Sales.Order`; `null` for a name that is not qualified, or none. */
export function moduleOf(qualifiedName: string | null): string | null {
  const dot = qualifiedName?.indexOf('.') ?? -1;
  return qualifiedName === null || dot <= 0 ? null : qualifiedName.slice(0, dot);
}
