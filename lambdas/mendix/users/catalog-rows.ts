/**
 * The rows of Mendix's and PostgreSQL's catalogs that say where an app keeps its users. They depend on the database and
 * on the role that reads them, and on nothing else: no part of an environment's configuration belongs here, for they
 * are remembered by database and role.
 */
import { type ColumnRow, relation, TableColumns } from './access.ts';
import type { Queries } from './queries.ts';

export interface EntityRow {
  id: string;
  name: string;
  table: string;
  /** Levels below System.User; `null` when it is no specialization of it. */
  depth: number | null;
}

export interface AttributeRow {
  entity_id: string;
  name: string;
  column: string;
}

/** An association: its table, or where it is a column of the parent's table that one, and the columns of both ends. */
export interface LinkRow {
  name: string;
  table: string;
  parent_entity_id: string;
  child_entity_id: string;
  parent_column: string;
  child_column: string;
}

export interface UserCatalogRows {
  /** System.User, its specializations, and the entities that may stand beside a user. */
  entities: EntityRow[];
  /** Attributes of System.User and its specializations. */
  attributes: AttributeRow[];
  /** Associations between System.User and the entities beside it. */
  links: LinkRow[];
  columns: TableColumns;
  /** Login of the administrator that every app has without its being a person; `null` where it may not be read. */
  administrator: string | null;
}

/** The GUID of System.User, equal in every app since 2013: the name could be another one's, the GUID cannot. */
const SYSTEM_USER = '282e2e60-88a5-469d-84a5-ba8d9151644f';

/** The table of the runtime's own notes; it has no entity. */
export const PROPERTIES = 'mendixsystem$properties';

const BESIDE_THE_USER = [
  'System.UserRole',
  'System.Language',
  'System.UserReportInfo',
  'System.Session',
  'UserCommons.NamedUserIdentifier',
];

/** A model has a few levels of specialization; the bound only ends a walk through a damaged catalog. */
const ENTITIES = `
WITH RECURSIVE account AS (
  SELECT id, entity_name, table_name, 0 AS depth FROM public."mendixsystem$entity" WHERE id = $1
  UNION ALL
  SELECT e.id, e.entity_name, e.table_name, account.depth + 1
  FROM public."mendixsystem$entity" e JOIN account ON e.superentity_id = account.id
  WHERE account.depth < 32
)
SELECT id, entity_name AS name, table_name AS "table", depth FROM account
UNION ALL
SELECT id, entity_name, table_name, NULL FROM public."mendixsystem$entity" WHERE entity_name = ANY($2)`;

const ATTRIBUTES = `
SELECT entity_id, attribute_name AS name, column_name AS "column"
FROM public."mendixsystem$attribute" WHERE entity_id = ANY($1)`;

/** Table and both columns say the same thing whether the association is a table or a column of the parent's table. */
const LINKS = `
SELECT association_name AS name, table_name AS "table", parent_entity_id, child_entity_id,
  parent_column_name AS parent_column, child_column_name AS child_column
FROM public."mendixsystem$association"
WHERE (parent_entity_id = $1 AND child_entity_id = ANY($2)) OR (child_entity_id = $1 AND parent_entity_id = ANY($2))
ORDER BY association_name`;

const COLUMNS = `
SELECT c.relname AS "table", a.attname AS "column", t.typname AS type,
  has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relname = ANY($1) AND c.relkind IN ('r', 'p')`;

/** @throws UpstreamFailedError `sqlstate-42P01` where there is no Mendix catalog; whatever `queries` throws */
export async function readUserCatalogRows(queries: Queries): Promise<UserCatalogRows> {
  const entities = await queries.query<EntityRow>(ENTITIES, [SYSTEM_USER, BESIDE_THE_USER]);
  const beside = entities.filter((entity) => entity.depth === null).map((entity) => entity.id);
  const accounts = entities.filter((entity) => entity.depth !== null).map((entity) => entity.id);
  const attributes = await queries.query<AttributeRow>(ATTRIBUTES, [accounts]);
  const links = await queries.query<LinkRow>(LINKS, [SYSTEM_USER, beside]);
  const tables = [...new Set([...entities, ...links].map((row) => row.table).concat(PROPERTIES))];
  const columns = new TableColumns(await queries.query<ColumnRow>(COLUMNS, [tables]));
  return {
    entities,
    attributes,
    links,
    columns,
    administrator: await readAdministrator(queries, columns),
  };
}

/**
 * Two thirds of real databases do not name the administrator; then the login is the one that Mendix gives a new app
 * (`AdminUser` of `metadata.json`, "MxAdmin" in Studio Pro until somebody changes it). Where the name stands but may
 * not be read, it could be any: nobody is taken for the administrator.
 */
const USUAL_ADMINISTRATOR = 'MxAdmin';

async function readAdministrator(queries: Queries, columns: TableColumns): Promise<string | null> {
  const { state } = columns.all(PROPERTIES, ['key', 'value'], null);
  if (state === 'refused') return null;
  const name = state === 'readable' ? await readProperty(queries, relation(PROPERTIES), 'MxAdminUserName') : null;
  return name === null || name === '' ? USUAL_ADMINISTRATOR : name;
}

/** One of the runtime's own notes; `null` where it has none by that name. `properties` is quoted. */
export async function readProperty(queries: Queries, properties: string, name: string): Promise<string | null> {
  const [row] = await queries.query<{ value: string | null }>(`SELECT "value" FROM ${properties} WHERE "key" = $1`, [
    name,
  ]);
  return row?.value ?? null;
}
