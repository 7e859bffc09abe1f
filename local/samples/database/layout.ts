/** From the domain model to what the runtime makes of it in PostgreSQL: tables, columns, indexes, keys and names. */
import { createHash } from 'node:crypto';
import type { App, Association, Attribute, Entity } from './model.ts';

export interface Layout {
  app: App;
  /** By full name. */
  entities: Map<string, EntityLayout>;
  associations: AssociationLayout[];
}

export interface EntityLayout {
  /** `Sales.Order`. */
  name: string;
  guid: string;
  /** Top 16 bits of the ids of exactly this entity. */
  shortId: number;
  entity: Entity;
  table: string;
  columns: Column[];
  indexes: { name: string; columns: Column[] }[];
  /** True when other entities specialize this one: the table then has `submetaobjectname`. */
  specialized: boolean;
}

export interface Column {
  name: string;
  /** PostgreSQL type. */
  type: string;
  /** GUID of the attribute or of the association that the column stands for. */
  guid: string;
  attribute: Attribute | null;
}

export interface AssociationLayout {
  association: Association;
  guid: string;
  /** Its own table, or that of the parent where it is a column. */
  table: string;
  own: boolean;
  parentColumn: string;
  childColumn: string;
  index: string | null;
  /** Foreign keys to parent and child; `null` where the generation makes none. */
  parentKey: string | null;
  childKey: string | null;
}

/** GUIDs of System entities are the same in every app. */
const SYSTEM_GUIDS: Record<string, string> = {
  'System.User': '282e2e60-88a5-469d-84a5-ba8d9151644f',
  'System.UserRole': '92ef30a6-de04-423c-84fd-a21e9b9eeae2',
  'System.FileDocument': '170ce49d-f29c-4fac-99a6-b55e8a3aeb39',
  'System.Image': '37827192-315d-4ab6-85b8-f626f866ea76',
  'System.Session': '37f9fd49-5318-4c63-9a51-f761779b202f',
  'System.Language': '76805df3-dede-435f-92a6-d6525c68a693',
  'System.TimeZone': '7f7c72af-1ab7-4bf9-bed6-16db5c8fcf6f',
  'System.UserReportInfo': '1c90a770-98ef-45df-9267-b87973cc6581',
  'System.TokenInformation': '09b2f0fe-4a11-4afc-a16e-94992a3ebc3d',
  'System.UnreferencedFile': '4e336d7d-71e8-41f4-9f07-8f0646543e81',
};

