/** The rows of the catalog (`mendixsystem$*`) that describe a sample's own tables. */
import { escapeLiteral } from 'pg';
import { type AssociationLayout, entityOf, guid, type Layout, shortName } from './layout.ts';
import type { Attribute } from './model.ts';

type Row = Record<string, string | number | boolean | null>;

/** Codes of `mendixsystem$attribute.type` as the runtime writes them. */
const TYPE_CODES = {
  auto: 0,
  integer: 3,
  long: 4,
  decimal: 5,
  boolean: 10,
  time: 20,
  string: 30,
  enum: 40,
  binary: 50,
};

/** ForeignService-key actions as the runtime numbers them. */
const CASCADE = 0;
const SET_NULL = 2;

/** One statement a table. Columns that an older catalog lacks are left out by PostgreSQL itself. */
export function catalogRows(layout: Layout, objects: ReadonlyMap<string, number>, now: Date): string[] {
  const entities = [...layout.entities.values()];
  return [
    insert(
      'entity',
      entities.map(({ guid: id, name, table, entity }) => ({
        id,
        entity_name: name,
        table_name: table,
        superentity_id: entity.generalization === null ? null : entityOf(layout.entities, entity.generalization).guid,
        remote: entity.remote,
        remote_primary_key: false,
      })),
    ),
    insert(
      'attribute',
      entities.flatMap(({ guid: entity_id, columns }) =>
        columns.flatMap(({ name, guid: id, attribute }) =>
          attribute === null ? [] : [attributeRow(id, entity_id, name, attribute)],
        ),
      ),
    ),
    insert('association', [...layout.associations.map((each) => associationRow(layout, each)), ...memberRows(layout)]),
    insert(
      'entityidentifier',
      entities.map(({ guid: id, shortId, name }) => ({
        id,
        short_id: shortId,
        // Sequence numbers are handed out in blocks of a hundred.
        object_sequence: Math.ceil((objects.get(name) ?? 0) / 100) * 100 + 1,
      })),
    ),
    ...indexRows(layout),
    insert('version', [
      {
        versionnumber: '4.2',
        lastsyncdate: now.toISOString().replace('Z', ''),
        preanalysismigrationversionnumber: layout.app.generation.catalog,
        modelversionnumber: layout.app.model,
        sprintrprojectname: layout.app.project,
        mendixversion: layout.app.generation.runtime,
      },
    ]),
  ];
}

function insert(table: string, rows: readonly Row[]): string {
  const name = `"mendixsystem$${table}"`;
  return `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, ${escapeLiteral(JSON.stringify(rows))})`;
}

function attributeRow(id: string, entity_id: string, column_name: string, attribute: Attribute): Row {
  const { name: attribute_name, type, length } = attribute;
  const is_auto_number = type === 'auto';
  return {
    id,
    entity_id,
    attribute_name,
    column_name,
    type: TYPE_CODES[type],
    length,
    default_value: '',
    is_auto_number,
  };
}

function associationRow(layout: Layout, { association, guid: id, table, own, ...names }: AssociationLayout): Row {
  return {
    id,
    association_name: association.name,
    table_name: table,
    parent_entity_id: entityOf(layout.entities, association.parent).guid,
    child_entity_id: entityOf(layout.entities, association.child).guid,
    parent_column_name: names.parentColumn,
    child_column_name: names.childColumn,
    index_name: names.index,
    parent_fkc_name: names.parentKey,
    child_fkc_name: names.childKey,
    parent_fkc_action: names.parentKey === null ? null : CASCADE,
    child_fkc_action: names.childKey === null ? null : own ? CASCADE : SET_NULL,
    storage_format: own ? 2 : 1,
  };
}

/** `System.owner` and `System.changedBy`: one row for each entity that stores them. */
function memberRows(layout: Layout): Row[] {
  const user = entityOf(layout.entities, 'System.User').guid;
  const direct = layout.app.generation.directAssociations;
  return [...layout.entities.values()].flatMap(({ name, guid: parent_entity_id, table, entity }) =>
    entity.stores.map((member) => {
      const column = `system$${member.toLowerCase()}`;
      return {
        id: guid(member, name),
        association_name: `System.${member}`,
        // Older catalogs name a table here that does not exist.
        table_name: direct ? table : column,
        parent_entity_id,
        child_entity_id: user,
        parent_column_name: 'id',
        child_column_name: column,
        child_fkc_name: direct ? shortName(`frn_${table}_${column}`) : null,
        child_fkc_action: direct ? SET_NULL : null,
        storage_format: 1,
      };
    }),
  );
}

function indexRows(layout: Layout): string[] {
  const indexes = [...layout.entities.values()].flatMap(({ guid: table_id, indexes: own }) =>
    own.map(({ name, columns }) => ({ id: guid('index', name), table_id, index_name: name, columns })),
  );
  const autoNumbers = [...layout.entities.values()].flatMap(({ table, columns }) =>
    columns.filter(({ attribute }) => attribute?.type === 'auto').map((column) => ({ table, column })),
  );
  return [
    insert(
      'index',
      indexes.map(({ columns: _, ...index }) => index),
    ),
    insert(
      'index_column',
      indexes.flatMap(({ id: index_id, columns }) =>
        columns.map(({ guid: column_id }, ordinal) => ({ index_id, column_id, sort_order: false, ordinal })),
      ),
    ),
    insert('unique_constraint', [
      {
        name: 'uniq_system$user_name',
        table_id: entityOf(layout.entities, 'System.User').guid,
        column_id: guid('attribute', 'System.User.Name'),
      },
    ]),
    insert(
      'sequence',
      autoNumbers.map(({ table, column }) => ({
        name: shortName(`${table}_${column.name}_mxseq`),
        attribute_id: column.guid,
        start_value: 1,
        current_value: 0,
      })),
    ),
  ];
}
