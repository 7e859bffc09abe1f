/**
 * How a sample app is described: modules, entities, attributes and associations, as a Mendix domain model has them.
 * The other files of this folder turn the description into tables, catalog rows and data.
 */

/** What the runtime of a Mendix release makes of a domain model in PostgreSQL. */
export interface Generation {
  /** `mendixsystem$version.mendixversion`; `null` where the catalog is older than that column. */
  runtime: string | null;
  /** `mendixsystem$version.preanalysismigrationversionnumber`: how far the catalog was migrated. */
  catalog: string;
  /** References are columns of the parent's table and have foreign keys (new apps from 10.10 on); else own tables. */
  directAssociations: boolean;
  /** `System.User.BlockedSince` exists. */
  blockedSince: boolean;
}

export interface Module {
  name: string;
  entities: Entity[];
  associations: Association[];
}

export interface Entity {
  name: string;
  /** Full name of the entity that this one specializes. */
  generalization: string | null;
  attributes: Attribute[];
  /** System members that it stores, as columns of its own table. */
  stores: readonly ('owner' | 'changedBy')[];
  /** Attribute names of each index. */
  indexes: string[][];
  /** Objects of exactly this entity at scale 1. */
  rows: number;
  /** External (OData) entity: in the catalog, without a table. */
  remote: boolean;
}

export type AttributeType = 'auto' | 'integer' | 'long' | 'decimal' | 'boolean' | 'time' | 'string' | 'enum' | 'binary';

export interface Attribute {
  name: string;
  type: AttributeType;
  /** Characters of a string (0: unlimited) or of an enumeration's longest value. */
  length: number;
  /** Values of an enumeration. */
  values: string[];
}

export interface Association {
  /** Full name; System associations belong to the module `System`. */
  name: string;
  /** Full name of the owner's entity. */
  parent: string;
  child: string;
  /** `reference` (each parent has one child), `set` (many to many). */
  kind: 'reference' | 'set';
  /** A reference that keeps its own table in every generation, as most System ones do. */
  ownTable: boolean;
}

export interface App {
  /** Project name in the catalog. */
  project: string;
  model: string;
  generation: Generation;
  modules: Module[];
  /** Full name of the entity that holds the users' names and e-mail addresses. */
  account: string;
  /** Users of all kinds at scale 1. */
  users: number;
  /** The built-in one is noted by its login, is there without a note (two thirds of real apps), or was removed. */
  administrator: 'named' | 'unnamed' | 'none';
  /** Some logins are such as a tidy generator would not make. */
  untidyLogins: boolean;
}

/**
 * An entity in one line. `attributes` reads `Name:string(200) Status:Draft|Placed Total:decimal +created +owner`:
 * types are those of `AttributeType`, `text` is an unlimited string, words with `|` are an enumeration, and
 * `+created`, `+changed`, `+owner`, `+changedBy` are the system members.
 *
 * @throws RangeError for an unknown type.
 */
export function entity(
  name: string,
  attributes: string,
  rows = 0,
  more: Partial<Pick<Entity, 'generalization' | 'indexes' | 'remote'>> = {},
): Entity {
  const words = attributes.split(' ').filter((word) => word !== '');
  return {
    name,
    generalization: null,
    indexes: [],
    remote: false,
    ...more,
    rows,
    stores: (['owner', 'changedBy'] as const).filter((member) => words.includes(`+${member}`)),
    attributes: [
      ...words.filter((word) => !word.startsWith('+')).map(attribute),
      ...(words.includes('+created') ? [attribute('createdDate:time')] : []),
      ...(words.includes('+changed') ? [attribute('changedDate:time')] : []),
    ],
  };
}

function attribute(word: string): Attribute {
  const [name = '', type = ''] = word.split(':');
  const simple = ['auto', 'integer', 'long', 'decimal', 'boolean', 'time', 'binary'] as const;
  const known = simple.find((each) => each === type);
  if (known !== undefined) return { name, type: known, length: 0, values: [] };
  if (type === 'text') return { name, type: 'string', length: 0, values: [] };
  const length = /^string\((\d+)\)$/.exec(type)?.[1];
  if (length !== undefined) return { name, type: 'string', length: Number(length), values: [] };
  if (!type.includes('|')) throw new RangeError(`${word}: unknown attribute type`);
  const values = type.split('|');
  return { name, type: 'enum', length: Math.max(...values.map((value) => value.length)), values };
}

/** A reference or, with `kind` `set`, a many-to-many association of `module`. Entity names without a dot are its own. */
export function association(
  module: string,
  name: string,
  parent: string,
  child: string,
  kind: Association['kind'] = 'reference',
  ownTable = false,
): Association {
  const full = (entityName: string) => (entityName.includes('.') ? entityName : `${module}.${entityName}`);
  return { name: `${module}.${name}`, parent: full(parent), child: full(child), kind, ownTable };
}