/** A stable GUID for anything of the model, from its kind and name. */
export function guid(kind: string, name: string): string {
  const hex = createHash('md5').update(`${kind}:${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-3${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** PostgreSQL cuts names at 63 bytes; the rest is told apart by a hash, as two long names may begin alike. */
export function shortName(name: string): string {
  if (name.length <= 63) return name;
  return `${name.slice(0, 54)}_${createHash('md5').update(name).digest('hex').slice(0, 8)}`;
}

/** The table of an entity: `Sales.Order` is `sales$order`. */
export function tableName(fullName: string): string {
  return shortName(fullName.replace('.', '$').toLowerCase());
}

/** @throws RangeError when an association or a generalization names an entity that the app has not; so do the others */
export function layoutOf(app: App): Layout {
  const entities = new Map<string, EntityLayout>();
  const all = app.modules.flatMap((module) =>
    module.entities.map((entity) => ({ name: `${module.name}.${entity.name}`, entity })),
  );
  const generalizations = new Set(all.map(({ entity }) => entity.generalization));
  for (const [position, { name, entity }] of all.entries()) {
    const specialized = generalizations.has(name);
    const columns = columnsOf(name, entity, specialized);
    entities.set(name, {
      name,
      guid: SYSTEM_GUIDS[name] ?? guid('entity', name),
      // Any fixed numbering will do; a real one has gaps, and System.User is not the first.
      shortId: 2 + position + Math.floor(position / 7),
      entity,
      table: tableName(name),
      columns,
      indexes: indexesOf(name, entity, columns),
      specialized,
    });
  }
  const associations = app.modules.flatMap((module) =>
    module.associations.map((association) => associationLayout(app, entities, association)),
  );
  for (const { association, own, childColumn, guid: id } of associations) {
    if (own) continue;
    const parent = entityOf(entities, association.parent);
    const column = { name: childColumn, type: 'bigint', guid: id, attribute: null };
    parent.columns.push(column);
    parent.indexes.push({ name: shortName(`idx_${parent.table}_${childColumn}`), columns: [column] });
  }
  return { app, entities, associations };
}

/** An entity of the layout by its full name. @throws RangeError when the model has none of that name */
export function entityOf(entities: Layout['entities'], name: string): EntityLayout {
  const found = entities.get(name);
  if (found === undefined) throw new RangeError(`${name}: no such entity`);
  return found;
}

/** The entity and its generalizations, itself first. */
export function chainOf(layout: Layout, name: string): EntityLayout[] {
  const found = entityOf(layout.entities, name);
  const parent = found.entity.generalization;
  return parent === null ? [found] : [found, ...chainOf(layout, parent)];
}

const SQL_TYPES = {
  auto: 'bigint',
  integer: 'integer',
  long: 'bigint',
  decimal: 'numeric(28,8)',
  boolean: 'boolean',
  time: 'timestamp',
  binary: 'bytea',
} as const;

function sqlType({ type, length }: Attribute): string {
  if (type === 'string' || type === 'enum') return length === 0 ? 'text' : `varchar(${length})`;
  return SQL_TYPES[type];
}

function columnsOf(name: string, entity: Entity, specialized: boolean): Column[] {
  return [
    { name: 'id', type: 'bigint', guid: '', attribute: null },
    ...entity.attributes.map((attribute) => ({
      name: attribute.name.toLowerCase(),
      type: sqlType(attribute),
      guid: guid('attribute', `${name}.${attribute.name}`),
      attribute,
    })),
    ...(specialized
      ? [{ name: 'submetaobjectname', type: 'varchar(255)', guid: guid('submeta', name), attribute: null }]
      : []),
    ...entity.stores.map((member) => ({
      name: `system$${member.toLowerCase()}`,
      type: 'bigint',
      guid: guid(member, name),
      attribute: null,
    })),
  ];
}

function indexesOf(name: string, entity: Entity, columns: Column[]): EntityLayout['indexes'] {
  const attributes = entity.indexes.map((index) => index.map((each) => each.toLowerCase()));
  const system = columns.filter(({ name: column }) => /^(submetaobjectname|system\$)/.test(column));
  return [
    ...attributes.map((index) => ({
      name: shortName(`idx_${tableName(name)}_${index.map((each) => `${each}_asc`).join('_')}`),
      columns: index.flatMap((each) => columns.filter((column) => column.name === each)),
    })),
    ...system.map((column) => ({ name: shortName(`idx_${tableName(name)}_${column.name}`), columns: [column] })),
  ];
}

function associationLayout(
  { generation }: App,
  entities: Layout['entities'],
  association: Association,
): AssociationLayout {
  const parent = entityOf(entities, association.parent);
  const child = entityOf(entities, association.child);
  const own = association.kind === 'set' || association.ownTable || !generation.directAssociations;
  const itself = parent === child;
  const name = tableName(association.name);
  const table = own ? name : parent.table;
  const parentColumn = own ? `${parent.table}id${itself ? '1' : ''}` : 'id';
  const childColumn = own ? `${child.table}id${itself ? '2' : ''}` : name;
  const key = (column: string) => (generation.directAssociations ? shortName(`frn_${table}_${column}`) : null);
  return {
    association,
    guid: guid('association', association.name),
    table,
    own,
    parentColumn,
    childColumn,
    index: own ? shortName(`idx_${table}_${child.table}_${parent.table}`) : null,
    parentKey: own ? key(parentColumn) : null,
    childKey: key(childColumn),
  };
}
