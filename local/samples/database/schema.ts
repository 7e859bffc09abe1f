/** The statements that make a sample's tables and, once the rows are there, their indexes and foreign keys. */
import { escapeIdentifier as quoted } from 'pg';
import { type AssociationLayout, type EntityLayout, entityOf, type Layout, shortName } from './layout.ts';

/** Names of all tables but the catalog's. */
export function tablesOf({ entities, associations }: Layout): ReadonlySet<string> {
  const own = associations.filter((each) => each.own);
  const stored = [...entities.values()].filter(({ entity }) => !entity.remote);
  return new Set([...stored, ...own].map(({ table }) => table));
}

/** One CREATE TABLE an entity and association of `tables`; remote entities have no table. Keys come with the indexes. */
export function tableStatements(layout: Layout, tables: ReadonlySet<string>): string[] {
  return [
    ...storedEntities(layout, tables).map(
      ({ table, columns }) =>
        `CREATE TABLE ${quoted(table)} (${columns
          .map(({ name, type }) => `${quoted(name)} ${type}${name === 'id' ? ' NOT NULL' : ''}`)
          .join(', ')})`,
    ),
    ...ownTables(layout, tables).map(
      ({ table, parentColumn, childColumn }) =>
        `CREATE TABLE ${quoted(table)} (${quoted(parentColumn)} bigint NOT NULL, ${quoted(childColumn)} bigint NOT NULL)`,
    ),
  ];
}

/** Primary keys, then the other indexes of `tables`: made after the rows, which is several times faster. */
export function indexStatements(layout: Layout, tables: ReadonlySet<string>): string[] {
  const entities = storedEntities(layout, tables);
  return [
    ...entities.map(({ table }) => `ALTER TABLE ${quoted(table)} ADD PRIMARY KEY ("id")`),
    ...ownTables(layout, tables).map(associationKeys),
    ...entities.flatMap(({ table, indexes }) =>
      indexes.map(({ name, columns }) => {
        const list = columns.map((column) => quoted(column.name)).join(', ');
        return `CREATE INDEX ${quoted(name)} ON ${quoted(table)} (${list}, "id")`;
      }),
    ),
    ...layout.associations.flatMap(({ index, table, childColumn, parentColumn }) =>
      index === null || !tables.has(table)
        ? []
        : [`CREATE INDEX ${quoted(index)} ON ${quoted(table)} (${quoted(childColumn)}, ${quoted(parentColumn)})`],
    ),
    ...(tables.has('system$user')
      ? ['ALTER TABLE "system$user" ADD CONSTRAINT "uniq_system$user_name" UNIQUE ("name")']
      : []),
  ];
}

/** Possible only when all tables are there. */
export function foreignKeyStatements(layout: Layout): string[] {
  return layout.associations.flatMap((association) => foreignKeys(layout, association));
}

function storedEntities(layout: Layout, tables: ReadonlySet<string>): EntityLayout[] {
  return [...layout.entities.values()].filter(({ entity, table }) => !entity.remote && tables.has(table));
}

/** Associations that are tables. */
function ownTables(layout: Layout, tables: ReadonlySet<string>): AssociationLayout[] {
  return layout.associations.filter(({ own, table }) => own && tables.has(table));
}

function associationKeys({ table, parentColumn, childColumn, association }: AssociationLayout): string {
  const [parent, child] = [quoted(parentColumn), quoted(childColumn)];
  const unique =
    association.kind === 'reference'
      ? `, ADD CONSTRAINT ${quoted(shortName(`uniq_${table}_${parentColumn}`))} UNIQUE (${parent})`
      : '';
  return `ALTER TABLE ${quoted(table)} ADD PRIMARY KEY (${parent}, ${child})${unique}`;
}

function foreignKeys(layout: Layout, { association, table, ...names }: AssociationLayout): string[] {
  const key = (name: string | null, column: string, target: string, action: string) =>
    name === null
      ? []
      : [
          `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(name)} FOREIGN KEY (${quoted(column)})
             REFERENCES ${quoted(entityOf(layout.entities, target).table)} ("id") ON DELETE ${action}`,
        ];
  return [
    ...key(names.parentKey, names.parentColumn, association.parent, 'CASCADE'),
    ...key(names.childKey, names.childColumn, association.child, names.own ? 'CASCADE' : 'SET NULL'),
  ];
}

