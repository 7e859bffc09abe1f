import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RoleKeys } from '../../tools/airflow-signature.ts';
import { type AirflowTarget, airflowSmoke } from '../../tools/airflow-smoke.ts';
import { type GatewaySystem, renew, type SeenCall, sharedGatewaySystem } from './airflow-gateway-system.ts';

let system: GatewaySystem;
let target: AirflowTarget;

/** An Airflow with one DAG, which knows the runs that it has started. */
function airflow(): (call: SeenCall) => { status: number; document: unknown } {
  const runs = new Set<string>();
  return ({ Method, Path, Body }) => {
    if (Path === '/dags') return { status: 200, document: { dags: [{ dag_id: 'etl_daily' }], total_entries: 1 } };
    if (Method === 'POST') {
      const run = String(Body?.['dag_run_id']);
      if (runs.has(run)) return { status: 409, document: { detail: 'The DAG run already exists' } };
      runs.add(run);
      return { status: 200, document: { dag_run_id: run, state: 'queued' } };
    }
    const run = decodeURIComponent(/\/dagRuns\/(.+)$/.exec(Path)?.[1] ?? '');
    if (runs.has(run)) return { status: 200, document: { dag_run_id: run, state: 'running' } };
    return { status: 404, document: { detail: 'not found' } };
  };
}

beforeAll(async () => {
  system = await sharedGatewaySystem();
}, 300_000);
beforeEach(async () => {
  renew(system);
  system.airflow.reply = airflow();
  const gateway = system.endpoints.airflow_gateway ?? '';
  target = { gateway, environment: 'etl-prod', as: { token: await system.jobToken() }, dag: 'etl_daily' };
});

async function findings(changes: Partial<AirflowTarget> = {}) {
  const all = [];
  for await (const finding of airflowSmoke({ ...target, ...changes })) all.push(finding);
  return { all, failed: all.filter(({ advice }) => advice !== null) };
}

test('from a caller that is let in, every line of the matrix is good', async () => {
  const { all, failed } = await findings();
  expect(failed).toEqual([]);
  const words = all.map(({ question }) => question.split(':')[0]);
  expect(new Set(words)).toEqual(
    new Set([
      'name',
      'route',
      'policy',
      'credentials',
      'list',
      'trigger',
      'status',
      'error handling',
      'speed',
      'concurrency',
      'logs',
    ]),
  );
  const [request] = /[0-9a-f-]{36}/.exec(all.at(-1)?.question ?? '') ?? [''];
  await expect.poll(() => system.logged('airflowgatewayfunctionsreader')).toContain(request);
});

/** The blocks of the page's section about one machine that ask the gateway, as they stand there. */
function recipes(): string[] {
  const page = readFileSync('docs/airflow-gateway.md', 'utf8');
  const [, section = ''] = /^## On one machine\n(.*?)^## /ms.exec(page) ?? [];
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code);
  return blocks.filter((code) => !/^(MRT_CONFIG=|npm run)/.test(code));
}

const has = (command: string, ...words: string[]) => spawnSync(command, words, { stdio: 'ignore' }).status === 0;
/** Not everywhere: what the page says that it wants. */
const hasTools =
  has('bash', '--version') && has('jq', '--version') && has('curl', '--aws-sigv4', 'aws:amz', '--version');

test.skipIf(!hasTools)('each way in that docs/airflow-gateway.md shows starts its run, in the shell', async () => {
  renew(system);
  const blocks = recipes();
  expect(blocks).toHaveLength(5);
  const place = mkdtempSync(join(tmpdir(), 'mrt-gateway-recipes-'));
  mkdirSync(join(place, '.local'));
  writeFileSync(join(place, '.local/endpoints.json'), JSON.stringify(system.endpoints));
  // The page is about config/pipelines.json, whose GitLab has another audience.
  const code = blocks.join('').replaceAll('https://airflow.local', 'https://airflow.example.com');
  // Not spawnSync: the gateway answers in this process.
  const { stdout: printed } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', code], {
    cwd: place,
  });
  rmSync(place, { recursive: true });
  expect(
    printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state),
  ).toEqual(Array(4).fill('queued'));
  const started = system.calls.map(({ Path }) => Path);
  const dags = ['warehouse_load', 'stock_levels', 'crm_contacts', 'warehouse_load'];
  expect(started).toEqual(dags.map((dag) => `/dags/${dag}/dagRuns`));
});

describe('with the keys of a role', () => {
  const keysOf = (name: string) => system.endpoints.airflow_callers?.roles[name]?.keys as RoleKeys;

  test('every line of the matrix is good too', async () => {
    const { failed } = await findings({
      as: { keys: keysOf('app-server'), region: 'eu-west-1' },
      dag: 'data_processing',
    });
    expect(failed).toEqual([]);
  });

  test('a line that fails says what to do', async () => {
    const good = keysOf('app-server');
    for (const [as, advice] of [
      [{ keys: { ...good, session_token: 'other' }, region: 'eu-west-1' }, /keys are of nobody|Region/],
      [{ keys: good, region: 'eu-central-1' }, /Region/],
      [{ keys: keysOf('partner'), region: 'eu-west-1' }, /airflow\.roles|own policy/],
    ] as const) {
      const { failed } = await findings({ as, dag: null });
      expect(failed.map(({ question }) => question)).toEqual(['credentials: the role’s signature is let in']);
      expect(failed[0]?.advice).toMatch(advice);
    }
    const { failed } = await findings({ as: { keys: good, region: 'eu-west-1' }, environment: 'etl-acc' });
    expect(failed[0]?.advice).toMatch(/own policy/);
  });
});

describe('a line that fails says what to do', () => {
  test.each([
    ['a name that is not there', { gateway: 'http://no-such-name.invalid/local' }, /^name/, /inbound resolver/],
    ['a port where nothing listens', { gateway: 'http://127.0.0.1:9/local' }, /^route/, /refused/],
    ['a token of nobody', { as: { token: 'x.y.z' } }, /^credentials/, /airflow\.issuers/],
    ['an environment of others', { environment: 'etl-acc' }, /^credentials/, /selects no such environment/],
    ['a DAG that is not in the list', { dag: 'hr_payroll' }, /^trigger/, /does not name this DAG/],
  ])('%s', async (_, changes, question, advice) => {
    const { failed } = await findings(changes);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.question).toMatch(question);
    expect(failed[0]?.advice).toMatch(advice);
  });

  test('an Airflow that is slow', async () => {
    system.airflow.delayMs = 550;
    const { failed } = await findings({ dag: null });
    expect(failed.map(({ question }) => question.split(':')[0])).toContain('speed');
  });
});
