/** The filters of `/users` as conditions on `u`, and what each of them costs. */
import { prefixOf } from '../../parameters.ts';
import { needed, type UserCatalog, type UserColumn } from './catalog.ts';
import {
  type IdRange,
  inRange,
  mendixTime,
  neededColumn,
  oneOf,
  type Placeholders,
  valueOfUser,
  whereAll,
} from './statement.ts';

/** Times are ISO 8601 in UTC. What is left out does not filter. */
export interface UserFilter {
  active?: boolean | undefined;
  blocked?: boolean | undefined;
  kind?: 'named' | 'anonymous' | 'web_service' | undefined;
  user_type?: 'internal' | 'external' | undefined;
  last_login_after?: string | undefined;
  last_login_before?: string | undefined;
  never_logged_in?: boolean | undefined;
  inactive_since?: string | undefined;
  /** The exact login, or with a `*` at its end the beginning of one. */
  name?: string | undefined;
  /** Ids of the roles that bear the name asked for; a user must have one of them. */
  role_ids?: readonly string[] | undefined;
}

/** What a trailing `*` asks for; `null` when the name is an exact one. */
export function namePrefix(name: string | undefined): string | null {
  return name === undefined ? null : prefixOf(name);
}

/** No index of Mendix serves these. */
const UNINDEXED = [
  'active',
  'blocked',
  'kind',
  'user_type',
  'last_login_after',
  'last_login_before',
  'never_logged_in',
  'inactive_since',
] as const satisfies readonly (keyof UserFilter)[];

/** True when no index of Mendix serves the filter, so that looking for matches may pass many users that do not. */
export function needsScan(filter: UserFilter): boolean {
  if (filter.name !== undefined) {
    // An exact name is answered by the unique index on it, however the other filters judge its one row.
    return namePrefix(filter.name) !== null;
  }
  return UNINDEXED.some((name) => filter[name] !== undefined);
}

/** True when every user is meant, so that the users of a page have no gaps between them. */
export function isUnfiltered(filter: UserFilter): boolean {
  // By name: what else a request says (fields, clear, count) may travel in the same object, and is no filter.
  return filter.name === undefined && filter.role_ids === undefined && !needsScan(filter);
}

/**
 * The filter as conditions on `u`, whose id is in `range`; each further table is bounded by that range too.
 *
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type` when what a filter asks about
 *   cannot be read
 */
export function conditions(catalog: UserCatalog, filter: UserFilter, range: IdRange, values: Placeholders): string[] {
  const own = columnConditions(catalog, filter, values);
  if (filter.user_type !== undefined) own.push(userTypeCondition(catalog, filter.user_type));
  if (filter.role_ids !== undefined) own.push(roleCondition(catalog, filter.role_ids, range, values));
  return own;
}

/** Conditions on the columns of `u` alone. @throws as `conditions` */
function columnConditions(catalog: UserCatalog, filter: UserFilter, values: Placeholders): string[] {
  const column = (name: UserColumn) => neededColumn(catalog, name);
  const terms: string[] = [];
  if (filter.active !== undefined) terms.push(`${column('active')} = ${values.of(filter.active)}`);
  if (filter.blocked !== undefined) terms.push(`${column('blocked')} = ${values.of(filter.blocked)}`);
  if (filter.kind !== undefined) terms.push(kindCondition(filter.kind, column));
  if (filter.last_login_after !== undefined) {
    terms.push(`${column('lastlogin')} >= ${mendixTime(values.of(filter.last_login_after))}`);
  }
  if (filter.last_login_before !== undefined) {
    terms.push(`${column('lastlogin')} < ${mendixTime(values.of(filter.last_login_before))}`);
  }
  if (filter.never_logged_in !== undefined) {
    terms.push(`${column('lastlogin')} IS ${filter.never_logged_in ? 'NULL' : 'NOT NULL'}`);
  }
  if (filter.inactive_since !== undefined) {
    const since = mendixTime(values.of(filter.inactive_since));
    const login = column('lastlogin');
    terms.push(
      `${column('active')} AND ${column('createddate')} < ${since} AND (${login} < ${since} OR ${login} IS NULL)`,
    );
  }
  if (filter.name !== undefined) terms.push(nameCondition(filter.name, column('name'), values));
  return terms;
}

/** What a user is: anonymous wins, as an anonymous user never counts for the licence; unknown is no. */
function kindCondition(kind: NonNullable<UserFilter['kind']>, column: (name: UserColumn) => string): string {
  const [anonymous, webService] = [column('isanonymous'), column('webserviceuser')];
  if (kind === 'anonymous') return anonymous;
  return `${anonymous} IS NOT TRUE AND ${webService} IS ${kind === 'web_service' ? '' : 'NOT '}TRUE`;
}

function nameCondition(name: string, column: string, values: Placeholders): string {
  const prefix = namePrefix(name);
  if (prefix === null) return `${column} = ${values.of(name)}`;
  const placeholder = values.of(prefix);
  // Not LIKE: its wildcards would have to be escaped, and no collation's index serves it anyway.
  return `left(${column}, length(${placeholder}::text)) = ${placeholder}::text`;
}

/** By a look-up for each user, which no estimate can turn into a join that is run again for each of them. */
function userTypeCondition(catalog: UserCatalog, userType: NonNullable<UserFilter['user_type']>): string {
  const related = needed(catalog, catalog.userType);
  // Without user types nobody is marked, and who is not marked is internal.
  if (related === null) return userType === 'internal' ? 'true' : 'false';
  const external = userType === 'external' ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  return `${valueOfUser(related, 'u."id"')} ${external} 'External'`;
}

function roleCondition(catalog: UserCatalog, roleIds: readonly string[], range: IdRange, values: Placeholders): string {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return 'false';
  const terms = [
    `l.${roles.linkUser} = u."id"`,
    oneOf(`l.${roles.linkOther}`, roleIds, values),
    ...inRange(`l.${roles.linkUser}`, range, values),
  ];
  return `EXISTS (SELECT FROM ${roles.link} l ${whereAll(terms)})`;
}