/** The catalog's own tables, with the columns that the generation knows. */
export function catalogStatements({ app: { generation } }: Layout): string[] {
  const since = (version: string, column: string) => (generation.catalog >= version ? `, ${column}` : '');
  return [
    `CREATE TABLE "mendixsystem$entity" ("id" varchar(36) PRIMARY KEY, "entity_name" varchar(511) NOT NULL,
       "table_name" varchar(255) NOT NULL, "superentity_id" varchar(255), "remote" boolean, "remote_primary_key" boolean)`,
    'CREATE INDEX "idx_mendixsystem$entity_entity_name" ON "mendixsystem$entity" ("entity_name")',
    `CREATE TABLE "mendixsystem$attribute" ("id" varchar(36) PRIMARY KEY, "entity_id" varchar(255) NOT NULL,
       "attribute_name" varchar(255) NOT NULL, "column_name" varchar(255) NOT NULL, "type" integer NOT NULL,
       "length" integer, "default_value" text, "is_auto_number" boolean NOT NULL
       ${since('4.2.0', '"fkc_name" varchar(255)')})`,
    `CREATE TABLE "mendixsystem$association" ("id" varchar(36) PRIMARY KEY, "association_name" varchar(511) NOT NULL,
       "table_name" varchar(255) NOT NULL, "parent_entity_id" varchar(36) NOT NULL, "child_entity_id" varchar(36) NOT NULL,
       "parent_column_name" varchar(255) NOT NULL, "child_column_name" varchar(255) NOT NULL,
       "pk_index_name" varchar(255), "index_name" varchar(255)
       ${since('4.2.0', '"parent_fkc_name" varchar(255), "child_fkc_name" varchar(255), "parent_fkc_action" smallint, "child_fkc_action" smallint')}
       ${since('4.4.0', '"storage_format" smallint')})`,
    `CREATE TABLE "mendixsystem$index" ("id" varchar(36) PRIMARY KEY, "table_id" varchar(36) NOT NULL,
       "index_name" varchar(255) NOT NULL)`,
    `CREATE TABLE "mendixsystem$index_column" ("index_id" varchar(36), "column_id" varchar(36),
       "sort_order" boolean NOT NULL, "ordinal" integer NOT NULL, PRIMARY KEY ("index_id", "column_id"))`,
    `CREATE TABLE "mendixsystem$unique_constraint" ("name" varchar(255), "table_id" varchar(36) NOT NULL,
       "column_id" varchar(36), PRIMARY KEY ("name", "column_id"))`,
    `CREATE TABLE "mendixsystem$sequence" ("name" varchar(255) NOT NULL, "attribute_id" varchar(36) PRIMARY KEY,
       "start_value" bigint NOT NULL, "current_value" bigint)`,
    `CREATE TABLE "mendixsystem$entityidentifier" ("id" varchar(36) PRIMARY KEY, "short_id" smallint,
       "object_sequence" bigint)`,
    'CREATE INDEX "idx_mendixsystem$entityidentifier_short_id" ON "mendixsystem$entityidentifier" ("short_id")',
    `CREATE TABLE "mendixsystem$remote_primary_key" ("id" varchar(36) PRIMARY KEY, "entity_id" varchar(255) NOT NULL,
       "attribute_name" varchar(255) NOT NULL, "column_name" varchar(255) NOT NULL, "type" integer NOT NULL, "length" integer)`,
    `CREATE TABLE "mendixsystem$version" ("versionnumber" varchar(255) PRIMARY KEY, "lastsyncdate" timestamp NOT NULL,
       "preanalysismigrationversionnumber" varchar(255) NOT NULL, "modelversionnumber" varchar(255),
       "sprintrprojectname" varchar(511) ${since('4.1.0', '"mendixversion" varchar(255)')})`,
    'CREATE TABLE "mendixsystem$properties" ("key" varchar(200) PRIMARY KEY, "value" varchar(200) NOT NULL)',
  ];
}
