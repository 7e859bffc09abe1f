/** The rows of Mendix's and PostgreSQL's catalogs that say where an app keeps its users. */
import type { Queries } from './catalog.ts';

export interface EntityRow {
  id: string;
  name: string;
  table: string;
  /** Levels below System.User; `null` when it is no specialization of it. */
  depth: number | null;
}

export interface LinkRow {
  name: string;
  table: string;
  parent_entity_id: string;
  child_entity_id: string;
  parent_column: string;
  child_column: string;
}

export interface UserCatalogRows {
  entities: EntityRow[];
  attributes: { entity_id: string; name: string; column: string }[];
  links: LinkRow[];
  /** By `table.column`: whether this database role may read it. What is not there has no entry. */
  columns: Map<string, boolean>;
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
SELECT c.relname AS "table", a.attname AS "column", has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relname = ANY($1) AND c.relkind IN ('r', 'p')`;

export async function readUserCatalogRows(queries: Queries): Promise<UserCatalogRows> {
  const entities = await queries.query<EntityRow>(ENTITIES, [SYSTEM_USER, BESIDE_THE_USER]);
  const beside = entities.filter((entity) => entity.depth === null).map((entity) => entity.id);
  const accounts = entities.filter((entity) => entity.depth !== null).map((entity) => entity.id);
  const attributes = await queries.query<UserCatalogRows['attributes'][number]>(ATTRIBUTES, [accounts]);
  const links = await queries.query<LinkRow>(LINKS, [SYSTEM_USER, beside]);
  const tables = new Set([...entities, ...links].map((row) => row.table).concat(PROPERTIES));
  const columns = await queries.query<{ table: string; column: string; readable: boolean }>(COLUMNS, [[...tables]]);
  return {
    entities,
    attributes,
    links,
    columns: new Map(columns.map((row) => [`${row.table}.${row.column}`, row.readable])),
  };
}
