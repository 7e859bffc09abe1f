/** How the DAGs of an environment's Airflow are, as `GET /airflow_health` answers with `summary=true`. */

import { type Figure, figureOf } from '../record/figure.ts';
import { airflowHealth, type Upstreams } from '../routes/airflow_health/airflow-health.ts';
import { UpstreamFailedError } from '../upstream-errors.ts';
import { type Recording, requestOf, type Turn } from './recording.ts';

/**
 * Totals only.
 *
 * @throws what `airflowHealth` throws; UpstreamFailedError where not all DAGs could be read, so that the last figures stay
 */
export async function recordAirflow(turn: Turn, upstreams: Upstreams): Promise<Recording> {
  const { body, as_of, faults } = await airflowHealth(requestOf(turn, { summary: true }, 1), upstreams);
  const { airflow, components = null, mwaa = null, missing, summary = null } = body;
  const cut = missing.find(({ what }) => what === 'dags' || what === 'airflow');
  if (cut !== undefined || summary === null) throw new UpstreamFailedError('airflow', cut?.reason ?? 'truncated');
  return {
    as_of,
    complete: body.complete,
    summary: { airflow, mwaa, components, dags: summary, missing },
    addends: [
      {
        once: turn.environment.name,
        within: null,
        figures: {
          dags: summary.dags,
          failing: summary.states.failing,
          late: summary.late,
          import_errors: summary.import_errors,
        },
      },
    ],
    figures: [...figuresOf(summary), ...healthOf(components)],
    source: body.source,
    faults: faults ?? [],
  };
}

type Body = Awaited<ReturnType<typeof airflowHealth>>['body'];

function figuresOf(summary: NonNullable<Body['summary']>): Figure[] {
  const { runs, states, queue, import_errors } = summary;
  const byState = (name: 'airflow_dag_runs' | 'airflow_dags' | 'airflow_tasks', counts: object) =>
    Object.entries(counts).map(([state, count]) => figureOf(name, { state }, count as number | null));
  return [
    ...byState('airflow_dag_runs', runs ?? {}),
    ...byState('airflow_dags', states),
    ...byState('airflow_tasks', queue ?? {}),
    figureOf('airflow_import_errors', {}, import_errors),
  ];
}

/** Of each component that Airflow says something of: 1 for `healthy`, 0 for any other word. */
function healthOf(components: NonNullable<Body['components']> | null): Figure[] {
  return Object.entries(components ?? {}).flatMap(([component, said]) => {
    const status = typeof said === 'string' ? said : (said?.status ?? null);
    return status === null ? [] : [figureOf('airflow_component_healthy', { component }, status === 'healthy' ? 1 : 0)];
  });
}
