/** Pages and the export of a million users: a page's time must not depend on its depth, nor memory on their number. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Client } from 'pg';
import type { UsersRequest } from '../lambdas/routes/users/request.ts';
import type { Figure } from './figure.ts';
import { USERS, withMillionUsers } from './users-database.ts';
import { depths } from './users-depth.ts';
import type { Exported } from './users-export.ts';
import { asking } from './users-requests.ts';
import { sessionOf } from './users-session.ts';

const PAGE = 100;
/** Interleaved, so that a busy machine slows all of them alike. */
const ROUNDS = 400;

/** The page's users without anything from beside them: what no page can be faster than. */
const BARE = `SELECT id, name, isanonymous, webserviceuser, active, blocked, blockedsince, lastlogin, createddate,
  submetaobjectname FROM "system$user" WHERE id > $1 ORDER BY id LIMIT ${PAGE + 1}`;
const OFFSET = BARE.replace('WHERE id > $1 ORDER BY id', 'ORDER BY id OFFSET $1');

export async function figures(print: (line: Figure) => void): Promise<void> {
  await withMillionUsers(async (owner, url) => {
    const session = await sessionOf(url, 0);
    await pages(session, print);
    await session.end();
    await depths(owner, url, print);
    await exportAll(url, print);
  });
}

async function pages(connection: Client, print: (line: Figure) => void): Promise<void> {
  const ask = asking(connection);
  const [{ after: deep } = { after: '0' }] = (
    await connection.query<{ after: string }>(
      'SELECT id::text AS after FROM "system$user" ORDER BY id OFFSET $1 LIMIT 1',
      [USERS - PAGE - 1],
    )
  ).rows;
  const offset = await median(5, () => connection.query(OFFSET, [USERS - PAGE]));
  // The statement that a page runs, as the domain function makes it, sent as it is.
  const sent = { text: '', values: [] as readonly unknown[] };
  await asking(connection, (text, values) => Object.assign(sent, { text, values }))({}, PAGE, { after: deep });
  const times = await medians(ROUNDS, {
    bareFirst: () => connection.query(BARE, ['0']),
    bareDeep: () => connection.query(BARE, [deep]),
    statement: () => connection.query(sent.text, [...sent.values]),
    first: () => ask({}, PAGE, null),
    deep: () => ask({}, PAGE, { after: deep }),
    lean: () => ask({ fields: LEAN }, PAGE, { after: deep }),
  });
  const against = (name: string, ours: number, theirs: number, goal: string) =>
    print({ name, ours: ms(ours), theirs: ms(theirs), ratio: `${(ours / theirs).toFixed(2)}×`, goal });
  against('users: page of 100 at depth 1 M, against depth 0', times.deep, times.first, '≤ 1.2×');
  against(
    'users: page of 100 at depth 1 M, against its own keyset statement alone',
    times.deep,
    times.statement,
    '≤ 1.3×',
  );
  against(
    'users: the same with the fields of system$user alone, against the bare keyset query',
    times.lean,
    times.bareDeep,
    '≤ 1.3×',
  );
  against('users: page of 100 with all fields, against the bare keyset query', times.deep, times.bareDeep, '');
  against('users: page of 100 at depth 1 M, against OFFSET', times.deep, offset, '');
}

const LEAN: UsersRequest['parameters']['fields'] = [
  'id',
  'name',
  'kind',
  'active',
  'blocked',
  'blocked_since',
  'last_login',
  'created',
  'entity',
];

/** In a process of its own, bundled and with the heap limits of the function, so that its memory is the function's. */
async function exportAll(url: string, print: (line: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-users-export-'));
  try {
    const outfile = join(directory, 'export.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./users-export.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [...HEAP_OF_512_MB, outfile, url]);
    const seen = JSON.parse(stdout) as Exported;
    print({
      name: 'users: CSV export of 1 M users by cursors',
      ours: `${seen.rows} rows, ${seen.repeated} repeated, ${seen.pages} pages in ${seen.seconds.toFixed(1)} s`,
      theirs: `${USERS} users`,
      ratio: `largest page ${(seen.largest / 1e6).toFixed(2)} MB`,
      goal: 'each once, pages ≤ 6 MB',
    });
    print({
      name: 'users: memory of that export',
      ours: `${(seen.rss / 1e6).toFixed(0)} MB RSS at most, ${(seen.rss_first / 1e6).toFixed(0)} MB after 100 k users`,
      theirs: '150 MB',
      ratio: `${(seen.rss / 150e6).toFixed(2)}×`,
      goal: '≤ 150 MB, flat',
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lambda's shares of the function's 512 MB, as the local run sets them too. */
const HEAP_OF_512_MB = ['--max-old-space-size=460', '--max-semi-space-size=25'];

async function median(rounds: number, work: () => Promise<unknown>): Promise<number> {
  return (await medians(rounds, { work })).work;
}

/** Median milliseconds of each, taken in turns after a tenth of the rounds to warm up. */
async function medians<Name extends string>(
  rounds: number,
  works: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number>> {
  const entries = Object.entries(works) as [Name, () => Promise<unknown>][];
  const taken = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    for (const [name, work] of entries) {
      const started = performance.now();
      await work();
      if (round >= 0) taken.get(name)?.push(performance.now() - started);
    }
  }
  return Object.fromEntries(
    [...taken].map(([name, list]) => [name, list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0]),
  ) as Record<Name, number>;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}
