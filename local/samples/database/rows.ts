/** Rows for the entities that need no story: each value follows from the row's number, so a second fill is the same. */
import { escapeLiteral, escapeIdentifier as quoted } from 'pg';
import { type AssociationLayout, type Column, chainOf, type EntityLayout, entityOf, type Layout } from './layout.ts';

/**
 * SQL functions of the session that all fills use.
 * `mendix_id`: 16 bits of short id, 41 bits of sequence, 7 bits that look random. `mixed`: a number from 0 to
 * 16,777,215 that looks random, by row and purpose.
 */
export const FUNCTIONS = [
  `CREATE OR REPLACE FUNCTION pg_temp.mendix_id(short integer, sequence bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
     $$ SELECT (short::bigint << 48) | (sequence << 7) | ((sequence * 2654435761 >> 7) & 127) $$`,
  `CREATE OR REPLACE FUNCTION pg_temp.mixed(i bigint, salt integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS
     $$ SELECT (((i * 2654435761 + salt::bigint * 97531) % 4294967291) * 40503 >> 9) & 16777215 $$`,
];

const WORDS =
  'spring order blue delivery large box standard return green parts summer batch new customer steel light small pallet note winter price red request garden second carton wooden early check cotton glass store late partial fresh sample kitchen open window double'.split(
    ' ',
  );

/** SQL for one of 120 texts of `words` words, picked by the row's number. A constant array is several times faster than joining words. */
function phrase(salt: number, words: number): string {
  const texts = Array.from({ length: 120 }, (_, i) =>
    Array.from({ length: words }, (__, k) => WORDS[(i * 7 + k * (11 + (i % 5)) + salt) % WORDS.length]).join(' '),
  );
  return `(ARRAY['${texts.join("','")}'])[1 + pg_temp.mixed(i, ${salt}) % 120]`;
}

/** How many objects of exactly each entity there will be. */
export function objectCounts(layout: Layout, scale: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, entity } of layout.entities.values()) {
    counts.set(name, entity.rows === 0 ? 0 : Math.max(1, Math.round(entity.rows * scale)));
  }
  return counts;
}

/** What fills one table. */
export interface Filling {
  /** How many rows it will have, about. */
  rows: number;
  statements: string[];
}

/**
 * Inserts for all entities with objects but users, and for their associations, by table. `counts` has the files too, whose
 * own table is filled elsewhere.
 */
export function rowsByTable(layout: Layout, counts: ReadonlyMap<string, number>, base: string): Map<string, Filling> {
  const fillings = new Map<string, Filling>();
  const add = (table: string, rows: number, statement: string) => {
    const filling = fillings.get(table) ?? { rows: 0, statements: [] };
    fillings.set(table, { rows: filling.rows + rows, statements: [...filling.statements, statement] });
  };
  for (const concrete of layout.entities.values()) {
    const rows = counts.get(concrete.name) ?? 0;
    const chain = chainOf(layout, concrete.name);
    if (concrete.entity.remote || rows === 0 || chain.some(({ name }) => name === 'System.User')) continue;
    for (const each of chain) {
      if (each.name === 'System.FileDocument') continue;
      add(each.table, rows, insertObjects(layout, counts, base, concrete, each));
    }
  }
  for (const each of layout.associations) {
    const rows = counts.get(each.association.parent) ?? 0;
    const statement = each.own && rows > 0 ? insertAssociation(layout, counts, each) : null;
    if (statement !== null) add(each.table, each.association.kind === 'set' ? 2 * rows : rows, statement);
  }
  return fillings;
}

