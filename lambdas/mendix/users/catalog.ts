/**
 * Where an app keeps what belongs to a user: System.User, the account entities that specialize it, and roles, language,
 * user type, licence identifier and sessions, each behind an association that is a table in older apps and may be a
 * column in newer ones. Made anew for each request from the remembered rows of the catalog and from that environment's
 * own configuration, so that two environments on one database each have their own.
 */
import { DatabaseUnavailableError, UpstreamFailedError } from '../../upstream-errors.ts';
import { type Access, relation } from './access.ts';
import { type AccountColumns, accountColumns } from './account.ts';
import { PROPERTIES, type UserCatalogRows } from './catalog-rows.ts';
import type { Queries } from './queries.ts';
import { type Related, type Relation, relatedBy } from './related.ts';

/** What an environment's configuration says of its users' database. */
export interface UserSource {
  /** The server's name in the configuration: what an error may call it. */
  server: string;
  /** Names of attributes of the account entities, the first that an entity has counts. */
  full_name_attributes: readonly string[];
  email_attributes: readonly string[];
}

const BOOLEAN = ['bool'] as const;
const TIME = ['timestamp', 'timestamptz'] as const;

/**
 * Columns of `system$user` beside its id, with the types that they may have (`null`: any text). `blockedsince` came
 * later; `submetaobjectname` comes with a specialization.
 */
export const USER_COLUMNS = {
  name: null,
  lastlogin: TIME,
  active: BOOLEAN,
  blocked: BOOLEAN,
  blockedsince: TIME,
  webserviceuser: BOOLEAN,
  isanonymous: BOOLEAN,
  createddate: TIME,
  submetaobjectname: null,
} as const;
export type UserColumn = keyof typeof USER_COLUMNS;

export interface UserCatalog {
  /** The server's name in the configuration. */
  source: string;
  /** `system$user`, quoted. */
  table: string;
  columns: Record<UserColumn, Access<string>>;
  fullName: AccountColumns;
  email: AccountColumns;
  roles: Access<Related>;
  language: Access<Related>;
  userType: Access<Related>;
  /** `UserCommons.NamedUserIdentifier.Value`, by which Mendix counts a user where the app fills it in. */
  identifier: Access<Related>;
  /** The value is `lastactive`. */
  sessions: Access<Related>;
  /** `mendixsystem$properties`, quoted. */
  properties: Access<string>;
  /** Login of the administrator that every app has without its being a person; `null` where it is not known. */
  builtInAdministrator: string | null;
}

/** An app's users: where they are, and the database to ask. What every function of this folder works on. */
export interface AppUsers {
  queries: Queries;
  catalog: UserCatalog;
}

/** @throws UpstreamFailedError `not-a-mendix-database` where the catalog has no System.User, or not its table */
export function userCatalog(rows: UserCatalogRows, source: UserSource): UserCatalog {
  const user = rows.entities.find((entity) => entity.depth === 0);
  if (user === undefined || rows.columns.all(user.table, ['id'], null).state === 'absent') {
    throw new UpstreamFailedError(source.server, 'not-a-mendix-database');
  }
  const column = (name: UserColumn) => {
    const types = USER_COLUMNS[name];
    return types === null ? rows.columns.text(user.table, name) : rows.columns.column(user.table, name, types);
  };
  const related = (entity: string, value: string, association: string | null, types: Relation['types'] = null) =>
    relatedBy(rows, user, { entity, column: value, association, types });
  return {
    source: source.server,
    table: relation(user.table),
    columns: Object.fromEntries(
      (Object.keys(USER_COLUMNS) as UserColumn[]).map((name) => [name, column(name)]),
    ) as UserCatalog['columns'],
    fullName: accountColumns(rows, source.full_name_attributes),
    email: accountColumns(rows, source.email_attributes),
    roles: related('System.UserRole', 'name', 'System.UserRoles'),
    language: related('System.Language', 'code', 'System.User_Language'),
    userType: related('System.UserReportInfo', 'usertype', 'System.UserReportInfo_User'),
    identifier: related('UserCommons.NamedUserIdentifier', 'value', null),
    sessions: related('System.Session', 'lastactive', 'System.Session_User', TIME),
    properties: rows.columns.all(PROPERTIES, ['key', 'value'], relation(PROPERTIES)),
    builtInAdministrator: rows.administrator,
  };
}

/**
 * What the app has there, `null` for nothing.
 *
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`: without it an answer would
 *   be a wrong one
 */
export function needed<T>(catalog: UserCatalog, access: Access<T>): T | null {
  if (access.state === 'readable') return access.value;
  if (access.state === 'absent') return null;
  if (access.reason === 'unexpected-type') throw new UpstreamFailedError(catalog.source, 'unexpected-type');
  throw new DatabaseUnavailableError(catalog.source, 'grant-missing', access.table);
}
