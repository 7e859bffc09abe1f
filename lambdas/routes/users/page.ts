/** A page of users: which are asked for, what is read of them, and how each becomes a row. */

import type { AppUsers } from '../../mendix/users/catalog.ts';
import { countUsers, estimateUsers, type UserCount } from '../../mendix/users/count.ts';
import { namePrefix, type UserFilter } from '../../mendix/users/filter.ts';
import { readUserPage } from '../../mendix/users/page.ts';
import type { UserPart } from '../../mendix/users/parts.ts';
import { roleIdsOf, roleNames } from '../../mendix/users/role-names.ts';
import { nearNames } from '../../near-names.ts';
import { UnknownNameError } from '../../request-errors.ts';
import { utc } from '../../utc.ts';
import { identityHasher } from './identity.ts';
import { faultsOf, type Missing, missingFields } from './missing.ts';
import type { Upstreams, UserField, UsersAnswer, UsersRequest } from './request.ts';
import { CLEAR_FIELDS, type RowView, rowMaker } from './row.ts';
import { USER_FIELDS } from './row-schema.ts';

/** What a field needs from other tables. */
const PARTS: Partial<Record<UserField, UserPart>> = {
  identity: 'identifier',
  full_name: 'full_name',
  email: 'email',
  user_type: 'user_type',
  user_type_marked: 'user_type',
  roles: 'roles',
  language: 'language',
};

/**
 * One page, its count where asked for, and what is missing in it. Filters are resolved first: a role by its name.
 *
 * @throws as `users`
 */
export async function page(
  request: UsersRequest,
  app: AppUsers,
  upstreams: Pick<Upstreams, 'keys'>,
): Promise<UsersAnswer> {
  const { catalog } = app;
  const fields = request.parameters.fields ?? USER_FIELDS;
  const view: RowView = {
    fields,
    clear: request.clear,
    identity: fields.includes('identity') ? identityHasher((await upstreams.keys()).identity) : null,
    builtInAdministrator: catalog.builtInAdministrator,
    userTypeKnown: catalog.userType.state !== 'refused',
    identityKnown: catalog.identifier.state !== 'refused',
  };
  // To the second: statements start after it, so it is never later than what they saw.
  const asOf = utc(new Date());
  const filter = await filterOf(request, app);
  const asked = {
    filter,
    parts: new Set(fields.flatMap((field) => PARTS[field] ?? [])),
    after: request.position?.after ?? null,
    // Masked, a known login is looked up, never listed.
    limit: isExactName(filter) && !request.clear ? 1 : request.limit,
    deadline: request.deadline,
  };
  const { rows, ids, next, cut } = await readUserPage(app, asked, rowMaker(view));
  const count = await counted(request, app, filter);
  const missing: Missing[] = missingFields(catalog, fields);
  if (cut) missing.push({ what: 'users', reason: 'deadline', table: null });
  if (request.parameters.count === 'exact' && count?.exact === false) {
    missing.push({ what: 'count', reason: 'deadline', table: null });
  }
  return {
    body: {
      environment: request.environment.name,
      source: 'postgresql',
      as_of: asOf,
      masked: !request.clear,
      users: rows,
      count,
      missing,
      complete: missing.length === 0,
    },
    next: next === null ? null : { after: next },
    positions: ids.map((id) => ({ after: id })),
    as_of: asOf,
    max_age: 0,
    disclosed: request.clear ? fields.filter((field) => CLEAR_FIELDS.includes(field)) : [],
    faults: faultsOf(missing, catalog.source),
  };
}

/** The filters with the role's ids in place of its name. @throws UnknownNameError for a role that the app has not */
async function filterOf({ parameters }: UsersRequest, app: AppUsers): Promise<UserFilter> {
  const { role, ...filter } = parameters;
  if (role === undefined) return filter;
  const role_ids = await roleIdsOf(app, role);
  if (role_ids === null) throw new UnknownNameError('role', role, nearNames(role, await roleNames(app)));
  return { ...filter, role_ids };
}

async function counted({ parameters }: UsersRequest, app: AppUsers, filter: UserFilter): Promise<UserCount | null> {
  if (parameters.count === 'exact') return await countUsers(app, filter);
  return parameters.count === 'estimated' ? await estimateUsers(app, filter) : null;
}

function isExactName({ name }: UserFilter): boolean {
  return name !== undefined && namePrefix(name) === null;
}
