/** /airflow_health over HTTP, under the roles and endpoints of the template, in front of the local MWAA. */
import type { ModelAirflow } from '@mrt/local-aws/mwaa/airflow.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';
import { withdrawFromEndpoint, withdrawFromRole } from './withdrawn-permission.ts';

const AT = '/airflow_health?environment=etl-prod';
const DAY_MS = 86_400_000;

let system: RunningSystem;
const undo: (() => void)[] = [];
beforeAll(async () => {
  system = await sharedSystem();
});
afterEach(() => {
  for (const one of undo.splice(0)) one();
  system.airflows?.mwaa.faults.clear();
  system.airflows?.mwaa.webServers.get('etl-prod')?.service.faults.clear();
});
afterAll(() => system.end());

const web = () => system.airflows?.mwaa.webServers.get('etl-prod') ?? expect.unreachable();

test('tells how the sample’s DAGs are, each in its state', async () => {
  const { status, json } = await system.ask(`${AT}&tag=odd`);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    environment: 'etl-prod',
    airflow: { version: '3.0.6', api: 'v2', authentication: 'mwaa', role: 'Viewer' },
    mwaa: {
      status: 'AVAILABLE',
      metrics: { queued_tasks: expect.any(Number), scheduler: { cpu_percent: expect.any(Number) } },
    },
    import_errors: [{ message: "ModuleNotFoundError: No module named 'paramiko'" }],
    missing: [],
    complete: true,
  });
  expect((json['dags'] as Json[]).map(({ dag, state, reason }) => [dag, state, reason])).toEqual([
    ['legacy_export', 'paused', 'It is paused.'],
    ['migrate_once', 'never_ran', 'It has never had a run.'],
    ['old_crm_sync', 'paused', 'It is paused.'],
    ['partner_prices', 'failing', 'Its last 2 runs failed.'],
    ['reindex_search', 'running_long', 'A run takes much longer than its good runs did.'],
    ['returns_report', 'late', 'Its next run was not made in time.'],
  ]);
});

test('has rows as CSV, pages by cursor, and is for its scope alone', async () => {
  const csv = await system.ask(`${AT}&limit=3`, { headers: { accept: 'text/csv' } });
  expect(csv.text.split('\r\n')[0]).toMatch(
    /^environment,dag,state,reason,schedule,next_run,late_by_s,last_run\.state/,
  );
  expect(csv.text.split('\r\n')).toHaveLength(5);
  const seen: unknown[] = [];
  let next: string | null = `${AT}&limit=15`;
  while (next !== null) {
    const { json }: { json: Json } = await system.ask(next);
    seen.push(...(json['dags'] as Json[]).map(({ dag }) => dag));
    next = json['next_cursor'] === null ? null : `${AT}&limit=15&cursor=${json['next_cursor']}`;
  }
  expect(new Set(seen).size).toBe(38);
  expect(seen).toHaveLength(38);
  const { status } = await system.ask(AT, { token: await system.token({ scopes: ['mrt/users.read'] }) });
  expect(status).toBe(403);
});

/** What the stand-in held of the day before `at`, counted apart from the route: runs, DAGs, files that cannot be read. */
function heldAt(at: number) {
  const { data } = (system.airflows?.environments.get('etl-prod')?.airflow ?? expect.unreachable()) as ModelAirflow;
  const ended = data.runs.filter((run) => run.ended !== null && run.ended >= at - DAY_MS && run.ended <= at);
  const count = (state: string) => ended.filter((run) => run.state === state).length;
  return {
    dags: data.dags.length,
    paused: data.dags.filter(({ isPaused }) => isPaused).length,
    success: count('success'),
    failed: count('failed'),
    running: data.runs.filter(({ state }) => state === 'running').length,
    import_errors: data.importErrors.length,
  };
}

