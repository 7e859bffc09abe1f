/**
 * Pages of users in id order. A page starts after an id, never at an offset, so that the ten-thousandth costs what the
 * first does, and so that each user who exists throughout is met exactly once, whoever comes and goes meanwhile.
 *
 * What no index serves is searched in windows of ids, each a statement of bounded cost, until the page is full, the
 * users are at their end or the time is; see docs/decisions/users-paging.md.
 */
import type { Deadline } from '../../context.ts';
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { conditions, isUnfiltered, needsScan, oneOf, type UserFilter } from './filter.ts';
import type { UserPart } from './parts.ts';
import { type StoredRecord, sortedRoles, type UserRecord, userStatement, withRoleLists } from './record.ts';
import type { Related } from './related.ts';
import { type IdRange, inRange, Placeholders, whereAll } from './statement.ts';

export interface UserPageRequest {
  filter: UserFilter;
  parts: ReadonlySet<UserPart>;
  /** Id after which the page starts; `null` at the beginning. */
  after: string | null;
  limit: number;
  deadline: Deadline;
}

export interface UserPage {
  records: UserRecord[];
  /** Id after which the next page starts; `null` at the end. */
  next: string | null;
  /** True when the time was up before the page was full. */
  cut: boolean;
}

/** Ids to look at for matches. */
interface Window {
  /** `null`: there are none. */
  last: string | null;
  size: number;
}

/** Below every id, and the highest: the ends of bigint. */
const BEFORE_ALL = '-9223372036854775808';
const AFTER_ALL = '9223372036854775807';
const MIN_WINDOW = 2_000;
/** A window of this size takes some 50 ms from memory, and not over a few seconds from a cold disk. */
const MAX_WINDOW = 128_000;
/** A window that took longer than this is not doubled. */
const SLOW_MS = 500;
/** Share of the time that is kept for making the answer. */
const RESERVE = 0.2;

/** @throws DatabaseUnavailableError, UpstreamTimeoutError when not even the first window was searched in time */
export async function readUserPage(users: AppUsers, request: UserPageRequest): Promise<UserPage> {
  const after = request.after ?? BEFORE_ALL;
  if (request.filter.role_ids !== undefined || needsScan(request.filter)) return await search(users, request, after);
  const records = await read(users, request, { after, last: null }, request.limit + 1);
  return { ...full(records, request.limit), cut: false };
}

async function search(users: AppUsers, request: UserPageRequest, start: string): Promise<UserPage> {
  const { limit, deadline } = request;
  const reserve = deadline.remaining() * RESERVE;
  const records: UserRecord[] = [];
  let after = start;
  let size = firstWindow(request);
  let took = 0;
  while (after === start || deadline.remaining() > reserve + 2 * took) {
    const began = performance.now();
    try {
      const window = await windowAfter(users, request.filter, after, size);
      if (window.last === null) return { records, next: null, cut: false };
      const rest = limit + 1 - records.length;
      records.push(...(await read(users, request, { after, last: window.last }, rest)));
      if (records.length > limit) return { ...full(records, limit), cut: false };
      if (window.size < size) return { records, next: null, cut: false };
      after = window.last;
    } catch (error) {
      if (after === start || !(error instanceof UpstreamTimeoutError)) throw error;
      break;
    }
    took = performance.now() - began;
    if (took < SLOW_MS) size = Math.min(MAX_WINDOW, 2 * size);
  }
  return { records, next: after, cut: records.length < limit };
}

/** The window of a role holds those who have it and nobody else; another filter may pass many who do not match. */
function firstWindow({ filter, limit }: UserPageRequest): number {
  return needsScan(filter) ? Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, 4 * limit)) : limit + 1;
}

