/**
 * /airflow_health of 2,000 DAGs with 20,000 runs, over HTTP from a stand-in that takes 20 ms for each answer: all of them
 * added up, against the same requests one after the other.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { ModelAirflow } from '@mrt/local-aws/mwaa/airflow.ts';
import type { AirflowData, ModelRun } from '@mrt/local-aws/mwaa/airflow-data.ts';
import { Deadline, Timing } from '../lambdas/context.ts';
import type { AirflowSettings } from '../lambdas/environment-settings.ts';
import { airflowHealth } from '../lambdas/routes/airflow_health/airflow-health.ts';
import { airflowUpstreams } from '../lambdas/upstreams/airflow/upstreams.ts';
import type { Figure } from './figure.ts';

const DAGS = 2_000;
const RUNS = 10;
const DELAY_MS = 20;
const HOUR_MS = 3_600_000;

function sample(now: number): AirflowData {
  const ids = Array.from({ length: DAGS }, (_, index) => `dag_${String(index).padStart(4, '0')}`);
  const run = (dag: string, index: number): ModelRun => {
    const ended = now - (index * 2 + 0.5) * HOUR_MS;
    const times = { queued: ended - 90_000, started: ended - 60_000, ended };
    return { dag, id: `run_${index}`, type: 'scheduled', state: 'success', failedTask: null, conf: {}, ...times };
  };
  const beat = { status: 'healthy', beatAge: 1_000 };
  const shared = { schedule: '0 * * * *', isPaused: false, owners: ['platform'], tags: [], tasks: ['load'] };
  return {
    version: '3.0.6',
    dags: ids.map((id) => ({ ...shared, id, nextRun: now + HOUR_MS })),
    runs: ids.flatMap((id) => Array.from({ length: RUNS }, (_, index) => run(id, index))),
    importErrors: [],
    pools: [{ name: 'default_pool', slots: 128, running: 0, queued: 0 }],
    components: { scheduler: beat, triggerer: beat, dag_processor: beat },
  };
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const model = new ModelAirflow(sample(Date.now()));
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    calls += 1;
    const sent = Buffer.concat(chunks).toString();
    const call = sent === '' ? {} : JSON.parse(sent);
    if (request.url?.startsWith('/environments/')) {
      response.end(JSON.stringify({ Environment: { Status: 'AVAILABLE', AirflowVersion: '3.0.6' } }));
      return;
    }
    const { status, document } = await model.answer({
      method: call.Method,
      path: call.Path,
      query: new URLSearchParams(call.QueryParameters),
      body: call.Body,
      role: 'Viewer',
    });
    setTimeout(() => {
      response.end(JSON.stringify({ RestApiStatusCode: status, RestApiResponse: document }));
    }, DELAY_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_MWAA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIABENCHBENCHBENCH1',
    AWS_SECRET_ACCESS_KEY: 'of the benchmark',
  });
  const settings: AirflowSettings = {
    authentication: 'mwaa',
    base_url: null,
    secret: null,
    certificate_authority: null,
    mwaa: { region: 'eu-west-1', environment: 'bench', role: 'Viewer', session: false },
  };
  const ask = () => {
    const deadline = new Deadline(Date.now() + 25_000);
    const environment = { name: 'bench', labels: {}, offers: [], airflow: settings };
    const request = { parameters: { summary: true }, limit: 1, position: null, environment, deadline, version: '1' };
    const upstreams = airflowUpstreams({ deadline, timing: new Timing() });
    const metrics = async () => ({ as_of: null, figures: {} as never });
    return airflowHealth({ ...request, clear: false, mayClear: false, other: null }, { ...upstreams, metrics });
  };
  try {
    await ask();
    calls = 0;
    const before = process.memoryUsage().rss;
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    const { body } = await ask();
    const ours = performance.now() - started;
    // The stand-in's share included: on a machine that others use too, the rest of the time was theirs.
    const { user, system } = process.cpuUsage(cpuBefore);
    if (body.summary?.runs?.success !== DAGS * RUNS) throw new Error('not all runs were counted');
    const serial = calls * DELAY_MS;
    print({
      name: `airflow health of ${DAGS} DAGs with ${DAGS * RUNS} runs, ${DELAY_MS} ms a call`,
      ours: `${(ours / 1_000).toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of CPU), ${calls} calls, ${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB more`,
      theirs: `${(serial / 1_000).toFixed(2)} s one after the other`,
      ratio: (serial / ours).toFixed(1),
      goal: '≤ 3 s',
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
