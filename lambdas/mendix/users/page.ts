/**
 * Pages of users in id order. A page starts after an id, never at an offset, so that the ten-thousandth costs what the
 * first does, and so that each user who exists throughout is met exactly once, whoever comes and goes meanwhile.
 *
 * What no index serves is searched in windows of ids, each a statement of bounded cost, until the page is full, the
 * users are at their end or the time is; see docs/decisions/users-paging.md.
 */
import type { Deadline } from '../../context.ts';
import { UpstreamTimeoutError } from '../../errors.ts';
import type { Queries, UserCatalog } from './catalog.ts';
import { conditions, needsScan, type UserFilter } from './filter.ts';
import { type UserPart, type UserRecord, userSelection } from './record.ts';
import { needed, Placeholders } from './statement.ts';

export interface UserPageRequest {
  filter: UserFilter;
  /** Id of the role that a user must have. */
  roleId: string | null;
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

/** Below every id: the smallest bigint. */
const BEFORE_ALL = '-9223372036854775808';
const FIRST_WINDOW = 2_000;
/** A window of this size takes some 50 ms from memory, and not over a few seconds from a cold disk. */
const LARGEST_WINDOW = 128_000;
/** A window that took longer than this is not doubled. */
const SLOW_MS = 500;
/** Share of the time that is kept for making the answer. */
const RESERVE = 0.2;

/** @throws DatabaseUnavailableError, UpstreamTimeoutError when not even the first window was searched in time */
export async function readUserPage(
  queries: Queries,
  catalog: UserCatalog,
  request: UserPageRequest,
): Promise<UserPage> {
  const after = request.after ?? BEFORE_ALL;
  if (request.roleId !== null || needsScan(request.filter)) return await search(queries, catalog, request, after);
  const records = await read(queries, catalog, request, { after, last: null, limit: request.limit + 1 });
  return { ...full(records, request.limit), cut: false };
}

async function search(
  queries: Queries,
  catalog: UserCatalog,
  request: UserPageRequest,
  start: string,
): Promise<UserPage> {
  const { limit, deadline } = request;
  const reserve = deadline.remaining() * RESERVE;
  const records: UserRecord[] = [];
  let after = start;
  let size = Math.min(LARGEST_WINDOW, Math.max(FIRST_WINDOW, 4 * limit));
  let took = 0;
  while (after === start || deadline.remaining() > reserve + 2 * took) {
    const began = performance.now();
    try {
      const window = await windowAfter(queries, catalog, request.roleId, after, size);
      if (window.last === null) return { records, next: null, cut: false };
      const wanted = limit + 1 - records.length;
      records.push(...(await read(queries, catalog, request, { after, last: window.last, limit: wanted })));
      if (records.length > limit) return { ...full(records, limit), cut: false };
      if (window.size < size) return { records, next: null, cut: false };
      after = window.last;
    } catch (error) {
      if (after === start || !(error instanceof UpstreamTimeoutError)) throw error;
      break;
    }
    took = performance.now() - began;
    if (took < SLOW_MS) size = Math.min(LARGEST_WINDOW, 2 * size);
  }
  return { records, next: after, cut: records.length < limit };
}

/** Cuts the row that was read only to know whether there is one. */
function full(records: UserRecord[], limit: number): Omit<UserPage, 'cut'> {
  const page = records.slice(0, limit);
  return { records: page, next: records.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** The next `size` ids to look at: of all users, or of those with the role, which its index gives in id order. */
async function windowAfter(
  queries: Queries,
  catalog: UserCatalog,
  roleId: string | null,
  after: string,
  size: number,
): Promise<{ last: string | null; size: number }> {
  const values = new Placeholders();
  const roles = roleId === null ? null : needed(catalog, catalog.roles);
  const candidates =
    roles === null
      ? `SELECT u."id" AS id FROM ${catalog.table} u WHERE u."id" > ${values.of(after)}::bigint`
      : `SELECT l.${roles.linkUser} AS id FROM ${roles.link} l
         WHERE l.${roles.linkOther} = ${values.of(roleId)}::bigint AND l.${roles.linkUser} > ${values.of(after)}::bigint`;
  const text = `SELECT max(id)::text AS last, count(*)::int AS size FROM (${candidates} ORDER BY 1 LIMIT ${values.of(size)}) w`;
  const [window] = await queries.query<{ last: string | null; size: number }>(text, values.values);
  return window ?? { last: null, size: 0 };
}

async function read(
  queries: Queries,
  catalog: UserCatalog,
  { filter, roleId, parts }: UserPageRequest,
  range: { after: string; last: string | null; limit: number },
): Promise<UserRecord[]> {
  const values = new Placeholders();
  const where = [`u."id" > ${values.of(range.after)}::bigint`];
  if (range.last !== null) where.push(`u."id" <= ${values.of(range.last)}::bigint`);
  where.push(...userConditions(catalog, filter, roleId, values));
  const { columns, from } = userSelection(catalog, parts);
  const text = `SELECT ${columns}
FROM ${from}
WHERE ${where.join('\n  AND ')}
ORDER BY u."id" LIMIT ${values.of(range.limit)}`;
  return await queries.query<UserRecord>(text, values.values);
}

/** The filters and the role, as conditions on `u`. @throws DatabaseUnavailableError `grant-missing` */
export function userConditions(
  catalog: UserCatalog,
  filter: UserFilter,
  roleId: string | null,
  values: Placeholders,
): string[] {
  const found = conditions(filter, catalog, values);
  const roles = roleId === null ? null : needed(catalog, catalog.roles);
  if (roles !== null) {
    found.push(
      `EXISTS (SELECT FROM ${roles.link} l WHERE l.${roles.linkUser} = u."id" AND l.${roles.linkOther} = ${values.of(roleId)}::bigint)`,
    );
  }
  return found;
}

/** Id of the role with this name; `null` when the app has none. @throws DatabaseUnavailableError `grant-missing` */
export async function roleIdOf(queries: Queries, catalog: UserCatalog, role: string): Promise<string | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const [found] = await queries.query<{ id: string }>(
    `SELECT o."id"::text AS id FROM ${roles.table} o WHERE o.${roles.value} = $1 ORDER BY o."id" LIMIT 1`,
    [role],
  );
  return found?.id ?? null;
}
