/**
 * Ten minutes of `npm start` at a steady rate, with slow clients beside it (`node bench/soak.ts`): what the gateway and
 * the functions hold of memory, connections and sockets after 0, 1, 5 and 10 minutes, and every status that was not a 200.
 * `MRT_SOAK_SECONDS` and `MRT_SOAK_RATE` (requests a second) make it shorter or gentler. The run is a process of its own,
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

const SECONDS = Number(process.env['MRT_SOAK_SECONDS'] ?? 600);
const RATE = Number(process.env['MRT_SOAK_RATE'] ?? 20);
/** Of each kind: one that never ends its headers, one that never ends its body. */
const SLOW_CLIENTS = 10;
const MAX_START_MS = 120_000;
const MIX = [
  '/environments',
  '/bucket_size?environment=shop-prod',
  '/bucket_size?environment=shop-acc&source=listing',
  '/table_size?environment=shop-prod&limit=100',
  '/table_size?environment=shop-acc&summary=true',
  '/users?environment=shop-prod&limit=100',
  '/users?environment=shop-prod&summary=true',
  '/users?environment=shop-acc&limit=100&clear=true',
  '/micro_flow_constants?environment=shop-prod&limit=100',
];
let token: { text: string; until: number } | null = null;
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

/** Statuses of the last stretch, and of all. */
interface Counts {
  answers: number;
  failed: Map<number, number>;
}

async function soak(endpoints: Endpoints, pid: number): Promise<void> {
  const { postgres } = endpoints;
  const owner = new Client({ ...postgres, database: 'postgres' });
  await owner.connect();
  const slow = slowClients(new URL(endpoints.api));
  const counts: Counts = { answers: 0, failed: new Map() };
  print(
    'minute',
    'gateway',
    'instances',
    'median instance',
    'largest',
    'database sessions',
    'slow clients held',
    'answers',
  );
  print(...Array.from({ length: 8 }, () => '---:'));
  const started = Date.now();
  const sample = async () => {
    const { rows } = await owner.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'mrt_reader'");
    const { gateway, instances } = residentMegabytes(pid);
    print(
      ((Date.now() - started) / 60_000).toFixed(1),
      `${gateway} MB`,
      instances.length,
      `${instances[Math.floor(instances.length / 2)] ?? '-'} MB`,
      `${instances.at(-1) ?? '-'} MB`,
      (rows[0] as { n: number }).n,
      slow.filter((socket) => !socket.destroyed).length,
      counts.answers,
    );
  };
  await sample();
  const moments = [0.1, 0.5, 1].map((share) => share * SECONDS * 1000);
  let asked = 0;
  while (moments.length > 0) {
    // By the clock: what was late is made up for, so that the rate is the one that is claimed.
    for (; asked < ((Date.now() - started) / 1000) * RATE; asked++) void ask(endpoints, asked, counts);
    if (Date.now() - started >= (moments[0] ?? 0)) {
      moments.shift();
      await sample();
    }
    await sleep(20);
  }
  await owner.end();
  for (const socket of slow) socket.destroy();
  print();
  print(`${asked} requests, ${RATE} a second; not 200: ${JSON.stringify(Object.fromEntries(counts.failed))}`);
}

/** A machine's token, asked for anew every half hour. */
async function tokenOf({ token_endpoint, client_id, client_secret }: Endpoints): Promise<string> {
  if (token !== null && Date.now() < token.until) return token.text;
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  token = { text: access_token, until: Date.now() + 1_800_000 };
  return access_token;
}

/** Status 0 is a connection that broke. */
async function ask(endpoints: Endpoints, turn: number, counts: Counts): Promise<void> {
  let status = 0;
  try {
    const headers = { authorization: `Bearer ${await tokenOf(endpoints)}`, 'x-reason': 'soak' };
    const response = await fetch(`${endpoints.api}${MIX[turn % MIX.length]}`, { headers });
    await response.arrayBuffer();
    status = response.status;
  } catch {
    // Counted below.
  }
  counts.answers += 1;
  if (status !== 200) counts.failed.set(status, (counts.failed.get(status) ?? 0) + 1);
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
