/** The whole system before a real Airflow, as `MRT_AIRFLOW_URL` puts it there: HTTP, roles and endpoints of the template. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

const START_MS = 240_000;

let system: RunningSystem;
let database: DatabaseSync;

beforeAll(async () => {
  database = new DatabaseSync(process.env['AIRFLOW_DATABASE'] ?? '', { readOnly: true });
  const environment = { ...process.env, MRT_AIRFLOW_URL: process.env['AIRFLOW'] };
  system = await runSystem({ sampleScale: 0, environment });
}, START_MS);
afterAll(async () => {
  await system.end();
  database.close();
});

const count = (sql: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${sql}`).get()?.['count']);

test('its figures are those of the database, by route, fleet and metrics', async () => {
  const { json } = await system.ask('/airflow_health?environment=etl-prod&summary=true&window_hours=48');
  const dags = count('dag');
  const import_errors = count('import_error');
  expect(json).toMatchObject({
    airflow: { version: process.env['AIRFLOW_VERSION'], authentication: 'mwaa', role: 'Viewer' },
    summary: { dags, import_errors, states: { failing: 1 } },
    missing: [],
    complete: true,
  });
  await system.record();
  const fleet = await system.ask('/airflow_health?environment=*&summary=true');
  expect(fleet.json).toMatchObject({ total: { dags, failing: 1, import_errors }, complete: true });
  expect((await system.ask('/metrics')).text).toContain('mrt_airflow_dags{environment="etl-prod",state="failing"} 1');
});

test('a DAG that fails is named, with the task that failed', async () => {
  const { json } = await system.ask('/airflow_health?environment=etl-prod&state=failing');
  expect((json['dags'] as Json[]).map(({ dag, failed_tasks }) => [dag, failed_tasks])).toEqual([
    ['etl_broken', ['load']],
  ]);
});
