/** /airflow_health of a real Airflow, figure by figure against Airflow's own database, by each way in. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline, Timing } from '../../lambdas/context.ts';
import type { AirflowSettings } from '../../lambdas/environment-settings.ts';
import { airflowHealth } from '../../lambdas/routes/airflow_health/airflow-health.ts';
import { percentile } from '../../lambdas/routes/airflow_health/dag-tally.ts';
import type { Position } from '../../lambdas/routes/airflow_health/position.ts';
import { airflowOf } from '../../lambdas/upstreams/airflow/connection.ts';
import { MANAGED, OWN, startWaysIn, type WaysIn } from './airflow/ways-in.ts';

const HOURS = 48;
/** As the route has it: a run that was due five minutes ago, and was not made. */
const LATE_MS = 5 * 60_000;

let ways: WaysIn;
let database: DatabaseSync;

beforeAll(async () => {
  database = new DatabaseSync(process.env['AIRFLOW_DATABASE'] ?? '', { readOnly: true });
  ways = await startWaysIn();
});
afterAll(async () => {
  await ways.stop();
  database.close();
});

function ask(settings: AirflowSettings, parameters = {}, position: Position | null = null, limit = 1_000) {
  const deadline = new Deadline(Date.now() + 60_000);
  const environment = { name: 'real', labels: {}, offers: ['airflow_health'], airflow: settings };
  const all = { parameters: { window_hours: HOURS, ...parameters }, limit, position, environment, deadline };
  return airflowHealth(
    { ...all, clear: false, mayClear: false, other: null, version: '1' },
    {
      airflow: (own) => airflowOf(own, { deadline, timing: new Timing() }),
      metrics: async () => ({ as_of: null, figures: {} as never }),
    },
  );
}

interface RunRow {
  dag_id: string;
  run_id: string;
  state: string;
  start_date: string;
  end_date: string;
}
const at = (text: string) => Date.parse(`${text.replace(' ', 'T').replace(/\+00:00$|Z$/, '')}Z`);
const query = <Row>(sql: string) => database.prepare(sql).all() as Row[];

/** What Airflow's database has of the runs that ended within a window before `until`. */
function runsWithin(from: number, until: number): RunRow[] {
  return query<RunRow>(
    `SELECT dag_id, run_id, state, start_date, end_date FROM dag_run WHERE end_date IS NOT NULL`,
  ).filter(({ end_date }) => at(end_date) >= from && at(end_date) <= until);
}

const WAYS: [string, AirflowSettings, boolean][] = [
  ['with user name and password', OWN, false],
  ['by InvokeRestApi', MANAGED, false],
  ['by a session', MANAGED, true],
];

