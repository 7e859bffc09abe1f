/** The whole route over HTTP, before an Airflow that is slow in one list, or whose DAGs have odd names. */
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AirflowSettings } from '../../../../lambdas/environment-settings.ts';
import { airflowHealth } from '../../../../lambdas/routes/airflow_health/airflow-health.ts';
import { airflowUpstreams } from '../../../../lambdas/upstreams/airflow/upstreams.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { actAs } from '../../process-credentials.ts';
import { context, plainServer, type Script, stopAll } from '../../upstreams/airflow/scripted.ts';
import { dag, data, failed, ModelAirflow, questionOf, run } from './model.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:airflow-AbCdEf';
const undo: (() => unknown)[] = [];

beforeEach(async () => {
  const iam = new Iam('eu-west-1');
  const who = principal([EVERYTHING]);
  iam.register(who);
  const service = await startSecretsManager({ iam, secrets: new Map([[ARN, 'a-token']]) });
  undo.push(actAs(who, { AWS_ENDPOINT_URL_SECRETS_MANAGER: service.address.origin }), () => service.stop());
});
afterEach(async () => {
  await stopAll();
  for (const one of undo.splice(0)) await one();
});

/** Airflow 3 over HTTP. @param isSilent whether a path is never answered */
function scriptOf(model: ModelAirflow, isSilent = (_path: string) => false): Script {
  return async ({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const own = pathname.slice('/api/v2'.length);
    if (isSilent(own)) return undefined;
    const asked = { method, path: own, query: searchParams, body: body === '' ? undefined : JSON.parse(body) };
    const { status, document } = await model.answer({ ...asked, role: 'Viewer' });
    return { status, body: document };
  };
}

/** @param ms that the request may take */
async function ask(script: Script, parameters = {}, ms = 5_000) {
  const { address } = await plainServer(script);
  const own = { certificate_authority: null, mwaa: null, base_url: address, secret: ARN };
  const settings: AirflowSettings = { authentication: 'token', ...own };
  return airflowHealth(questionOf({ settings, parameters }), airflowUpstreams(context(ms)));
}

test('one list that never comes is null and named, and everything else is there', async () => {
  const content = {
    version: '3.0.6',
    dags: [dag('orders'), dag('prices')],
    runs: [run('orders', 1), failed('prices', 1)],
  };
  const model = new ModelAirflow(data(content));
  const slow = async (path: string) =>
    (
      await ask(
        scriptOf(model, (asked) => asked === path),
        {},
        1_200,
      )
    ).body;
  const [pools, health, errors, tasks] = await Promise.all([
    slow('/pools'),
    slow('/monitor/health'),
    slow('/importErrors'),
    slow('/dags/~/dagRuns/~/taskInstances/list'),
  ]);
  const parts = (body: typeof pools) => body.missing.map(({ what, reason }) => `${what} ${reason}`);
  expect(pools).toMatchObject({ summary: { pools: null, queue: { running: 0 }, import_errors: 0 }, complete: false });
  expect(health).toMatchObject({ components: null, summary: { pools: [{ slots: 128 }] } });
  expect(errors).toMatchObject({ import_errors: null, summary: { import_errors: null } });
  expect(tasks).toMatchObject({ summary: { queue: null, failed_tasks: null }, dags: [{ failed_tasks: null }, {}] });
  expect([pools, health, errors].map(parts)).toEqual([
    ['pools upstream-timeout'],
    ['components upstream-timeout'],
    ['import_errors upstream-timeout'],
  ]);
  expect(parts(tasks).toSorted()).toEqual(['failed_tasks upstream-timeout', 'queue upstream-timeout']);
  for (const body of [pools, health, errors, tasks]) {
    expect(body.dags).toMatchObject([{ state: 'healthy' }, { state: 'failing' }]);
    expect(body.summary).toMatchObject({ dags: 2, runs: { success: 1, failed: 1 } });
  }
});

test('DAGs are found by whatever name they have', async () => {
  const names = ['a b&c=d#e', 'añadir_pedidos', 'load.v2-eu', '__proto__'];
  const runs = names.map((name) => run(name, 1));
  const model = new ModelAirflow(data({ version: '3.0.6', dags: names.map((name) => dag(name)), runs }));
  const { body } = await ask(scriptOf(model));
  expect(new Set(body.dags?.map(({ dag, runs }) => [dag, runs?.success].join()))).toEqual(
    new Set(names.map((name) => `${name},1`)),
  );
  for (const name of names) {
    expect((await ask(scriptOf(model), { dag: name })).body.dags?.map(({ dag }) => dag)).toEqual([name]);
  }
});
