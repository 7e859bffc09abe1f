/**
 * Asks Athena for the totals of a report, and goes on where a request before this one had no more time. The same question
 * about the same report is paid once: it is the same text with the same token, which Athena starts once, and whose answer it
 * gives again from what it has kept.
 */
import { createHash } from 'node:crypto';
import type { Deadline } from '../context.ts';
import { InventoryUnavailableError } from '../errors.ts';
import type { AthenaQueries, QueryRow } from '../upstreams/athena/queries.ts';
import { type Question, totalsStatement } from './statement.ts';

/** A query under way; travels in the cursor. */
export interface RunningQuery {
  id: string;
  /** Of the report that it asks: a newer one that has come meanwhile is another question. */
  dt: string;
}

/** The queries that are needed of Athena. */
export type Queries = Pick<AthenaQueries, 'start' | 'stateOf' | 'rowsOf'>;

/** A query that failed or was stopped has used up its token: the same question is asked anew under the next one. */
const MAX_STARTS = 4;
/** A week is the longest that Athena knows, and longer than a daily report is the newest. */
const REUSE_MINUTES = 10_080;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 1_000;
/** What reading the rows takes, and the answer. */
const MIN_LEFT_MS = 600;

/**
 * The rows of {@link totalsStatement}, or the query that is still running when the time is over.
 *
 * @param running started by an earlier request
 * @throws InventoryUnavailableError `unreadable`, `over-limit`, `cancelled`; UpstreamFailedError, UpstreamThrottledError,
 *   UpstreamTimeoutError
 */
export async function askReport(
  question: Question,
  workgroup: string,
  running: RunningQuery | null,
  queries: Queries,
  deadline: Deadline,
): Promise<QueryRow[] | RunningQuery> {
  const sql = totalsStatement(question);
  if (running !== null) return rowsOrRest(running, queries, deadline, true);
  for (let attempt = 0; ; attempt += 1) {
    const token = createHash('sha256')
      .update(JSON.stringify([sql, attempt]))
      .digest('hex');
    const id = await queries.start({ sql, workgroup, token, reuse_minutes: REUSE_MINUTES });
    const isLast = attempt + 1 === MAX_STARTS;
    const outcome = await rowsOrRest({ id, dt: question.dt }, queries, deadline, isLast);
    if (outcome !== null) return outcome;
  }
}

/** @param isLast throws why the query failed, where `null` would ask it anew */
async function rowsOrRest<Last extends boolean>(
  running: RunningQuery,
  queries: Queries,
  deadline: Deadline,
  isLast: Last,
): Promise<QueryRow[] | RunningQuery | (Last extends true ? never : null)> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 1.5)) {
    const state = await queries.stateOf(running.id);
    if (state.state === 'succeeded') return queries.rowsOf(running.id);
    if (state.state !== 'running') {
      // Found in this state at once, it is an earlier request's; what failed just now would fail again.
      const isOfBefore = wait === FIRST_WAIT_MS;
      if (isOfBefore && !isLast) return null as Last extends true ? never : null;
      throw state.state === 'failed' ? state.error : new InventoryUnavailableError('cancelled');
    }
    if (deadline.remaining() < wait + MIN_LEFT_MS) return running;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