describe.each(WAYS)('a real Airflow, %s', (_, settings, denied) => {
  beforeAll(() => ways.denyRestApi(denied));

  test('is the version that it is, and says how its parts are', async () => {
    const { body } = await ask(settings);
    expect(body.airflow.version).toBe(process.env['AIRFLOW_VERSION']);
    expect(body).toMatchObject({ complete: true, missing: [], components: { metadatabase: 'healthy' } });
    expect(body.components?.scheduler?.status).toMatch(/^(un)?healthy$/);
    const [beat] = query<{ at: string | null }>(
      `SELECT max(latest_heartbeat) AS at FROM job WHERE job_type = 'SchedulerJob'`,
    );
    const seconds = (text: string | null | undefined) => (text ? Math.floor(at(text) / 1_000) : null);
    const heartbeat = body.components?.scheduler?.heartbeat;
    expect(heartbeat ? Date.parse(heartbeat) / 1_000 : null).toBe(seconds(beat?.at));
  });

  test('has every DAG, with the figures that its database has', async () => {
    const { body } = await ask(settings);
    const until = Date.parse(body.as_of);
    const from = until - HOURS * 3_600_000;
    const active = query<{ dag_id: string; is_paused: number; next_dagrun_create_after: string | null }>(
      `SELECT dag_id, is_paused, next_dagrun_create_after FROM dag WHERE ${body.airflow.api === 'v1' ? 'is_active = 1' : 'is_stale = 0'} ORDER BY dag_id`,
    );
    expect(active.length).toBeGreaterThan(100);
    expect(body.dags?.map(({ dag }) => dag)).toEqual(active.map(({ dag_id }) => dag_id));
    const runs = runsWithin(from, until);
    expect(runs.length).toBeGreaterThan(3);
    const everRan = new Set(
      query<{ dag_id: string }>('SELECT DISTINCT dag_id FROM dag_run').map(({ dag_id }) => dag_id),
    );
    const failed = query<{ dag_id: string; task_id: string; end_date: string }>(
      `SELECT dag_id, task_id, end_date FROM task_instance WHERE state = 'failed'`,
    ).filter(({ end_date }) => at(end_date) >= from);
    for (const row of body.dags ?? []) {
      const own = runs.filter(({ dag_id }) => dag_id === row.dag);
      const good = own.filter(({ state }) => state === 'success');
      const durations = good.map(({ start_date, end_date }) => (at(end_date) - at(start_date)) / 1_000);
      expect([row.dag, row.runs?.success, row.runs?.failed]).toEqual([
        row.dag,
        good.length,
        own.filter(({ state }) => state === 'failed').length,
      ]);
      if (durations.length > 0) expect(row.duration_p50_s).toBeCloseTo(percentile(durations, 0.5) ?? 0, 1);
      const tasks = failed.filter(({ dag_id }) => dag_id === row.dag).map(({ task_id }) => task_id);
      expect(row.failed_tasks).toEqual([...new Set(tasks)].sort((a, b) => (a < b ? -1 : 1)));
      const inDatabase = active.find(({ dag_id }) => dag_id === row.dag);
      const next = inDatabase?.is_paused === 1 ? null : (inDatabase?.next_dagrun_create_after ?? null);
      expect([row.dag, row.next_run === null ? null : Date.parse(row.next_run)]).toEqual([
        row.dag,
        next === null ? null : Math.floor(at(next) / 1_000) * 1_000,
      ]);
      if (row.state === 'late') expect(at(next ?? '')).toBeLessThanOrEqual(until - LATE_MS);
      if (row.state === 'never_ran') expect(everRan.has(row.dag)).toBe(false);
      if (row.state === 'paused') expect(inDatabase?.is_paused).toBe(1);
    }
    const states = Object.fromEntries((body.dags ?? []).map(({ dag, state }) => [dag, state]));
    expect(states).toMatchObject({ etl_broken: 'failing', never: 'never_ran', resting: 'paused' });
    expect(body.dags?.find(({ dag }) => dag === 'etl_broken')?.failed_tasks).toEqual(['load']);
    expect(body.dags?.find(({ dag }) => dag === 'etl_orders')).toMatchObject({
      schedule: '0 2 * * *',
      tags: ['sales'],
    });
    expect(body.dags?.find(({ dag }) => dag === 'never')).toMatchObject({ schedule: null, next_run: null });
    const overdue = active.filter(
      ({ is_paused, next_dagrun_create_after: next }) =>
        is_paused === 0 && next !== null && at(next) <= until - LATE_MS,
    );
    expect(overdue.length).toBeGreaterThan(100);
    const tasks = query<{ state: string | null; count: number }>(
      'SELECT state, count(*) AS count FROM task_instance GROUP BY state',
    );
    const inState = (state: string) => tasks.find((one) => one.state === state)?.count ?? 0;
    expect(body.summary).toMatchObject({
      late: overdue.length,
      queue: { scheduled: inState('scheduled'), queued: inState('queued'), running: inState('running') },
      dags: active.length,
      paused: active.filter(({ is_paused }) => is_paused === 1).length,
      runs: {
        success: runs.filter(({ state }) => state === 'success').length,
        failed: runs.filter(({ state }) => state === 'failed').length,
      },
    });
  });

  test('has its import errors and pools', async () => {
    const { body } = await ask(settings);
    const [{ errors } = { errors: -1 }] = query<{ errors: number }>('SELECT count(*) AS errors FROM import_error');
    expect(body.summary?.import_errors).toBe(errors);
    expect(errors).toBeGreaterThan(0);
    expect(body.import_errors?.[0]?.message).toMatch(/No module named 'a_module_that_is_not_there'/);
    const pools = query<{ pool: string; slots: number }>('SELECT pool, slots FROM slot_pool');
    expect(body.summary?.pools?.map(({ pool, slots }) => ({ pool, slots }))).toEqual(pools.map((one) => ({ ...one })));
  });

  test('is paged without a gap, though it gives a hundred at a time', async () => {
    const names: string[] = [];
    let position: Position | null = null;
    do {
      const { body, next } = await ask(settings, {}, position, 60);
      names.push(...(body.dags ?? []).map(({ dag }) => dag));
      position = next;
    } while (position !== null);
    const active = query<{ dag_id: string }>('SELECT dag_id FROM dag ORDER BY dag_id');
    expect(names).toEqual(active.map(({ dag_id }) => dag_id));
  });

  test('is narrowed by name and tag as Airflow narrows', async () => {
    expect((await ask(settings, { tag: 'sales' })).body.dags?.map(({ dag }) => dag)).toEqual([
      'etl_broken',
      'etl_orders',
    ]);
    expect((await ask(settings, { dag: 'bulk_00*', summary: true })).body.summary?.dags).toBe(10);
  });
});
