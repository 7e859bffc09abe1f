/** The private gateway before a real Airflow: each of its callers starts a run, and what comes back is Airflow's own answer. */
import { fileURLToPath } from 'node:url';
import { RealAirflow } from '@mrt/local-aws/mwaa/real-airflow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayClient, gatewayClient, type Reply } from '../end-to-end/airflow-gateway-client.ts';
import { instanceKeys, keysOfJob, keysOfOtherAccount } from '../end-to-end/airflow-gateway-roles.ts';
import { type Json, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { GITLAB_JOB } from '../gitlab-job.ts';

const START_MS = 240_000;
/** For a scheduler to run two tasks, each in a process of its own. */
const MAX_RUN_MS = 240_000;
const CONFIG = fileURLToPath(new URL('../../config/pipelines.json', import.meta.url));
/** A job of the project that the configuration names. */
const CLAIMS = {
  aud: 'https://airflow.local',
  ...GITLAB_JOB,
};

let system: RunningSystem;
let gateway: GatewayClient;
/** Asked beside the gateway, as a user of its own. */
let airflow: RealAirflow;
let job: string;

beforeAll(async () => {
  const address = process.env['AIRFLOW'] ?? '';
  airflow = new RealAirflow(address);
  system = await runSystem({
    sampleScale: 0,
    config: CONFIG,
    environment: { ...process.env, MRT_AIRFLOW_URL: address },
  });
  gateway = gatewayClient(system.endpoints.airflow_gateway ?? '');
  job = await jobToken();
}, START_MS);
afterAll(() => system.end());

async function jobToken(): Promise<string> {
  return (await system.issuers.byName.get('gitlab')?.token(CLAIMS)) ?? '';
}

/** What Airflow itself says. */
async function own(path: string): Promise<{ status: number; document: unknown }> {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const { status, document } = await airflow.answer({
    method: 'GET',
    path: pathname,
    query: searchParams,
    body: undefined,
    role: 'Admin',
  });
  return { status, document };
}

const said = ({ status, text }: Reply) => ({ status, document: JSON.parse(text) as unknown });
const read = (path: string) => gateway.call(`/airflow/etl-prod${path}`, { token: job });

/** Starts a run of a DAG and waits for its end, as a pipeline would. */
async function runOf(dag: string, run: string, start: (path: string, body: string) => Promise<Reply>): Promise<Json> {
  const reply = await start(`/etl-prod/dags/${dag}/dagRuns`, JSON.stringify({ dag_run_id: run, conf: { wish: run } }));
  expect([reply.status, reply.text]).toEqual([200, expect.stringContaining(run)]);
  const until = Date.now() + MAX_RUN_MS;
  for (;;) {
    const { status, document } = said(await read(`/dags/${dag}/dagRuns/${run}`));
    const { state } = document as Json;
    expect([status, state]).toEqual([200, expect.stringMatching(/^(queued|running|success|failed)$/)]);
    if (state === 'success' || state === 'failed') return document as Json;
    expect(Date.now()).toBeLessThan(until);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

describe('a run is started and watched to its end', () => {
  test('by a job with its id token', { timeout: MAX_RUN_MS }, async () => {
    const run = await runOf('warehouse_load', 'pipeline-7', (path, body) =>
      gateway.call(`/airflow${path}`, { method: 'POST', token: job, body }),
    );
    expect(run).toMatchObject({ dag_run_id: 'pipeline-7', state: 'success', conf: { wish: 'pipeline-7' } });
  });

  test('by a role that signs, whose DAG fails', { timeout: MAX_RUN_MS }, async () => {
    const keys = instanceKeys(system, 'app-server');
    const run = await runOf('stock_levels', 'instance-1', (path, body) =>
      gateway.signed(`/iam${path}`, keys, { method: 'POST', body }),
    );
    expect(run).toMatchObject({ dag_run_id: 'instance-1', state: 'failed' });
  });

  test('by a role that another account took, and by one that a job took', { timeout: MAX_RUN_MS }, async () => {
    const partner = await keysOfOtherAccount(system, 'partner', { Tags: [{ Key: 'app', Value: 'external' }] });
    const runner = await keysOfJob(system, 'gitlab-runner', await jobToken());
    const runs = await Promise.all([
      runOf('crm_contacts', 'partner-1', (path, body) =>
        gateway.signed(`/iam${path}`, partner, { method: 'POST', body }),
      ),
      runOf('warehouse_load', 'runner-1', (path, body) =>
        gateway.signed(`/iam${path}`, runner, { method: 'POST', body }),
      ),
    ]);
    expect(runs.map(({ state }) => state)).toEqual(['success', 'success']);
  });
});

describe('what is read is what Airflow says', () => {
  const RUN = '/dags/warehouse_load/dagRuns/pipeline-7';
  test.each([
    ['the list of DAGs', '/dags?limit=5&offset=20&order_by=-dag_id'],
    ['a page of the DAGs of two tags', '/dags?tags=sales&tags=nothing'],
    ['a DAG', '/dags/warehouse_load'],
    ['a DAG that is not there', '/dags/nowhere'],
    ['runs of a DAG by their state', '/dags/warehouse_load/dagRuns?state=success&order_by=start_date'],
    ['a run', RUN],
    ['a run that is not there', '/dags/warehouse_load/dagRuns/nowhere'],
    ['task instances of a run', `${RUN}/taskInstances`],
    ['a task instance', `${RUN}/taskInstances/load`],
    ['instances of a mapped task', `${RUN}/taskInstances/parts/listMapped`],
    ['one instance of a mapped task', `${RUN}/taskInstances/parts/1`],
    ['a parameter that Airflow refuses', '/dags?limit=many'],
    ['a number of a log that is not there', `${RUN}/taskInstances/parts/99`],
  ])('%s', async (_, path) => {
    const before = await own(path);
    expect(timeless(said(await read(path)))).toEqual(timeless(before));
    // So that a fault of both is not taken for the same answer.
    if (!/not there|refuses/.test(_)) expect(before.status).toBe(200);
    else expect([400, 404, 422]).toContain(before.status);
  });

  test('a log, streamed, of which no line is missing', async () => {
    const path = `${RUN}/taskInstances/load/logs/1`;
    const reply = await read(path);
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    expect(said(reply)).toEqual(await own(path));
    for (const line of [0, 999, 1_999]) expect(reply.text).toContain(`line ${String(line).padStart(4, '0')} of 2000`);
    expect((await read(`${path.replace('/load/', '/parts/')}?map_index=1&full_content=true`)).text).toContain('part 2');
    expect((await read(`${path.slice(0, -1)}9`)).status).toBe((await own(`${path.slice(0, -1)}9`)).status);
  });
});

describe('what Airflow refuses comes back as it says it', () => {
  const start = (body: unknown) =>
    gateway.call('/airflow/etl-prod/dags/warehouse_load/dagRuns', {
      method: 'POST',
      token: job,
      body: JSON.stringify(body),
    });
  test.each([
    ['a run id that is taken', { dag_run_id: 'pipeline-7' }, 409],
    [
      'a field that it does not know',
      { no_such_field: 1 },
      process.env['AIRFLOW_VERSION']?.startsWith('3') ? 422 : 400,
    ],
    ['a date that is none', { logical_date: 'tomorrow' }, process.env['AIRFLOW_VERSION']?.startsWith('3') ? 422 : 400],
  ])('%s', async (_, body, status) => {
    const reply = await start(body);
    expect([reply.status, reply.headers['content-type']]).toEqual([
      status,
      expect.stringMatching(/^application\/(problem\+)?json/),
    ]);
    expect(JSON.parse(reply.text)).toHaveProperty('detail');
  });
});

test('what is on no list, Airflow would have given, and is not asked for it', async () => {
  for (const path of [
    '/connections',
    '/variables',
    '/pools',
    '/dags/~/dagRuns',
    '/importErrors',
    '/eventLogs',
    '/version',
  ]) {
    expect([path, (await own(path)).status]).toEqual([path, 200]);
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { status, text } = await gateway.call(`/airflow/etl-prod${path}`, {
        method,
        token: job,
        ...(method === 'POST' && { body: '{}' }),
      });
      expect([path, status, JSON.parse(text).type]).toEqual([path, 403, expect.stringMatching(/path-not-allowed$/)]);
    }
  }
  const foreign = await gateway.call('/airflow/etl-prod/dags/etl_orders/dagRuns', {
    method: 'POST',
    token: job,
    body: '{}',
  });
  expect(foreign.status).toBe(403);
});

/** What tells of the moment of asking, and when the scheduler, which runs beside the test, last read the DAG's file. */
const MOMENTS = ['file_token', 'last_parsed_time', 'last_parse_duration', 'last_expired'];

function timeless(answer: { status: number; document: unknown }): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => (MOMENTS.includes(name) ? undefined : (value as unknown))));
}
