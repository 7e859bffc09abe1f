/**
 * The command line: its start beside Node's own, and an export of a million users beside a bare loop of `fetch` over the
 * same pages. The API is prepared answers on the loopback, gzipped as the API's, so that only the client is measured.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildMrt } from '@mrt/cli/build.ts';
import type { Figure } from './figure.ts';

const PAGE = 10_000;
const PAGES = 100;
const STARTS = 15;
const ROUNDS = 3;

/** What the bare client is: every page, one after the other, without its header, to standard output. */
const BARE = `
let at = process.argv[1];
while (at) {
  const response = await fetch(at, { headers: { accept: 'text/csv' } });
  const page = await response.text();
  const text = at === process.argv[1] ? page : page.slice(page.indexOf('\\n') + 1);
  await new Promise((resolve) => process.stdout.write(text, resolve));
  const next = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1];
  at = next && new URL(next, at);
}`;
/** Writes the most memory that a process had, in kilobytes, when it ends. */
const WITH_PEAK = `--import=data:text/javascript,${encodeURIComponent(
  `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.PEAK,String(process.resourceUsage().maxRSS)))`,
)}`;

export async function figures(print: (line: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-cli-'));
  try {
    const mrt = join(directory, 'mrt.js');
    await buildMrt(mrt);
    await starts(mrt, print);
    await exports(mrt, directory, print);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function starts(mrt: string, print: (line: Figure) => void): Promise<void> {
  const times = { bare: Number.POSITIVE_INFINITY, mrt: Number.POSITIVE_INFINITY };
  // In turns, so that a busy machine slows both alike; the fastest, as only the rest is noise.
  for (let round = 0; round < STARTS; round += 1) {
    times.bare = Math.min(times.bare, await timed(() => promisify(execFile)(process.execPath, ['-e', '0'])));
    times.mrt = Math.min(
      times.mrt,
      await timed(() => promisify(execFile)(process.execPath, [mrt, 'tables', '--help'])),
    );
  }
  print({
    name: 'cli: start of one file, the help of a command, against a bare node',
    ours: `${times.mrt.toFixed(0)} ms`,
    theirs: `${times.bare.toFixed(0)} ms`,
    ratio: `${(times.mrt / times.bare).toFixed(1)}×`,
    goal: '≤ 100 ms',
  });
}

interface Exported {
  seconds: number;
  /** Most resident memory, in MB. */
  peak: number;
  bytes: number;
}

async function exports(mrt: string, directory: string, print: (line: Figure) => void): Promise<void> {
  const server = createServer(answers());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = { MRT_API: api, MRT_TOKEN: 't', PEAK: join(directory, 'peak') };
  const best: Record<'ours' | 'theirs', Exported | undefined> = { ours: undefined, theirs: undefined };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = ['--input-type=module', '-e', BARE, `${api}/users?limit=${PAGE}`];
      best.theirs = faster(best.theirs, await exported(bare, variables));
      best.ours = faster(best.ours, await exported([mrt, 'users', '--csv'], variables));
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  const { ours, theirs } = best as Record<'ours' | 'theirs', Exported>;
  if (ours.bytes !== theirs.bytes) throw new Error(`mrt wrote ${ours.bytes} bytes and the bare client ${theirs.bytes}`);
  const rate = ({ seconds }: Exported) => `${Math.round((PAGE * PAGES) / seconds / 1000)},000 rows/s`;
  print({
    name: 'cli: export of a million users, against a bare loop of fetch',
    ours: rate(ours),
    theirs: rate(theirs),
    ratio: `${(theirs.seconds / ours.seconds).toFixed(2)}×`,
    goal: '≥ 0.8×',
  });
  print({
    name: 'cli: most memory of that export',
    ours: `${ours.peak} MB`,
    theirs: `${theirs.peak} MB`,
    ratio: `${(ours.peak / theirs.peak).toFixed(2)}×`,
    goal: '≤ 1.5×',
  });
}

const faster = (one: Exported | undefined, other: Exported) =>
  one === undefined || other.seconds < one.seconds ? other : one;

async function exported(words: string[], variables: Record<string, string>): Promise<Exported> {
  let bytes = 0;
  const seconds = await timed(async () => {
    const env = { ...process.env, ...variables };
    const child = spawn(process.execPath, [WITH_PEAK, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await new Promise<void>((resolve, reject) => {
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
    });
  });
  const peak = Math.round(Number(readFileSync(variables['PEAK'] ?? '', 'utf8')) / 1024);
  return { seconds: seconds / 1000, peak, bytes };
}

/** The pages of a million users: the same rows in each, as nobody looks at them. */
function answers(): Parameters<typeof createServer>[1] & object {
  const lines = Array.from(
    { length: PAGE },
    (_, row) =>
      `${1_407_374_883_553_523 + row},v1:${row.toString(16).padStart(64, '9')},a***@example.com,A***,a***@example.com,named,` +
      'internal,true,true,false,,Administrator Customer,en_US,2026-11-20,2024-01-02,Administration.Account',
  );
  const header =
    'id,identity,name,full_name,email,kind,user_type,user_type_marked,active,blocked,blocked_since,roles,language,last_login,created,entity';
  const page = gzipSync([header, ...lines, ''].join('\r\n'));
  return (request, response) => {
    const cursor = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('cursor') ?? 0);
    const link = cursor + 1 < PAGES ? { link: `</users?limit=${PAGE}&cursor=${cursor + 1}>; rel="next"` } : {};
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip', 'x-complete': 'true', ...link };
    response.writeHead(200, headers).end(page);
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