describe('once it is recorded', () => {
  beforeAll(() => system.record());

  /** Another file that shares the system may have recorded it some minutes ago. */
  async function recordedAt(): Promise<number> {
    const { json } = await system.ask('/airflow_health?environment=*&summary=true');
    return Date.parse((json['environments'] as { as_of: string }[])[0]?.as_of ?? '');
  }

  test('the fleet, its total and /metrics have the figures that Airflow has', async () => {
    const { json } = await system.ask('/airflow_health?environment=*&summary=true');
    const { dags, paused, success, failed, running, import_errors } = heldAt(await recordedAt());
    expect(json).toMatchObject({
      environments: [
        {
          environment: 'etl-prod',
          stale: false,
          summary: {
            airflow: { version: '3.0.6' },
            components: { scheduler: { status: 'healthy' } },
            dags: { dags, paused, runs: { success, failed, running }, import_errors, late: 1, running_long: 1 },
          },
        },
      ],
      total: { dags, late: 1, import_errors },
      complete: true,
    });
    const lines = (await system.ask('/metrics')).text.split('\n').filter((line) => /^mrt_.*"etl-prod"/.test(line));
    for (const line of [
      `mrt_airflow_dag_runs{environment="etl-prod",state="success"} ${success}`,
      `mrt_airflow_dag_runs{environment="etl-prod",state="failed"} ${failed}`,
      `mrt_airflow_dags{environment="etl-prod",state="paused"} ${paused}`,
      `mrt_airflow_dags{environment="etl-prod",state="late"} 1`,
      `mrt_airflow_import_errors{environment="etl-prod"} ${import_errors}`,
      'mrt_airflow_component_healthy{environment="etl-prod",component="scheduler"} 1',
      'mrt_source_up{environment="etl-prod",route="airflow_health"} 1',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test('days have a point of today with the same figures, and are not of single DAGs', async () => {
    const { dags, success, failed, import_errors } = heldAt(await recordedAt());
    const { json } = await system.ask(`${AT}&summary=true&days=1`);
    expect(json).toMatchObject({
      history: [{ date: new Date().toISOString().slice(0, 10), dags, runs: { success, failed }, import_errors }],
      growth: { dags: null },
      record: { recorded_days: 1, reason: null },
      complete: true,
    });
    for (const more of ['days=30', 'summary=true&days=30&dag=sales_orders']) {
      const refused = await system.ask(`${AT}&${more}`);
      expect([refused.status, refused.json['errors']]).toEqual([
        400,
        [{ parameter: 'days', message: expect.any(String) }],
      ]);
    }
  });
});

describe('where the role may not', () => {
  test('InvokeRestApi, it comes in by a session, of which no log has a word', async () => {
    undo.push(withdrawFromRole(system, 'airflow_health', 'airflow:InvokeRestApi'));
    const { json } = await system.ask(`${AT}&dag=sales_orders`);
    expect(json).toMatchObject({ complete: true, dags: [{ dag: 'sales_orders' }] });
    expect(web().service.faults.requests('login')).toBe(1);
    web().sessions.endAll();
    expect((await system.ask(`${AT}&dag=crm_contacts`)).json).toMatchObject({ complete: true });
    expect(web().service.faults.requests('login')).toBe(2);
    for (const name of system.functionLogs())
      expect(system.logged(name)).not.toMatch(/_token|WebToken|Bearer |session=/);
  });

  test('ask MWAA for the environment, everything else is there', async () => {
    undo.push(withdrawFromEndpoint(system, 'airflow.api', 'airflow:GetEnvironment'));
    const { json } = await system.ask(`${AT}&limit=1`);
    expect(json).toMatchObject({
      complete: false,
      missing: [{ what: 'mwaa', reason: 'access-denied' }],
      mwaa: { status: null },
      dags: [{}],
    });
  });
});

test('an environment in maintenance that does not answer is answered with that', async () => {
  const managed = system.airflows?.environments.get('etl-prod') ?? expect.unreachable();
  managed.status = 'MAINTENANCE';
  undo.push(() => {
    managed.status = 'AVAILABLE';
  });
  system.airflows?.mwaa.faults.inject({ kind: 'failed', every: 1, operation: 'restapi' });
  web().service.faults.inject({ kind: 'failed', every: 1 });
  // Ten minutes a function knows the version, so the DAGs are what fails.
  const { status, json } = await system.ask(`${AT}&summary=true&budget_s=2`);
  expect(status).toBe(200);
  expect(json).toMatchObject({ mwaa: { status: 'MAINTENANCE' }, summary: null, complete: false });
});
