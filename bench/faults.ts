/**
 * The faults of the threat model on a running system, each with what a caller or an operator gets and how long it takes
 * (`node bench/faults.ts`, some two minutes). Their behaviour is held by tests; here are the times, for docs/figures/faults.md.
 * The start is that of this clone, so nothing else may run from it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { PROJECT } from '../local/stack/synthesis.ts';
import { type System, startSystem } from '../local/system.ts';

const ENDPOINTS = join(PROJECT, '.local', 'endpoints.json');
const MAX_WAIT_MS = 120_000;
const BURST = 1_000;

/** One line of the table; `null` milliseconds where a time means nothing. */
function row(fault: string, what: string, milliseconds: number | null): void {
  const time = milliseconds === null ? '' : `${(milliseconds / 1000).toFixed(1)} s`;
  process.stdout.write(`| ${fault} | ${what.replaceAll('|', '/')} | ${time} |\n`);
}

interface Start {
  child: ChildProcess;
  /** All that it has said so far. */
  said: () => string;
  ended: Promise<number | null>;
}

function start(environment: NodeJS.ProcessEnv = {}): Start {
  const child = spawn(process.execPath, ['local/start.ts'], {
    cwd: PROJECT,
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, said: () => text, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const late = Date.now() + MAX_WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > late) throw new Error(`not within ${MAX_WAIT_MS / 1000} s: ${condition.toString()}`);
    await sleep(20);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

const failure = (said: string) => /The (?:start failed|run ends): ([^\n]*)/.exec(said)?.[1] ?? 'nothing was said';

/** Process ids whose environment or command line names the clone's data folder. */
function left(): number {
  const list = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
  return list.split('\n').filter((line) => line.includes(join(PROJECT, '.local'))).length;
}

async function startFaults(): Promise<void> {
  const first = start();
  await until(() => existsSync(ENDPOINTS));
  const second = start();
  const [, refused] = await timed(() => second.ended);
  row('a second start in the same folder', failure(second.said()), refused);

  const postmaster = Number(
    readFileSync(join(PROJECT, '.local', 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  process.kill(postmaster, 'SIGKILL');
  const [, again] = await timed(() => until(() => first.said().includes('is started again')));
  row(
    'PostgreSQL’s first process killed',
    /PostgreSQL has ended[^\n]*/.exec(first.said())?.[0] ?? 'nothing was said',
    again,
  );

  first.child.kill('SIGKILL');
  const [, cleared] = await timed(() => until(() => left() === 0));
  row('the run itself killed (kill -9)', `${left()} processes are left`, cleared);

  const early = start();
  await sleep(400);
  early.child.kill('SIGKILL');
  const [, gone] = await timed(() => until(() => left() === 0));
  row('killed in mid-start', `${left()} processes are left`, gone);

  const server = createServer().listen(0, '127.0.0.1');
  await until(() => server.listening);
  const busy = start({ PORT: String((server.address() as AddressInfo).port) });
  const [code, failed] = await timed(() => busy.ended);
  row('its port taken', `exit ${code}: ${failure(busy.said())}`.replace(/\d{5}/g, 'n'), failed);
  server.close();

  const proxied = start({
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NODE_USE_ENV_PROXY: '1',
  });
  const [, up] = await timed(() => until(() => existsSync(ENDPOINTS)));
  row('proxy variables that lead nowhere', 'starts as ever', up);
  proxied.child.kill('SIGTERM');
  const [, stopped] = await timed(() => proxied.ended);
  row('stopped (SIGTERM)', `${left()} processes are left`, stopped);
}

/** Status, and what a problem or the gateway says. */
type Ask = (target: string) => Promise<{ status: number; text: string; retryAfter: string | null }>;

async function runningFaults(system: System): Promise<void> {
  const token = await system.token();
  const ask: Ask = async (target) => {
    const response = await fetch(system.endpoints.api + target, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
  };
  const said = ({ status, text, retryAfter }: Awaited<ReturnType<Ask>>) => {
    const problem = JSON.parse(text) as { title?: string; reason?: string; message?: string };
    const words = [problem.title ?? problem.message ?? '', problem.reason ?? '']
      .filter((word) => word !== '')
      .join(', ');
    return `${status}${words === '' ? '' : ` ${words}`}${retryAfter === null ? '' : `, Retry-After ${retryAfter}`}`;
  };
  const one = async (fault: string, target: string) => {
    const [reply, milliseconds] = await timed(() => ask(target));
    row(fault, said(reply), milliseconds);
  };
  const USERS = '/users?environment=shop-prod&limit=1';
  const CONSTANTS = '/micro_flow_constants?environment=shop-prod&limit=1';
  for (const target of [USERS, CONSTANTS]) await ask(target);

  await databaseFaults(system, one, USERS);

  system.s3.faults.inject({ kind: 'throttled', every: 1 });
  await one('S3 throttling throughout: the first request', CONSTANTS);
  await one('the next one', CONSTANTS);
  system.s3.faults.clear();
  await until(async () => (await ask(CONSTANTS)).status === 200);

  await slowClients(system);
  await functionFaults(system, ask, said);
  const [replies, milliseconds] = await timed(() =>
    Promise.all(Array.from({ length: BURST }, () => ask('/environments'))),
  );
  const counts = Map.groupBy(replies, (reply) => (reply.status === 200 ? '200' : said(reply)));
  row(`a burst of ${BURST}`, [...counts].map(([what, list]) => `${list.length} × ${what}`).join('; '), milliseconds);
}

async function databaseFaults(system: System, one: (fault: string, target: string) => Promise<void>, target: string) {
  await system.databases.postgres?.stop();
  await one('PostgreSQL stopped', target);
  await system.databases.postgres?.start();
  await one('and started again: the next request', target);
  const pid = system.databases.postgres?.pid ?? 0;
  const sessions = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  const all = [pid, ...sessions];
  for (const each of all) process.kill(each, 'SIGSTOP');
  await one('PostgreSQL silent: the first request', target);
  await one('the next one', target);
  for (const each of all.toReversed()) process.kill(each, 'SIGCONT');
  await sleep(5_100);
  await one('PostgreSQL back, five seconds later', target);
}

async function slowClients(system: System): Promise<void> {
  const { hostname, port } = new URL(system.endpoints.api);
  const beginnings = {
    'a client that never ends its headers': 'GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ',
    'a client that never ends its body': 'GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n',
  };
  await Promise.all(
    Object.entries(beginnings).map(async ([fault, beginning]) => {
      const socket = connect({ host: hostname, port: Number(port) });
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('error', () => undefined).write(beginning);
      const drip = setInterval(() => socket.write('a'), 1_000);
      const [, milliseconds] = await timed(() => new Promise((resolve) => socket.once('close', resolve)));
      clearInterval(drip);
      row(fault, `${text.split('\r\n')[0] || 'no answer'}, and the connection is closed`, milliseconds);
    }),
  );
}

/** One of the instances that the requests keep busy is killed. */
async function functionFaults(
  system: System,
  ask: Ask,
  said: (reply: Awaited<ReturnType<Ask>>) => string,
): Promise<void> {
  system.s3.faults.delay_ms = 500;
  const asked = Array.from({ length: 4 }, () => ask('/bucket_size?environment=shop-prod&source=listing'));
  await sleep(400);
  const instances = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pcpu=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .filter((words) => Number(words[1]) === process.pid && words.join(' ').includes('runtime-client'));
  const killed = Number(instances.at(-1)?.[0]);
  if (killed > 0) process.kill(killed, 'SIGKILL');
  const [replies, milliseconds] = await timed(() => Promise.all(asked));
  system.s3.faults.clear();
  const counts = Map.groupBy(replies, (reply) => (reply.status === 200 ? '200' : said(reply)));
  row(
    'one of four busy instances killed',
    [...counts].map(([what, list]) => `${list.length} × ${what}`).join('; '),
    milliseconds,
  );
}

// Ours and that of all that is started here, so that what is left in it is of this run.
const temporary = mkdtempSync(join(tmpdir(), 'mrt-faults-'));
chmodSync(temporary, 0o755);
process.env['TMPDIR'] = temporary;
process.stdout.write('| fault | what comes of it | after |\n| --- | --- | ---: |\n');
await startFaults();
const directory = mkdtempSync(join(tmpdir(), 'mrt-system-'));
chmodSync(directory, 0o755);
const system = await startSystem({ directory, sampleScale: 0.02, changeTemplate: withoutThrottles });
try {
  await runningFaults(system);
} finally {
  await system.stop();
  rmSync(directory, { recursive: true, force: true });
}
const kept = readdirSync(temporary);
row('temporary files after all of this', kept.length === 0 ? 'none' : kept.join(', '), null);
rmSync(temporary, { recursive: true, force: true });
