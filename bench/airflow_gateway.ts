/** What the Airflow gateway adds to a call, and fifty triggers at once: against the same Airflow asked without it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';

const QUANTILES = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const;
/** What a web server of MWAA takes at its best. */
const AIRFLOW_MS = 20;
const CALLS = 200;
const AT_ONCE = 50;
const BOTH = ['mrt/airflow.read', 'mrt/airflow.trigger'];

/** MWAA's InvokeRestApi in front of an Airflow 3 that always takes the same time. */
async function startMwaa(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const { Path, Body } = JSON.parse(text || '{}');
    if (Path !== '/version') await new Promise((resolve) => setTimeout(resolve, AIRFLOW_MS));
    const document = Path === '/version' ? { version: '3.1.2' } : { dag_run_id: Body?.dag_run_id ?? null, dags: [] };
    response.end(JSON.stringify({ RestApiStatusCode: 200, RestApiResponse: document }));
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  return server;
}

function configuration(): string {
  const config = JSON.parse(readFileSync(new URL('../config/local.json', import.meta.url), 'utf8'));
  config.environments = { 'etl-bench': { airflow: { region: config.region, environment: 'etl-bench' } } };
  config.databases = {};
  config.callers = { clients: { 'sample-client': { scopes: BOTH, environments: ['etl-bench'] } } };
  for (const option of ['tenants', 'agents', 'recording', 'people', 'inventory']) delete config[option];
  config.people = 'off';
  config.airflow = {
    clients: { 'sample-client': { dags: ['*'] } },
    limits: {
      reads_per_second: 1000,
      read_burst: 2000,
      triggers_per_second: 1000,
      trigger_burst: 2000,
      at_once: AT_ONCE,
    },
  };
  return JSON.stringify(config);
}

/** Milliseconds of each call, sorted. */
async function timed(calls: readonly (() => Promise<unknown>)[], sideBySide: boolean): Promise<number[]> {
  const one = async (call: () => Promise<unknown>) => {
    const started = performance.now();
    await call();
    return performance.now() - started;
  };
  const times: number[] = [];
  if (sideBySide) times.push(...(await Promise.all(calls.map(one))));
  else for (const call of calls) times.push(await one(call));
  return times.sort((a, b) => a - b);
}

const quantile = (times: readonly number[], share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN;

/** Of Node.js, with nothing to do: what the start of an instance costs at the least. */
async function processStart(): Promise<void> {
  const [code] = (await once(spawn(process.execPath, ['-e', '0']), 'exit')) as [number];
  if (code !== 0) throw new Error(`a process ended with ${code}`);
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const mwaa = await startMwaa();
  const folder = mkdtempSync(join(tmpdir(), 'mrt-bench-gateway-'));
  const config = join(folder, 'config.json');
  writeFileSync(config, configuration());
  const address = `http://127.0.0.1:${(mwaa.address() as AddressInfo).port}`;
  const system = await startSystem({
    directory: folder,
    config,
    sampleScale: 0,
    changeTemplate: ({ Resources }) => {
      for (const { Properties } of Object.values(Resources)) {
        const { Variables } = (Properties?.['Environment'] ?? {}) as { Variables?: Record<string, string> };
        if (Variables?.['MRT_AIRFLOW_ROLES'] !== undefined) Variables['AWS_ENDPOINT_URL_MWAA'] = address;
      }
    },
  });
  try {
    const headers = { authorization: `Bearer ${await system.token({ client: 'sample-client' })}` };
    const at = `${system.endpoints.airflow_gateway}/airflow/etl-bench`;
    const checked = async (response: Response) => {
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status} ${text.slice(0, 100)}`);
    };
    const read = async () => checked(await fetch(`${at}/dags?limit=1`, { headers }));
    const trigger = async () => checked(await fetch(`${at}/dags/etl/dagRuns`, { method: 'POST', headers, body: '{}' }));
    const invoke = (body: object) => async () =>
      checked(await fetch(`${address}/restapi/etl-bench`, { method: 'POST', body: JSON.stringify(body) }));
    const list = invoke({ Path: '/dags', Method: 'GET', QueryParameters: { limit: '1' } });
    const start = invoke({ Path: '/dags/etl/dagRuns', Method: 'POST', Body: {} });

    // Warm: instances, sessions, the authorizer's decision.
    await timed(
      Array.from({ length: 20 }, () => read),
      false,
    );
    const direct = await timed(
      Array.from({ length: CALLS }, () => list),
      false,
    );
    const through = await timed(
      Array.from({ length: CALLS }, () => read),
      false,
    );
    for (const [name, share] of QUANTILES) {
      print(figure(`gateway: GET /dags, ${name} of ${CALLS}`, quantile(through, share), quantile(direct, share)));
    }
    // An instance here is a process, so that fifty cold ones measure this machine first of all. Beside them stand fifty
    // processes that start at once and do nothing: what is left is the function's own.
    const idle = await timed(
      Array.from({ length: AT_ONCE }, () => processStart),
      true,
    );
    const cold = await timed(
      Array.from({ length: AT_ONCE }, () => trigger),
      true,
    );
    for (const [name, share] of QUANTILES) {
      print({
        ...figure(`gateway: ${AT_ONCE} triggers at once, cold, ${name}`, quantile(cold, share), quantile(idle, share)),
        theirs: `${quantile(idle, share).toFixed(1)} ms for ${AT_ONCE} empty processes`,
        ratio: `${(quantile(cold, share) / quantile(idle, share)).toFixed(1)}×`,
        goal: 'all answered',
      });
    }
    // Whatever has been ended by the machine's load meanwhile starts again, in waves.
    for (const started of [10, 20, 30, 40, AT_ONCE]) {
      await Promise.allSettled(Array.from({ length: started }, trigger));
    }
    const alone = await timed(
      Array.from({ length: AT_ONCE }, () => start),
      true,
    );
    const warm = await timed(
      Array.from({ length: AT_ONCE }, () => trigger),
      true,
    );
    for (const [name, share] of QUANTILES) {
      print(
        figure(`gateway: ${AT_ONCE} triggers at once, warm, ${name}`, quantile(warm, share), quantile(alone, share)),
      );
    }
  } finally {
    await system.stop();
    mwaa.closeAllConnections();
    mwaa.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figure(name: string, ours: number, theirs: number): Figure {
  return {
    name,
    ours: `${ours.toFixed(1)} ms`,
    theirs: `${theirs.toFixed(1)} ms without the gateway`,
    ratio: `${(ours - theirs).toFixed(1)} ms added`,
    goal: 'p50 adds at most 50 ms',
  };
}
