/**
 * Runs a statement over a report, and goes on where a request before this one had no more time. The same question about the
 * same report is paid once: it is the same text with the same token, which Athena starts once, and whose answer it gives
 * again from what it has kept.
 */
import { createHash } from 'node:crypto';
import type { Deadline } from '../context.ts';
import { InventoryUnavailableError } from '../upstream-errors.ts';
import type { AthenaQueries, QueryState } from '../upstreams/athena/queries.ts';

/** A query under way; travels in the cursor. */
export interface RunningQuery {
  id: string;
  /** Of the report that it asks: a newer one that has come meanwhile is another question. */
  dt: string;
}

/** The queries that are needed of Athena. */
export type Queries = Pick<AthenaQueries, 'start' | 'stateOf' | 'stop'>;

/** What is asked, and of which report. */
export interface Statement {
  sql: string;
  dt: string;
  /** Of the report. */
  as_of: Date;
  workgroup: string;
}

/** What has become of it. */
export interface QueryOutcome {
  query: RunningQuery;
  /** `null`: it is still running, and the time is over. */
  succeeded: Extract<QueryState, { state: 'succeeded' }> | null;
}

/** A query that failed or was stopped has used up its token: the same question is asked anew under the next one. */
const MAX_STARTS = 4;
/** A week is the longest that Athena knows, and longer than a daily report is the newest. */
const REUSE_MINUTES = 10_080;
/** Answers are kept a day longer: in each week of a report's life the question has another token. */
const TOKEN_MS = REUSE_MINUTES * 60_000;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 1_000;
/** What reading the rows takes, and the answer. */
const MIN_LEFT_MS = 600;

/**
 * @param running started by an earlier request; one about another report is stopped, as nobody will come for it
 * @throws InventoryUnavailableError `unreadable`, `over-limit`, `cancelled`; UpstreamFailedError, UpstreamThrottledError,
 *   UpstreamTimeoutError
 */
export async function runQuery(
  { sql, dt, as_of, workgroup }: Statement,
  running: RunningQuery | null,
  queries: Queries,
  deadline: Deadline,
): Promise<QueryOutcome> {
  if (running !== null) {
    if (running.dt === dt) return waitFor(running, queries, deadline);
    // What is wrong with stopping it is no fault of this answer.
    await queries.stop(running.id).catch(() => undefined);
  }
  const week = Math.floor((Date.now() - as_of.getTime()) / TOKEN_MS);
  for (let attempt = 0; ; attempt += 1) {
    const token = createHash('sha256')
      .update(JSON.stringify([sql, week, attempt]))
      .digest('hex');
    const id = await queries.start({ sql, workgroup, token, reuse_minutes: REUSE_MINUTES });
    const isLast = attempt + 1 === MAX_STARTS;
    const outcome = await outcomeOf({ id, dt }, queries, deadline, isLast);
    if (outcome !== null) return outcome;
  }
}

/** Waits for a query that an earlier request started. @throws as {@link runQuery} */
export function waitFor(query: RunningQuery, queries: Queries, deadline: Deadline): Promise<QueryOutcome> {
  return outcomeOf(query, queries, deadline, true);
}

/** @param isLast throws why the query failed, where `null` would ask it anew */
async function outcomeOf<Last extends boolean>(
  query: RunningQuery,
  queries: Queries,
  deadline: Deadline,
  isLast: Last,
): Promise<QueryOutcome | (Last extends true ? never : null)> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 1.5)) {
    const state = await queries.stateOf(query.id);
    if (state.state === 'succeeded') return { query: { id: query.id, dt: query.dt }, succeeded: state };
    if (state.state !== 'running') {
      // Found in this state at once, it is an earlier request's; what failed just now would fail again.
      const isOfBefore = wait === FIRST_WAIT_MS;
      if (isOfBefore && !isLast) return null as Last extends true ? never : null;
      throw state.state === 'failed' ? state.error : new InventoryUnavailableError('cancelled');
    }
    if (deadline.remaining() < wait + MIN_LEFT_MS) return { query: { id: query.id, dt: query.dt }, succeeded: null };
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
