/** The filters of `/users` as conditions on `u`, and what each of them costs. */
import { prefixOf } from '../../parameters.ts';
import type { UserCatalog } from './catalog.ts';
import { kind, mendixTime, needed, neededColumn, type Placeholders, relatedValue } from './statement.ts';

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
}

/** What a trailing `*` asks for; `null` when the name is an exact one. */
export function namePrefix(name: string | undefined): string | null {
  return name === undefined ? null : prefixOf(name);
}

/** Nothing that Mendix indexes. */
const NOT_INDEXED = [
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
  return NOT_INDEXED.some((name) => filter[name] !== undefined);
}

/** @throws DatabaseUnavailableError `grant-missing` when the role may not read what a filter asks about */
export function conditions(filter: UserFilter, catalog: UserCatalog, values: Placeholders): string[] {
  const column = (name: Parameters<typeof neededColumn>[1]) => neededColumn(catalog, name);
  const found: string[] = [];
  if (filter.active !== undefined) found.push(`${column('active')} = ${values.of(filter.active)}`);
  if (filter.blocked !== undefined) found.push(`${column('blocked')} = ${values.of(filter.blocked)}`);
  if (filter.kind !== undefined) {
    found.push(`${kind(column('isanonymous'), column('webserviceuser'))} = ${values.of(filter.kind)}`);
  }
  if (filter.user_type !== undefined) {
    needed(catalog, catalog.userType);
    const external = filter.user_type === 'external' ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
    found.push(`${relatedValue(catalog.userType)} ${external} 'External'`);
  }
  if (filter.last_login_after !== undefined) {
    found.push(`${column('lastlogin')} >= ${mendixTime(values.of(filter.last_login_after))}`);
  }
  if (filter.last_login_before !== undefined) {
    found.push(`${column('lastlogin')} < ${mendixTime(values.of(filter.last_login_before))}`);
  }
  if (filter.never_logged_in !== undefined) {
    found.push(`${column('lastlogin')} IS ${filter.never_logged_in ? 'NULL' : 'NOT NULL'}`);
  }
  if (filter.inactive_since !== undefined) {
    const since = mendixTime(values.of(filter.inactive_since));
    const login = column('lastlogin');
    found.push(
      `${column('active')} AND ${column('createddate')} < ${since} AND (${login} < ${since} OR ${login} IS NULL)`,
    );
  }
  if (filter.name !== undefined) found.push(nameCondition(filter.name, column('name'), values));
  return found;
}

function nameCondition(name: string, column: string, values: Placeholders): string {
  const prefix = namePrefix(name);
  if (prefix === null) return `${column} = ${values.of(name)}`;
  const placeholder = values.of(prefix);
  // Not LIKE: its wildcards would have to be escaped, and no collation's index serves it anyway.
  return `left(${column}, length(${placeholder}::text)) = ${placeholder}::text`;
}