function insertObjects(
  layout: Layout,
  counts: ReadonlyMap<string, number>,
  base: string,
  concrete: EntityLayout,
  { table, columns }: EntityLayout,
): string {
  const values = columns.map((column, position) => {
    if (column.name === 'id') return `pg_temp.mendix_id(${concrete.shortId}, i)`;
    if (column.name === 'submetaobjectname') return escapeLiteral(concrete.name);
    if (column.attribute !== null) return value(column, position + 1, base);
    const target =
      layout.associations.find(({ guid }) => guid === column.guid)?.association.child ?? layout.app.account;
    return reference(layout, counts, target, position + 1);
  });
  return `INSERT INTO ${quoted(table)} SELECT ${values.join(', ')} FROM generate_series(1, ${counts.get(concrete.name) ?? 0}) AS i`;
}

const NOTHING = 'NULL::bigint';

/** An id of the entity by the row's number, which is SQL; `NULL` where it has no objects. */
function reference(layout: Layout, counts: ReadonlyMap<string, number>, to: string, salt: number, row = 'i'): string {
  const target = to === 'System.User' ? layout.app.account : to;
  const count = counts.get(target) ?? 0;
  if (count === 0) return NOTHING;
  return `pg_temp.mendix_id(${entityOf(layout.entities, target).shortId}, 1 + pg_temp.mixed(${row}, ${salt}) % ${count})`;
}

/** One child for each parent of a reference, two for each of a set, or one where both would be the same; `null` without children. */
function insertAssociation(
  layout: Layout,
  counts: ReadonlyMap<string, number>,
  { association, table }: AssociationLayout,
): string | null {
  const parent = entityOf(layout.entities, association.parent);
  const child = (row: string) => reference(layout, counts, association.child, association.name.length, row);
  if (child('i') === NOTHING) return null;
  const parents = `generate_series(1, ${counts.get(parent.name) ?? 0})`;
  const insert = (row: string) => `INSERT INTO ${quoted(table)} SELECT pg_temp.mendix_id(${parent.shortId}, ${row}), `;
  return association.kind === 'reference'
    ? `${insert('i')}${child('i')} FROM ${parents} AS i`
    : `${insert('o')}${child('o * 3 + k')} FROM ${parents} AS o, generate_series(0, 1) AS k
         WHERE k = 0 OR ${child('o * 3 + 1')} <> ${child('o * 3')}`;
}

/** What stands in an attribute, by its type and, for texts, by its name. */
function value({ name, type, attribute }: Column, salt: number, base: string): string {
  const mixed = `pg_temp.mixed(i, ${salt})`;
  switch (attribute?.type) {
    case 'auto':
      return 'i';
    case 'integer':
      return `(${mixed} % 500)::integer`;
    case 'long':
      return mixed;
    case 'decimal':
      return `(${mixed} % 90000) / 100.0`;
    case 'boolean':
      return `${mixed} % 5 > 0`;
    case 'time':
      return `${base} - make_interval(secs => (${mixed} % 63072) * 1000 + i % 1000)`;
    case 'enum':
      return `(ARRAY[${attribute.values.map(escapeLiteral).join(', ')}])[1 + ${mixed} % ${attribute.values.length}]`;
    case 'string':
      return `${text(name, attribute.length, salt)}::${type}`;
    default:
      return 'NULL';
  }
}

function text(name: string, length: number, salt: number): string {
  const mixed = `pg_temp.mixed(i, ${salt})`;
  if (/guid|uuid|hash|sessionid|queueid|transactionid|entityid/.test(name)) return `md5('${name}' || i)::uuid`;
  if (/apikey|apitoken|password|token/.test(name)) return `'sample-' || md5('${name}' || i)`;
  if (/email|address$/.test(name)) return `'contact' || i || '@example.org'`;
  if (/country|currency/.test(name)) return `(ARRAY['NL', 'DE', 'BE', 'FR', 'DK'])[1 + ${mixed} % 5]`;
  if (length === 0 || length >= 400) return phrase(salt, length === 0 ? 14 : 6);
  if (length >= 60) return `${phrase(salt, 2)} || ' ' || i`;
  return `upper(left(md5('${name}' || i), least(${length}, 10)))`;
}
