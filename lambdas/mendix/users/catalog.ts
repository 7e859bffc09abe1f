/**
 * Where an app keeps what belongs to a user, read from its catalog: System.User, the account entities that specialize
 * it, and roles, language, user type, licence identifier and sessions, each behind an association that is a table in
 * older apps and may be a column in newer ones. What this database role may not read is told apart from what the app
 * does not have.
 */
import { UpstreamFailedError } from '../../errors.ts';
import { quoteIdentifier } from '../identifier.ts';
import { columnOf, readable, relation, type Seen } from './access.ts';
import { type EntityRow, type LinkRow, PROPERTIES, readUserCatalogRows, type UserCatalogRows } from './catalog-rows.ts';

/** The part of a database session that the users need. Values travel as `$1`, `$2` …, never in the text. */
export interface Queries {
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** Quoted identifiers: ready for a statement. */
export interface Related {
  /** Holds pairs of a user's id and an id of `table`: an association table, or a table with the association's column. */
  link: string;
  linkUser: string;
  linkOther: string;
  table: string;
  value: string;
}

export interface AccountColumn {
  table: string;
  column: string;
}

/** Columns of the account entities, the most specialized entity first; `refused` names a table that has one unreadable. */
export interface AccountColumns {
  columns: AccountColumn[];
  refused: string | null;
}

/** Columns of `system$user` beside its id. `blockedsince` came later; `submetaobjectname` comes with a specialization. */
export const USER_COLUMNS = [
  'name',
  'lastlogin',
  'active',
  'blocked',
  'blockedsince',
  'webserviceuser',
  'isanonymous',
  'createddate',
  'submetaobjectname',
] as const;
export type UserColumn = (typeof USER_COLUMNS)[number];

export interface UserCatalog {
  /** The server's name in the configuration: what an error may call it. */
  source: string;
  /** `system$user`, quoted. */
  table: string;
  columns: Record<UserColumn, Seen<string>>;
  fullName: AccountColumns;
  email: AccountColumns;
  roles: Seen<Related>;
  language: Seen<Related>;
  userType: Seen<Related>;
  /** `UserCommons.NamedUserIdentifier.Value`, by which Mendix counts a user where the app fills it in. */
  identifier: Seen<Related>;
  /** The value is `lastactive`. */
  sessions: Seen<Related>;
  /** `mendixsystem$properties`, quoted. */
  properties: Seen<string>;
  /** Login of the administrator that every app has without its being a person; `null` where it is not known. */
  builtInAdministrator: string | null;
}

export interface AccountAttributes {
  full_name_attributes: readonly string[];
  email_attributes: readonly string[];
}

/**
 * Reads where the users of an app are.
 *
 * @throws UpstreamFailedError `not-a-mendix-database` without a catalog or System.User in it; DatabaseUnavailableError
 *   `grant-missing` when the catalog itself may not be read
 */
export async function readUserCatalog(
  queries: Queries,
  source: string,
  attributes: AccountAttributes,
): Promise<UserCatalog> {
  const rows = await readUserCatalogRows(queries).catch((error: unknown) => {
    // undefined_table: there is not even a catalog.
    const foreign = error instanceof UpstreamFailedError && error.reason === 'sqlstate-42P01';
    throw foreign ? new UpstreamFailedError(source, 'not-a-mendix-database', { cause: error }) : error;
  });
  const properties = readable(rows, PROPERTIES, ['key', 'value'], relation(PROPERTIES));
  const user = rows.entities.find((entity) => entity.depth === 0);
  if (user === undefined || columnOf(rows, user.table, 'id').seen === 'absent') {
    throw new UpstreamFailedError(source, 'not-a-mendix-database');
  }
  const related = (name: string, value: string, association: string | null) =>
    relatedBy(rows, user, name, value, association);
  return {
    source,
    table: relation(user.table),
    columns: Object.fromEntries(
      USER_COLUMNS.map((column) => [column, columnOf(rows, user.table, column)]),
    ) as UserCatalog['columns'],
    fullName: accountColumns(rows, attributes.full_name_attributes),
    email: accountColumns(rows, attributes.email_attributes),
    roles: related('System.UserRole', 'name', 'System.UserRoles'),
    language: related('System.Language', 'code', 'System.User_Language'),
    userType: related('System.UserReportInfo', 'usertype', 'System.UserReportInfo_User'),
    identifier: related('UserCommons.NamedUserIdentifier', 'value', null),
    sessions: related('System.Session', 'lastactive', 'System.Session_User'),
    properties,
    builtInAdministrator:
      properties.seen === 'readable' ? await readProperty(queries, properties.at, 'MxAdminUserName') : null,
  };
}

/** One of the runtime's own notes. `properties` is quoted. */
export async function readProperty(queries: Queries, properties: string, key: string): Promise<string | null> {
  const [row] = await queries.query<{ value: string }>(`SELECT "value" FROM ${properties} WHERE "key" = $1`, [key]);
  return row?.value ?? null;
}

/** An entity that an association joins to System.User, whichever side owns it and however it is stored. */
function relatedBy(
  rows: UserCatalogRows,
  user: EntityRow,
  name: string,
  value: string,
  association: string | null,
): Seen<Related> {
  const entity = rows.entities.find((candidate) => candidate.name === name);
  if (entity === undefined) return { seen: 'absent' };
  const link = rows.links.find((candidate) => joins(candidate, user, entity, association));
  if (link === undefined) return { seen: 'absent' };
  const userOwns = link.parent_entity_id === user.id;
  const linkUser = userOwns ? link.parent_column : link.child_column;
  const linkOther = userOwns ? link.child_column : link.parent_column;
  const inLink = readable(rows, link.table, [linkUser, linkOther], link.table);
  const inEntity = readable(rows, entity.table, ['id', value], entity.table);
  if (inLink.seen !== 'readable') return inLink;
  if (inEntity.seen !== 'readable') return inEntity;
  const at = {
    link: relation(link.table),
    linkUser: quoteIdentifier(linkUser),
    linkOther: quoteIdentifier(linkOther),
    table: relation(entity.table),
    value: quoteIdentifier(value),
  };
  return { seen: 'readable', at };
}

function joins(link: LinkRow, user: EntityRow, entity: EntityRow, association: string | null): boolean {
  // Every entity may have an owner and a last editor; neither says whose the object is.
  if (association === null ? /^System\.(owner|changedBy)$/.test(link.name) : link.name !== association) return false;
  const ends = [link.parent_entity_id, link.child_entity_id];
  return ends.includes(user.id) && ends.includes(entity.id);
}

/** Each account entity's first attribute of `names` that it has. */
function accountColumns(rows: UserCatalogRows, names: readonly string[]): AccountColumns {
  const found: AccountColumns = { columns: [], refused: null };
  const accounts = rows.entities
    .filter((entity) => entity.depth !== null && entity.depth > 0)
    .sort((a, b) => Number(b.depth) - Number(a.depth));
  for (const account of accounts) {
    const seen = names
      .map((name) => attributeColumn(rows, account, name))
      .find((candidate) => candidate.seen !== 'absent');
    if (seen === undefined) continue;
    const id = columnOf(rows, account.table, 'id');
    if (seen.seen === 'refused' || id.seen !== 'readable') found.refused ??= account.table;
    else if (seen.seen === 'readable') {
      found.columns.push({ table: relation(account.table), column: seen.at });
    }
  }
  return found;
}

function attributeColumn(rows: UserCatalogRows, entity: EntityRow, name: string): Seen<string> {
  const attribute = rows.attributes.find(
    (candidate) => candidate.entity_id === entity.id && candidate.name.toLowerCase() === name.toLowerCase(),
  );
  return attribute === undefined ? { seen: 'absent' } : columnOf(rows, entity.table, attribute.column);
}
