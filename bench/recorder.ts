/**
 * A run of the recorder over a live fleet with faults in it, and then the fleet in one call each
 * (`npm run bench -- recorder`, or `node bench/recorder.ts 1000`: so many environments take some minutes).
 * The sample environments have a database each to the API and one behind the listeners, so the databases' own time is that
 * of one small server.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { Client } from 'pg';
import { type System, startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';

const SAMPLES = 60;
/** Databases of these samples are dead, of those slow; buckets of the last may not be listed. */
const DEAD = ['0001', '0002', '0003', '0004', '0005'];
const SLOW = ['0006', '0007', '0008', '0009', '0010'];
const FORBIDDEN = ['10', '11'];
/** Of each answer of a slow database. */
const DELAY_MS = 4_000;
const NOWHERE = 'postgresql://127.0.0.1:1/';
const CALLS = [
  '/bucket_size?environment=*',
  '/table_size?environment=*&summary=true',
  '/users?environment=*&summary=true',
  '/micro_flow_constants?environment=*&summary=true',
  '/storage_audit?environment=*&summary=true',
  '/metrics',
];

/** @param samples environments beside the four of the configuration */
export async function figures(print: (figure: Figure) => void, samples = SAMPLES): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-recorder-'));
  chmodSync(directory, 0o755);
  const slow = await slowServer();
  const system = await startSystem({
    directory,
    sampleScale: 0.02,
    environment: { MRT_SAMPLES: String(samples) },
    changeTemplate: withoutThrottles,
    behind(database, url) {
      if (DEAD.includes(database.slice('sample_'.length))) return NOWHERE;
      return SLOW.includes(database.slice('sample_'.length)) ? slow.before(url) : url;
    },
  });
  try {
    forbidBuckets(system);
    const environments = await oneRun(system, samples, print);
    await theFleet(system, environments, print);
  } finally {
    await system.stop();
    slow.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @returns environments that are recorded */
async function oneRun(system: System, samples: number, print: (figure: Figure) => void): Promise<number> {
  const connections = await countConnections(system);
  const started = performance.now();
  await system.record();
  const seconds = (performance.now() - started) / 1_000;
  const most = await connections.end();
  const line = readFileSync(join(system.logDirectory, 'recorder.log'), 'utf8').trim().split('\n').at(-1) ?? '{}';
  const { recorded = 0, failed, audited, record_left = 0 } = JSON.parse(line) as Record<string, number>;
  const settings = system.deployment.functions.find(({ logName }) => logName === 'recorder');
  print({
    name: `a run of the recorder over ${recorded + record_left} environments, 5 databases dead, 5 slow, 2 buckets forbidden`,
    ours: `${seconds.toFixed(1)} s: ${recorded} recorded, ${failed} with a fault, ${audited} audited, ${record_left} left`,
    theirs: '-',
    ratio: '-',
    goal: samples === SAMPLES ? '≤ 60 s' : `≤ ${settings?.timeoutSeconds ?? 840} s`,
  });
  print({
    name: 'database connections of that run, at most',
    ours: String(most),
    theirs: '8 (side by side, where no maximum is configured)',
    ratio: '-',
    goal: '≤ the maximum',
  });
  return recorded;
}

async function theFleet(system: System, environments: number, print: (figure: Figure) => void): Promise<void> {
  const authorization = `Bearer ${await system.token()}`;
  for (const call of CALLS) {
    const times: number[] = [];
    let bytes = 0;
    let upstreams = '';
    for (let i = 0; i < 5; i++) {
      const started = performance.now();
      const limit = call === '/metrics' ? '' : '&limit=1000';
      const reply = await fetch(`${system.endpoints.api}${call}${limit}`, { headers: { authorization } });
      const text = await reply.text();
      times.push(performance.now() - started);
      bytes = text.length;
      const shares = (reply.headers.get('server-timing') ?? '').split(', ').map((share) => share.split(';')[0]);
      upstreams = `${reply.status}, upstreams: ${shares.filter((name) => name !== 'total').join(' ')}`;
    }
    const [first = 0] = times;
    const median = times.toSorted((a, b) => a - b)[2] ?? 0;
    print({
      name: `${call.replaceAll('|', '')} of ${environments} environments`,
      ours: `${Math.round(first)} ms, warm ${Math.round(median)} ms, ${Math.round(bytes / 1_000)} kB (${upstreams})`,
      theirs: '-',
      ratio: '-',
      goal: '-',
    });
  }
}

/** What IAM refuses: the buckets are there, and may not be listed. */
function forbidBuckets(system: System): void {
  const recorder = [...system.principals.values()].find(({ name }) => name === 'recorder');
  if (recorder === undefined) throw new Error('the stage records nothing');
  const Resource = FORBIDDEN.map((place) => `arn:aws:s3:::samples-files-${place}`);
  recorder.policies.push({ Statement: [{ Effect: 'Deny', Action: 's3:ListBucket', Resource }] });
}

/** Sessions of the API's role, looked at all the time. */
async function countConnections(system: System): Promise<{ end(): Promise<number> }> {
  const client = new Client(system.databases.direct());
  await client.connect();
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await client.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'mrt_reader'");
      most = Math.max(most, Number(rows[0]?.count));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      await client.end();
      return most;
    },
  };
}

/** A server whose every answer is late. */
async function slowServer(): Promise<{ before(url: string): string; close(): void }> {
  let target = new URL(NOWHERE);
  const server = createServer((client) => {
    const behind = connect(Number(target.port), target.hostname);
    client.on('error', () => behind.destroy()).on('close', () => behind.destroy());
    behind.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (chunk) => behind.write(chunk));
    behind.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), DELAY_MS));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    before(url) {
      target = new URL(url);
      const slow = new URL(url);
      slow.hostname = '127.0.0.1';
      slow.port = String((server.address() as AddressInfo).port);
      return slow.href;
    },
    close: () => server.close(),
  };
}

if (import.meta.main) {
  const print = ({ name, ours, theirs, ratio, goal }: Figure) =>
    void process.stdout.write(`${[name, ours, theirs, ratio, goal].join(' | ')}\n`);
  await figures(print, Number(process.argv[2] ?? SAMPLES));
}