/** Cuts the row that was read only to know whether there is one. */
function full(records: UserRecord[], limit: number): Omit<UserPage, 'cut'> {
  const page = records.slice(0, limit);
  return { records: page, next: records.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** The next `size` ids to look at: of all users, or of those with the role, which its index gives in id order. */
async function windowAfter(users: AppUsers, filter: UserFilter, after: string, size: number): Promise<Window> {
  const values = new Placeholders();
  const { role_ids } = filter;
  const roles = role_ids === undefined ? null : needed(users.catalog, users.catalog.roles);
  const everybody = () => {
    const where = whereAll(inRange('u."id"', { after, last: null }, values));
    return [`SELECT u."id" AS id FROM ${users.catalog.table} u ${where} ORDER BY 1 LIMIT ${values.of(size)}`];
  };
  const candidates =
    roles === null ? everybody() : (role_ids ?? []).map((id) => pairsAfter(roles, id, after, size, values));
  const [first = '', ...others] = candidates;
  const merged =
    others.length === 0
      ? first
      : `SELECT id FROM (${candidates.map((text) => `(${text})`).join(' UNION ')}) c ORDER BY 1 LIMIT ${values.of(size)}`;
  const text = `SELECT max(id)::text AS last, count(*)::int AS size FROM (${merged}) w`;
  const [window] = await users.queries.query<Window>(text, values.values);
  return window ?? { last: null, size: 0 };
}

/**
 * The next pairs of one role, from the index of the pairs in its order. As a comparison of rows: asked for as
 * `role = 7 AND id > 5`, the planner without statistics believes in few pairs, and sorts all of the role's. One range
 * for each role, as `ANY` of several has no order.
 */
function pairsAfter(roles: Related, role: string, after: string, size: number, values: Placeholders): string {
  const pair = `(l.${roles.linkOther}, l.${roles.linkUser})`;
  const id = values.of(role);
  return `SELECT l.${roles.linkUser} AS id FROM ${roles.link} l
    WHERE ${pair} > ((SELECT ${id}::bigint), (SELECT ${values.of(after)}::bigint))
      AND ${pair} <= ((SELECT ${id}::bigint), ${AFTER_ALL}::bigint)
    ORDER BY l.${roles.linkOther}, l.${roles.linkUser} LIMIT ${values.of(size)}`;
}

/** `u`, or with roles the users of the window's pairs, each by primary key: of a rare role most users in between have it not. */
function fromOf(catalog: UserCatalog, filter: UserFilter, range: IdRange, values: Placeholders): string {
  const roles = filter.role_ids === undefined ? null : needed(catalog, catalog.roles);
  if (roles === null) return `${catalog.table} u`;
  const column = `l.${roles.linkUser}`;
  const terms = [oneOf(`l.${roles.linkOther}`, filter.role_ids ?? [], values), ...inRange(column, range, values)];
  // Not `*`: the other columns may not be read.
  const readable = Object.values(catalog.columns).flatMap((access) =>
    access.state === 'readable' ? [`u.${access.value}`] : [],
  );
  readable.unshift('u."id"');
  return `(SELECT DISTINCT ${column} AS id FROM ${roles.link} l ${whereAll(terms)} ORDER BY 1) w
CROSS JOIN LATERAL (SELECT ${readable.join(', ')} FROM ${catalog.table} u WHERE u."id" = w.id OFFSET 0) u`;
}

async function read(
  { queries, catalog }: AppUsers,
  { filter, parts }: UserPageRequest,
  range: IdRange,
  limit: number,
): Promise<UserRecord[]> {
  const values = new Placeholders();
  const from = fromOf(catalog, filter, range, values);
  const { role_ids: _, ...others } = filter;
  const where = whereAll([...inRange('u."id"', range, values), ...conditions(catalog, others, range, values)]);
  const keyset = { from, text: `${where}\nORDER BY u."id" LIMIT ${values.of(limit)}`, dense: isUnfiltered(filter) };
  const records = await queries.query<StoredRecord>(userStatement(catalog, parts, keyset), values.values);
  if (parts.has('roles') && catalog.roles.state === 'readable') return withRoleLists(records);
  return records as UserRecord[];
}

/** Ids of the roles with this name, of which an app may have several; `null` when it has none. @throws as `needed` */
export async function roleIdsOf({ queries, catalog }: AppUsers, name: string): Promise<string[] | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const rows = await queries.query<{ id: string }>(
    `SELECT o."id"::text AS id FROM ${roles.table} o WHERE o.${roles.value} = $1 ORDER BY o."id"`,
    [name],
  );
  return rows.length === 0 ? null : rows.map(({ id }) => id);
}

/** Names of all roles, for who mistyped one. @throws as `needed` */
export async function roleNames({ queries, catalog }: AppUsers): Promise<string[]> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return [];
  const rows = await queries.query<{ name: string }>(
    `SELECT DISTINCT o.${roles.value}::text AS name FROM ${roles.table} o WHERE o.${roles.value} IS NOT NULL`,
    [],
  );
  return sortedRoles(rows.map(({ name }) => name));
}
