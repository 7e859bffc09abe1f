/** The names of tables, from Mendix's own catalog: the table's name is never built from the entity's. */
/** Mendix's own tables: catalog, versions, sequences. */
export const CATALOG_TABLE_PREFIX = 'mendixsystem$';

/** A table renamed for the time of a synchronisation; one that stays tells of a synchronisation that was interrupted. */
export const LEFTOVER = /^[0-9a-f]{32}$/;

/** Runs one read statement and gives its rows. */
export interface CatalogQueries {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Catalog {
  /** False in a database that is not a Mendix app's. */
  present: boolean;
  /** By table. The name is `null` where the catalog has none. */
  entities: ReadonlyMap<string, { entity: string | null; generalization: string | null }>;
  /** By table; only associations that have a table of their own. */
  associations: ReadonlyMap<string, string | null>;
  /** Of the runtime that synchronised last; `null` before Mendix wrote it down (catalog 4.1.0), or where two are written. */
  mendix_version: string | null;
}

interface CatalogRow {
  what: 'entity' | 'association' | 'version';
  table_name: string;
  name: string | null;
  generalization: string | null;
}

/** What of the catalog this database has; `to_regclass` and `pg_attribute` are read without a lock on the tables. */
export interface CatalogShape {
  entities: boolean;
  associations: boolean;
  mendix_version: boolean;
}

/** SQL columns that give a CatalogShape. */
export const CATALOG_SHAPE = `
  to_regclass('public."mendixsystem$entity"') IS NOT NULL AS entities,
  to_regclass('public."mendixsystem$association"') IS NOT NULL AS associations,
  EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public."mendixsystem$version"')
    AND attname = 'mendixversion' AND NOT attisdropped) AS mendix_version`;

/**
 * Reads the catalog.
 * An association is a column of the parent's table when `parent_column_name` is `id`, in every version of Mendix; rows
 * whose table does not exist (views, external entities, old `system$owner`) are simply never looked up.
 *
 * @param tables only what concerns these; `null` for all
 * @throws DatabaseUnavailableError `grant-missing`, RelationLockedError, UpstreamTimeoutError
 */
export async function readCatalog(
  connection: CatalogQueries,
  shape: CatalogShape,
  tables: readonly string[] | null,
): Promise<Catalog> {
  const selects = [];
  const only = tables === null ? '' : 'AND x.table_name IN (SELECT unnest($1::text[]))';
  if (shape.entities) {
    selects.push(`SELECT 'entity' AS what, x.table_name::text, x.entity_name::text AS name, s.entity_name::text AS generalization
      FROM public."mendixsystem$entity" x LEFT JOIN public."mendixsystem$entity" s ON s.id = x.superentity_id
      WHERE x.table_name IS NOT NULL ${only}`);
  }
  if (shape.associations) {
    selects.push(`SELECT 'association', x.table_name::text, x.association_name::text, NULL
      FROM public."mendixsystem$association" x WHERE x.parent_column_name <> 'id' AND x.table_name IS NOT NULL ${only}`);
  }
  if (shape.mendix_version)
    selects.push(`SELECT 'version', '', mendixversion::text, NULL FROM public."mendixsystem$version"`);
  const rows =
    selects.length === 0
      ? []
      : await connection.query<CatalogRow>(selects.join(' UNION ALL '), tables === null ? [] : [tables]);
  const of = (what: CatalogRow['what']) => rows.filter((row) => row.what === what);
  const versions = new Set(of('version').map(({ name }) => name));
  return {
    present: shape.entities,
    entities: new Map(
      of('entity').map((row) => [row.table_name, { entity: row.name, generalization: row.generalization }]),
    ),
    associations: new Map(of('association').map((row) => [row.table_name, row.name])),
    mendix_version: versions.size === 1 ? ([...versions][0] ?? null) : null,
  };
}
