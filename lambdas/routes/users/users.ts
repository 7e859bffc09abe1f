/** `GET /users`: the users of an app, a page of them or their totals. */
import type * as z from 'zod/mini';
import { InvalidParameterError, NotOfferedError } from '../../errors.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import type { VersionedKey } from '../../key-object.ts';
import { type Queries, readUserCatalog, type UserCatalog } from '../../mendix/users/catalog.ts';
import type { UserCatalogMemory } from '../../mendix/users/catalog-memory.ts';
import { countUsers, estimateUsers } from '../../mendix/users/count.ts';
import { namePrefix } from '../../mendix/users/filter.ts';
import { readUserPage, roleIdOf, type UserPage } from '../../mendix/users/page.ts';
import type { UserPart } from '../../mendix/users/record.ts';
import type { ParametersOf } from '../../route.ts';
import type { Database } from '../../settings.ts';
import { utc } from '../../utc.ts';
import { identityHasher } from './identity.ts';
import { missingFields } from './missing.ts';
import { route, USER_FIELDS } from './route.ts';
import { CLEAR_FIELDS, type UserField, userRow } from './row.ts';
import { summarize } from './summary.ts';

type Parameters = Partial<ParametersOf<typeof route>>;
type Body = z.output<typeof route.answer>;
/** A user's id is no personal data: it says nothing outside the app's database. */
export interface Position {
  after: string;
}
export type UsersRequest = EnvironmentRequest<Parameters, Position>;
export type UsersAnswer = Answer<Body, Position>;

export interface Upstreams {
  databases: { on(database: Database): Queries };
  catalogs: UserCatalogMemory;
  /** The key of the identity hashes. @throws KeysUnavailableError */
  keys(): Promise<{ identity: VersionedKey }>;
}

/** Users come and go at any time; totals of a minute ago still serve a report. */
const SUMMARY_MAX_AGE_SECONDS = 60;

const PARTS: Partial<Record<UserField, readonly UserPart[]>> = {
  identity: ['identifier'],
  full_name: ['full_name'],
  email: ['email'],
  user_type: ['user_type'],
  user_type_marked: ['user_type'],
  roles: ['roles'],
  language: ['language'],
};

/**
 * @throws InvalidParameterError, NotOfferedError, DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError,
 *   KeysUnavailableError
 */
export async function users(request: UsersRequest, upstreams: Upstreams): Promise<UsersAnswer> {
  check(request);
  const { database } = request.environment;
  if (database === undefined) throw new NotOfferedError();
  const queries = upstreams.databases.on(database);
  return await upstreams.catalogs.use(
    JSON.stringify([database.host, database.port, database.name]),
    () => readUserCatalog(queries, database.server, database),
    (catalog) =>
      request.parameters.summary === true
        ? totals(request, queries, catalog, database.session_timeout_seconds)
        : page(request, queries, catalog, upstreams),
  );
}

function check({ parameters }: UsersRequest): void {
  if (parameters.summary !== true) return;
  const names = Object.keys(route.parameters) as (keyof Parameters)[];
  const others = names.filter((name) => name !== 'summary' && parameters[name] !== undefined);
  if (others.length > 0) {
    throw new InvalidParameterError(
      others.map((parameter) => ({ parameter, message: 'must not be given with summary=true' })),
    );
  }
}

async function page(
  request: UsersRequest,
  queries: Queries,
  catalog: UserCatalog,
  upstreams: Upstreams,
): Promise<UsersAnswer> {
  const { parameters, clear } = request;
  const fields = parameters.fields ?? USER_FIELDS;
  const identity = fields.includes('identity') ? identityHasher((await upstreams.keys()).identity) : null;
  const asOf = now();
  const { records, next, cut, count } = await read(request, queries, catalog, fields);
  const view = {
    fields,
    clear,
    identity,
    builtInAdministrator: catalog.builtInAdministrator,
    userTypeKnown: catalog.userType.seen !== 'refused',
    identityKnown: catalog.identifier.seen !== 'refused',
  };
  const positions = records.map(({ id }) => ({ after: id }));
  const missing = missingFields(catalog, fields);
  if (cut) missing.push({ what: 'users', reason: 'deadline', table: null });
  if (parameters.count === 'exact' && count?.exact === false) {
    missing.push({ what: 'count', reason: 'deadline', table: null });
  }
  return {
    body: {
      environment: request.environment.name,
      source: 'postgresql',
      as_of: asOf,
      masked: !clear,
      users: records.map((record) => userRow(record, view)),
      count,
      missing,
      complete: missing.length === 0,
    },
    next: next === null ? null : { after: next },
    positions,
    as_of: asOf,
    max_age: 0,
    disclosed: clear ? fields.filter((field) => CLEAR_FIELDS.includes(field)) : [],
  };
}

async function read(
  request: UsersRequest,
  queries: Queries,
  catalog: UserCatalog,
  fields: readonly UserField[],
): Promise<UserPage & { count: NonNullable<Body['count']> | null }> {
  const { parameters, deadline, position, clear } = request;
  const counting = parameters.count ?? 'none';
  const { role, ...filter } = parameters;
  const roleId = role === undefined ? null : await roleIdOf(queries, catalog, role);
  if (role !== undefined && roleId === null) {
    const count = counting === 'none' ? null : { value: 0, exact: true };
    return { records: [], next: null, cut: false, count };
  }
  const found = await readUserPage(queries, catalog, {
    filter,
    roleId,
    parts: new Set(fields.flatMap((field) => PARTS[field] ?? [])),
    after: position?.after ?? null,
    // Masked, a known login is looked up, never listed.
    limit: isExactName(parameters) && !clear ? 1 : request.limit,
    deadline,
  });
  if (counting === 'none') return { ...found, count: null };
  const counted = counting === 'exact' ? countUsers : estimateUsers;
  return { ...found, count: await counted(queries, catalog, filter, roleId) };
}

async function totals(
  request: UsersRequest,
  queries: Queries,
  catalog: UserCatalog,
  sessionTimeoutSeconds: number,
): Promise<UsersAnswer> {
  const asOf = now();
  const { summary, missing } = await summarize(queries, catalog, sessionTimeoutSeconds);
  return {
    body: {
      environment: request.environment.name,
      source: 'postgresql',
      as_of: asOf,
      summary,
      missing,
      complete: missing.length === 0,
    },
    next: null,
    as_of: asOf,
    max_age: SUMMARY_MAX_AGE_SECONDS,
  };
}

function isExactName({ name }: Parameters): boolean {
  return name !== undefined && namePrefix(name) === null;
}

/** To the second: statements start after it, so it is never later than what they saw. */
function now(): string {
  return utc(new Date());
}
