/** GET /airflow_health with `summary=true` and `days`: what was recorded of each day, beside what is so now. */

import { countGrowthOf } from '../../record/growth.ts';
import type { HistoryPoint } from '../../record/history.ts';
import type { OpenRecord } from '../../record/opened.ts';
import { dailyValues, readPast, valueOn } from '../../record/past.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import { airflowHealth, type Upstreams } from './airflow-health.ts';
import { successRate } from './dag-tally.ts';
import { DAG_STATES } from './row-schema.ts';

type Request = Parameters<typeof airflowHealth>[0];

/**
 * Answers a request, with the past where it asks for one. A page that a cursor leads to goes on with the sums of now, and
 * says nothing of the past again.
 *
 * @throws as `airflowHealth`; InvalidParameterError for days of rows or of some DAGs, as all of them are recorded together
 */
export async function airflowHealthOverTime(
  request: Request,
  upstreams: Upstreams & { record: OpenRecord },
  now = new Date(),
): ReturnType<typeof airflowHealth> {
  const { days, summary, dag, tag } = request.parameters;
  if (days !== undefined && summary !== true) {
    throw new InvalidParameterError([{ parameter: 'days', message: 'needs summary=true: no DAG is recorded' }]);
  }
  if (days !== undefined && (dag !== undefined || tag !== undefined)) {
    const message = 'is of all DAGs together: leave out dag and tag';
    throw new InvalidParameterError([{ parameter: 'days', message }]);
  }
  // One after the other: where the present fails at once, no request to the record would be left under way.
  const answer = await airflowHealth(request, upstreams);
  if (days === undefined || request.position !== null) return answer;
  const { environment } = request;
  const asked = { route: 'airflow_health', environment, days, isAsked: () => true };
  const past = await readPast(upstreams.record, asked, now);
  const history = past.days === null ? null : [...past.days].map(([date, points]) => dayOf(date, points));
  return {
    ...answer,
    body: {
      ...answer.body,
      history,
      growth: history && {
        dags: countGrowthOf(dailyValues(history, (day) => day.dags)),
        failed_runs: countGrowthOf(dailyValues(history, (day) => day.runs.failed)),
      },
      record: past.record,
      complete: answer.body.complete && past.record.reason === null,
    },
    faults: [...(answer.faults ?? []), ...past.faults],
  };
}

/**
 * A day of the history.
 *
 * @example dayOf('2026-11-26', points) of 768 runs that succeeded and 10 that failed:
 * { date: '2026-11-26', runs: { success: 768, failed: 10 }, success_rate: 0.9871, dags: 38, states: { … }, import_errors: 1 }
 */
function dayOf(date: string, points: readonly HistoryPoint[]) {
  const success = valueOn(points, 'airflow_dag_runs', 'success');
  const failed = valueOn(points, 'airflow_dag_runs', 'failed');
  const names = [...DAG_STATES, 'unknown'] as const;
  const states = Object.fromEntries(names.map((state) => [state, valueOn(points, 'airflow_dags', state)]));
  const counts = Object.values(states).filter((count) => count !== null);
  return {
    date,
    runs: { success, failed },
    success_rate: success === null || failed === null ? null : successRate({ success, failed }),
    // A state that is not known leaves the sum without one of its parts.
    dags: counts.length < names.length ? null : counts.reduce((sum, count) => sum + count, 0),
    states: states as Record<(typeof names)[number], number | null>,
    import_errors: valueOn(points, 'airflow_import_errors', ''),
  };
}
