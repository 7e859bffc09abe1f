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
import { conditions, isUnfiltered, needsScan, type UserFilter } from './filter.ts';
import type { UserPart } from './parts.ts';
import { recordReader, type StoredRecord, type UserRecord, userStatement } from './record.ts';
import { type IdRange, inRange, oneOf, Placeholders, whereAll } from './statement.ts';
import { firstWindow, MAX_WINDOW, windowAfter } from './window.ts';

export interface UserPageRequest {
  filter: UserFilter;
  parts: ReadonlySet<UserPart>;
  /** Id after which the page starts; `null` at the beginning. */
  after: string | null;
  limit: number;
  deadline: Deadline;
}

export interface UserPage<Row> {
  /** What was made of each user, and their ids, both in the order of ids. */
  rows: Row[];
  ids: string[];
  /** Id after which the next page starts; `null` at the end. */
  next: string | null;
  /** True when the time was up before the page was full. */
  cut: boolean;
}

/** What a page has so far. */
interface Gathered<Row> {
  rows: Row[];
  ids: string[];
  rowOf: (record: UserRecord) => Row;
}

/** Below every id: the end of bigint. */
const BEFORE_ALL = '-9223372036854775808';
/** A window that took longer than this is not doubled. */
const SLOW_MS = 500;
/** Share of the time that is kept for making the answer. */
const RESERVE = 0.2;

/**
 * One page. What the database gives of a user becomes a row at once and is forgotten: of 10,000 users the records are as
 * large as the rows.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError when not even the first window was searched in time
 */
export async function readUserPage<Row>(
  users: AppUsers,
  request: UserPageRequest,
  rowOf: (record: UserRecord) => Row,
): Promise<UserPage<Row>> {
  const gathered: Gathered<Row> = { rows: [], ids: [], rowOf };
  const after = request.after ?? BEFORE_ALL;
  if (request.filter.role_ids !== undefined || needsScan(request.filter))
    return await search(users, request, after, gathered);
  await read(users, request, { after, last: null }, gathered);
  return { ...full(gathered, request.limit), cut: false };
}

async function search<Row>(
  users: AppUsers,
  request: UserPageRequest,
  start: string,
  gathered: Gathered<Row>,
): Promise<UserPage<Row>> {
  const { limit, deadline } = request;
  const reserve = deadline.remaining() * RESERVE;
  const { rows, ids } = gathered;
  let after = start;
  let size = firstWindow(request.filter, limit);
  let took = 0;
  while (after === start || deadline.remaining() > reserve + 2 * took) {
    const began = performance.now();
    try {
      const window = await windowAfter(users, request.filter, after, size);
      if (window.last === null) return { rows, ids, next: null, cut: false };
      await read(users, request, { after, last: window.last }, gathered);
      if (rows.length > limit) return { ...full(gathered, limit), cut: false };
      if (window.size < size) return { rows, ids, next: null, cut: false };
      after = window.last;
    } catch (error) {
      if (after === start || !(error instanceof UpstreamTimeoutError)) throw error;
      break;
    }
    took = performance.now() - began;
    if (took < SLOW_MS) size = Math.min(MAX_WINDOW, 2 * size);
  }
  return { rows, ids, next: after, cut: rows.length < limit };
}

/** Cuts the row that was read only to know whether there is one. */
function full<Row>({ rows, ids }: Gathered<Row>, limit: number): Omit<UserPage<Row>, 'cut'> {
  const more = rows.length > limit;
  return { rows: rows.slice(0, limit), ids: ids.slice(0, limit), next: more ? (ids[limit - 1] ?? null) : null };
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

/** Adds the users of `range` to what was gathered, until there is one more than the page takes. */
async function read<Row>(
  { queries, catalog }: AppUsers,
  { filter, parts, limit }: UserPageRequest,
  range: IdRange,
  { rows, ids, rowOf }: Gathered<Row>,
): Promise<void> {
  const values = new Placeholders();
  const from = fromOf(catalog, filter, range, values);
  const { role_ids: _, ...others } = filter;
  const where = whereAll([...inRange('u."id"', range, values), ...conditions(catalog, others, range, values)]);
  const rest = values.of(limit + 1 - rows.length);
  const keyset = { from, text: `${where}\nORDER BY u."id" LIMIT ${rest}`, dense: isUnfiltered(filter) };
  const recordOf = recordReader(parts.has('roles') && catalog.roles.state === 'readable');
  // What an error leaves of the rows is taken off again: the search ends before this window.
  const before = rows.length;
  try {
    await queries.each<StoredRecord>(userStatement(catalog, parts, keyset), values.values, (stored) => {
      ids.push(stored.id);
      rows.push(rowOf(recordOf(stored)));
    });
  } catch (error) {
    rows.length = before;
    ids.length = before;
    throw error;
  }
}
