/** What the record keeps of an Airflow: counts by state, and never a name. */
import { expect, test } from 'vitest';
import { Deadline, Timing } from '../../../lambdas/context.ts';
import { recordAirflow } from '../../../lambdas/recorder/airflow.ts';
import { UpstreamTimeoutError } from '../../../lambdas/upstream-errors.ts';
import { dag, data, failed, ModelAirflow, portTo, run, SETTINGS } from '../routes/airflow_health/model.ts';

const model = new ModelAirflow(
  data({
    dags: [dag('orders'), dag('prices'), dag('resting', { isPaused: true })],
    runs: [run('orders', 1), run('orders', 2), failed('prices', 1)],
    importErrors: [{ file: '/dags/secret_name.py', trace: 'KeyError: 1', at: Date.now() }],
    components: {
      scheduler: { status: 'healthy', beatAge: 1_000 },
      triggerer: { status: 'unhealthy', beatAge: 900_000 },
      dag_processor: { status: null, beatAge: null },
    },
  }),
);

function record(way: Parameters<typeof portTo>[1] = {}) {
  const { airflow } = portTo(model, way);
  const context = { deadline: new Deadline(Date.now() + 10_000), timing: new Timing() };
  const environment = { name: 'etl-prod', labels: {}, offers: ['airflow_health'], airflow: SETTINGS };
  const metrics = async () => ({ as_of: null, figures: {} as never });
  return recordAirflow({ environment, context, version: '1' }, { airflow: () => airflow, metrics });
}

test('figures for monitoring, addends for the fleet, and a summary', async () => {
  const { figures, addends, summary, complete } = await record();
  const figureNamed = (name: string, state?: string) =>
    figures.find(({ figure, labels }) => figure === name && labels['state'] === state)?.value;
  expect(['success', 'failed', 'running', 'queued'].map((state) => figureNamed('airflow_dag_runs', state))).toEqual([
    2, 1, 0, 0,
  ]);
  expect(['failing', 'paused', 'healthy'].map((state) => figureNamed('airflow_dags', state))).toEqual([1, 1, 1]);
  expect(figureNamed('airflow_import_errors')).toBe(1);
  // The model's Airflow says nothing of a DAG processor, which then is neither healthy nor not.
  const components = figures.filter(({ figure }) => figure === 'airflow_component_healthy');
  expect(components.map(({ labels, value }) => [labels['component'], value])).toEqual([
    ['metadatabase', 1],
    ['scheduler', 1],
    ['triggerer', 0],
  ]);
  expect(addends).toEqual([
    { once: 'etl-prod', within: null, figures: { dags: 3, failing: 1, late: 0, import_errors: 1 } },
  ]);
  expect(complete).toBe(true);
  expect(JSON.stringify([figures, addends, summary])).not.toMatch(/orders|prices|secret_name|KeyError/);
});

test('a list that could not be read whole is an error, so that the last figures stay', async () => {
  const late = {
    before: (path: string) => {
      if (path === '/dags') throw new UpstreamTimeoutError('airflow');
    },
  };
  await expect(record(late)).rejects.toMatchObject({ source: 'airflow', reason: 'upstream-timeout' });
});
