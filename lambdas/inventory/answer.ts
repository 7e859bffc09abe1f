/** Asks Athena for the totals of a report. */
import type { Deadline } from '../context.ts';
import type { AthenaQueries, QueryRow } from '../upstreams/athena/queries.ts';
import { type Queries, type RunningQuery, runQuery } from './query.ts';
import { type Question, totalsStatement } from './statement.ts';

/** The queries that are needed of Athena. */
export type TotalsQueries = Queries & Pick<AthenaQueries, 'rowsOf'>;

/**
 * The rows of {@link totalsStatement}, or the query that is still running when the time is over.
 *
 * @param running started by an earlier request
 * @throws as {@link runQuery}
 */
export async function askReport(
  question: Question,
  workgroup: string,
  running: RunningQuery | null,
  queries: TotalsQueries,
  deadline: Deadline,
): Promise<QueryRow[] | RunningQuery> {
  const { dt, as_of } = question;
  const statement = { sql: totalsStatement(question), dt, as_of, workgroup };
  const { query, succeeded } = await runQuery(statement, running, queries, deadline);
  return succeeded === null ? query : queries.rowsOf(query.id);
}
