/**
 * 200 clients for a minute on a mix of the routes, on the whole local run (`npm run bench:load`). What Lambda refuses
 * above the reserved concurrency is counted apart; nothing else may be a 5xx. `MRT_LOAD_SECONDS` and
 * `MRT_LOAD_CLIENTS` make it shorter or smaller.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { Client } from 'pg';
import { BUNDLE_FILES } from '../lambdas/contract.ts';
import type { Settings } from '../lambdas/settings.ts';
import { type System, startSystem } from '../local/system.ts';
import { bareCalls } from './load-upstreams.ts';

const SECONDS = Number(process.env['MRT_LOAD_SECONDS'] ?? 60);
const CLIENTS = Number(process.env['MRT_LOAD_CLIENTS'] ?? 200);
const MIX = [
  '/environments',
  '/bucket_size?environment=shop-prod',
  '/table_size?environment=shop-prod&limit=10',
  '/table_size?environment=shop-acc&limit=10',
  '/users?environment=shop-prod&limit=10',
  '/users?environment=shop-acc&limit=10',
  '/micro_flow_constants?environment=shop-prod&limit=10',
];
const REFUSED = '{"message":"Service Unavailable"}';

interface Route {
  times: number[];
  refused: number;
  statuses: Map<number, number>;
}

const directory = mkdtempSync(join(tmpdir(), 'mrt-load-'));
const system = await startSystem({ directory, sampleScale: 0.2, changeTemplate: withoutThrottles });
try {
  const routes = new Map<string, Route>();
  const stop = new AbortController();
  const watched = watch(system, stop.signal);
  const token = await system.token();
  const end = Date.now() + SECONDS * 1000;
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index, token, end, routes)));
  stop.abort();
  const { connections, memory } = await watched;
  const bare = await bareCalls(system);

  print('route', 'answers', 'refused', 'other 5xx', 'p50', 'p99', 'bare upstream p50', 'bare upstream p99');
  for (const [name, { times, refused, statuses }] of routes) {
    const failed = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
    const alone = bare.get(name) ?? [];
    print(
      name,
      times.length,
      refused,
      failed,
      ...quantiles(times),
      ...(alone.length > 0 ? quantiles(alone) : ['-', '-']),
    );
  }
  print();
  print(`statuses: ${JSON.stringify(Object.fromEntries(merged(routes)))}`);
  print(`database connections: ${connections} at most, ${allowedConnections(system)} configured`);
  for (const line of memory) print(line);
} finally {
  await system.stop();
  rmSync(directory, { recursive: true, force: true });
}

function print(...cells: (string | number)[]): void {
  process.stdout.write(`${cells.join(' | ')}\n`);
}

/** One client: asks, and when it is refused waits a little longer each time, as the contract wants. */
async function client(index: number, token: string, end: number, routes: Map<string, Route>): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  let backOff = 50;
  for (let turn = index; Date.now() < end; turn++) {
    const target = MIX[turn % MIX.length] ?? '';
    const name = target.split('?')[0] ?? '';
    const route: Route = routes.get(name) ?? { times: [], refused: 0, statuses: new Map() };
    routes.set(name, route);
    const started = performance.now();
    const response = await fetch(`${system.endpoints.api}${target}`, { headers });
    const body = await response.text();
    if (response.status === 429 || (response.status === 503 && body === REFUSED)) {
      route.refused += 1;
      await sleep(backOff * (0.5 + Math.random()));
      backOff = Math.min(2_000, backOff * 2);
      continue;
    }
    backOff = 50;
    route.times.push(performance.now() - started);
    route.statuses.set(response.status, (route.statuses.get(response.status) ?? 0) + 1);
  }
}

/** The most sessions that PostgreSQL saw at once, and the memory of each instance in the run's second quarter and last. */
async function watch({ databases }: System, signal: AbortSignal): Promise<{ connections: number; memory: string[] }> {
  const owner = new Client(databases.postgres?.url('postgres'));
  await owner.connect();
  const resident: Map<number, number>[] = [];
  let connections = 0;
  while (!signal.aborted) {
    const { rows } = await owner.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'mrt_reader'");
    connections = Math.max(connections, (rows[0] as { n: number }).n);
    resident.push(residentMegabytes());
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
  await owner.end();
  const quarter = (n: number) => resident.slice((resident.length * n) / 4, (resident.length * (n + 1)) / 4);
  const mean = (pid: number, samples: Map<number, number>[]) => {
    const values = samples.flatMap((sample) => sample.get(pid) ?? []);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const [second, last] = [quarter(1), quarter(3)];
  const growth = [...(resident.at(-1)?.keys() ?? [])]
    .map((pid) => ({ from: mean(pid, second), to: mean(pid, last) }))
    .filter(({ from }) => !Number.isNaN(from))
    .toSorted((a, b) => b.to - b.from - (a.to - a.from));
  const line = ({ from, to }: { from: number; to: number }) => `${from.toFixed(0)} to ${to.toFixed(0)} MB`;
  const [most, middle] = [growth[0], growth[Math.floor(growth.length / 2)]];
  if (most === undefined || middle === undefined)
    return { connections, memory: ['memory: no instance lived for long'] };
  const memory = `memory of ${growth.length} instances, second quarter to last: the median ${line(middle)}, the most grown ${line(most)}`;
  return { connections, memory: [memory] };
}

/** Of each function instance, by process id. */
function residentMegabytes(): Map<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' }).split('\n');
  const own = lines.map((line) => line.trim().split(/ +/)).filter(([, parent]) => Number(parent) === process.pid);
  const instances = own.filter((words) => words.join(' ').includes('runtime-client'));
  return new Map(instances.map(([pid, , rss]) => [Number(pid), Number(rss) / 1024]));
}

/** What the reserved concurrencies and each instance's share add up to. */
function allowedConnections({ deployment }: System): number {
  return deployment.functions
    .filter(({ reservedConcurrency }) => reservedConcurrency !== null)
    .map(({ bundle, reservedConcurrency }) => {
      const { limits, environments } = JSON.parse(
        readFileSync(join(bundle, BUNDLE_FILES.settings), 'utf8'),
      ) as Settings;
      // Listings have a concurrency of their own, and open no connection.
      const readsDatabases = Object.values(environments).some(({ database }) => database !== undefined);
      return readsDatabases ? (reservedConcurrency ?? 0) * limits.database_connections_per_instance : 0;
    })
    .reduce((sum, share) => sum + share, 0);
}

function merged(routes: ReadonlyMap<string, Route>): Map<number, number> {
  const all = new Map<number, number>();
  for (const { statuses } of routes.values()) {
    for (const [status, count] of statuses) all.set(status, (all.get(status) ?? 0) + count);
  }
  return all;
}

function quantiles(values: readonly number[]): string[] {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.5, 0.99].map(
    (q) => `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN).toFixed(1)} ms`,
  );
}
