/**
 * Ten minutes of `npm start` at a steady rate, with slow clients beside it (`node bench/soak.ts`): what the gateway and
 * the functions hold of memory, connections and sockets at the start and after each tenth, by how much that grows a minute,
 * and of each answer that was no 200 what it said and when. `MRT_SOAK_SECONDS` and `MRT_SOAK_RATE` (requests a second) make it shorter or gentler. The run is a process of its own,
 * so that what the clients hold is not counted.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Endpoints } from '../local/endpoints-file.ts';
import { PROJECT } from '../local/stack/synthesis.ts';
import { type Failure, integrationErrors, SoakRequests } from './soak-requests.ts';

const SECONDS = Number(process.env['MRT_SOAK_SECONDS'] ?? 600);
const RATE = Number(process.env['MRT_SOAK_RATE'] ?? 20);
/** Of each kind: one that never ends its headers, one that never ends its body. */
const SLOW_CLIENTS = 10;
const MAX_START_MS = 120_000;
const ENDPOINTS = join(PROJECT, '.local', 'endpoints.json');

const run = spawn(process.execPath, ['--max-old-space-size=512', '--max-semi-space-size=8', 'local/start.ts'], {
  cwd: PROJECT,
  env: { ...process.env, PORT: '0' },
  stdio: 'ignore',
});
const ended = new Promise((resolve) => run.once('exit', resolve));
try {
  const late = Date.now() + MAX_START_MS;
  while (!existsSync(ENDPOINTS)) {
    if (Date.now() > late || run.exitCode !== null) throw new Error('npm start does not come up');
    await sleep(100);
  }
  await soak(JSON.parse(readFileSync(ENDPOINTS, 'utf8')) as Endpoints, run.pid ?? 0);
} finally {
  run.kill('SIGTERM');
  await ended;
}

/** What the run holds at one moment. */
interface Sample {
  minute: number;
  /** Megabytes. */
  gateway: number;
  /** Megabytes of each function instance, the smallest first. */
  instances: number[];
}

async function soak(endpoints: Endpoints, pid: number): Promise<void> {
  const { postgres } = endpoints;
  const owner = new Client({ ...postgres, database: 'postgres' });
  await owner.connect();
  const slow = slowClients(new URL(endpoints.api));
  const requests = new SoakRequests(endpoints);
  print(
    'minute',
    'gateway',
    'instances',
    'median instance',
    'largest',
    'database sessions',
    'slow clients held',
    'answers',
    'no 200',
  );
  print(...Array.from({ length: 9 }, () => '---:'));
  const started = Date.now();
  const samples: Sample[] = [];
  const sample = async () => {
    const { rows } = await owner.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'mrt_reader'");
    const { gateway, instances } = residentMegabytes(pid);
    const minute = (Date.now() - started) / 60_000;
    samples.push({ minute, gateway, instances });
    print(
      minute.toFixed(1),
      `${gateway} MB`,
      instances.length,
      `${median(instances) ?? '-'} MB`,
      `${instances.at(-1) ?? '-'} MB`,
      (rows[0] as { n: number }).n,
      slow.filter((socket) => !socket.destroyed).length,
      requests.answers,
      requests.failures.length,
    );
  };
  await sample();
  const moments = Array.from({ length: 10 }, (_, tenth) => (tenth + 1) * SECONDS * 100);
  const answers: Promise<void>[] = [];
  while (moments.length > 0) {
    // By the clock: what was late is made up for, so that the rate is the one that is claimed.
    while (answers.length < ((Date.now() - started) / 1000) * RATE) answers.push(requests.ask(answers.length));
    if (Date.now() - started >= (moments[0] ?? 0)) {
      moments.shift();
      await sample();
    }
    await sleep(20);
  }
  await Promise.all(answers);
  await owner.end();
  for (const socket of slow) socket.destroy();
  print();
  const settled = samples.slice(Math.floor(samples.length / 2));
  print(
    `Growth in the second half: gateway ${growth(settled, ({ gateway }) => gateway)} MB a minute, ` +
      `median instance ${growth(settled, ({ instances }) => median(instances) ?? 0)}, ` +
      `largest ${growth(settled, ({ instances }) => instances.at(-1) ?? 0)}.`,
  );
  print(`${answers.length} requests, ${RATE} a second; ${requests.failures.length} were no 200.`);
  printFailures(requests.failures);
}

/** Megabytes a minute, by the line that lies nearest to all samples (least squares). */
function growth(samples: readonly Sample[], of: (sample: Sample) => number): string {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [minute, held] = [mean(samples.map((sample) => sample.minute)), mean(samples.map(of))];
  const rise = samples.reduce((sum, sample) => sum + (sample.minute - minute) * (of(sample) - held), 0);
  const run = samples.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0);
  return (rise / run).toFixed(2);
}

/** One row for each kind of failure, with how many there were of it, and from which second to which. */
function printFailures(failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  const noted = integrationErrors(join(PROJECT, '.local', 'log', 'access.log'));
  const kinds = Map.groupBy(failures, ({ status, title, detail, target, request_id }) => {
    const reason = noted.get(request_id ?? '')?.replace(/RequestId: \S+ /, '');
    return JSON.stringify([status, title, detail || '-', reason ?? '-', target]);
  });
  print();
  print('status', 'title or code', 'detail', 'noted by the gateway', 'target', 'number', 'second', 'took');
  print(...Array.from({ length: 8 }, () => '---'));
  const span = (values: number[]) => `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
  for (const [kind, same] of kinds) {
    const seconds = same.map(({ at_s }) => at_s);
    print(...(JSON.parse(kind) as string[]), same.length, span(seconds), span(same.map(({ took_s }) => took_s)));
  }
}

function median(values: readonly number[]): number | undefined {
  return values[Math.floor(values.length / 2)];
}

/** Each sends a byte a second for as long as it is let. */
function slowClients({ hostname, port }: URL): Socket[] {
  const beginnings = [
    'GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ',
    'POST /health HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n',
  ];
  return beginnings.flatMap((beginning) =>
    Array.from({ length: SLOW_CLIENTS }, () => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.write(beginning);
      const timer = setInterval(() => socket.write('a'), 1_000);
      return socket
        .on('error', () => undefined)
        .resume()
        .once('close', () => clearInterval(timer));
    }),
  );
}

/** Of the run's own process, which is the gateway and all stand-ins, and of each function instance, the smallest first. */
function residentMegabytes(pid: number): { gateway: number; instances: number[] } {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/ +/));
  const megabytes = (words: string[]) => Math.round(Number(words[2]) / 1024);
  const own = processes.find(([id]) => Number(id) === pid);
  const instances = processes
    .filter((words) => Number(words[1]) === pid && words.join(' ').includes('runtime-client'))
    .map(megabytes)
    .toSorted((a, b) => a - b);
  return { gateway: own === undefined ? 0 : megabytes(own), instances };
}

function print(...cells: (string | number)[]): void {
  process.stdout.write(cells.length === 0 ? '\n' : cells.length === 1 ? `${cells[0]}\n` : `| ${cells.join(' | ')} |\n`);
}
