/** The package as it is installed elsewhere: its size, its types in the eyes of a compiler, and the Node that it needs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLE, buildClient } from '../../../packages/client/build.ts';
import { PROGRAM } from './readme-program.ts';

/** As its README says; the bound that a browser's page was planned with is 8 kB. */
const MAX_GZIPPED_BYTES = 5_000;
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'mrt-client-'));
  mkdirSync(join(place, 'node_modules/@mrt'), { recursive: true });
  buildClient(join(place, 'node_modules/@mrt/client'));
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** What `tsc` says of files that use the package, strictly, without this repository's settings: complaints by file. */
function complaintsOf(code: Record<string, string>): Map<string, string[]> {
  for (const [file, text] of Object.entries(code)) writeFileSync(join(place, file), text);
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', '--module', 'nodenext'];
  const { stdout } = spawnSync(
    resolve('node_modules/.bin/tsc'),
    ['--ignoreConfig', '--types', '', ...options, ...Object.keys(code)],
    { cwd: place, encoding: 'utf8' },
  );
  // What belongs to a complaint is indented below it.
  const complaints = stdout.trim() === '' ? [] : stdout.trim().split(/\n(?! )/);
  return Map.groupBy(complaints, (complaint) => complaint.split('(', 1)[0] ?? '');
}

const uses = (code: string) => `
  import { clientCredentials, MrtClient, ProblemError, type Row, type User } from '@mrt/client';
  const mrt = new MrtClient({ api: 'https://maas-api.example.com', token: async ({ refused }) => refused ?? 'token' });
  export async function use() { ${code} }`;

describe('what is installed', () => {
  test('is small: a browser loads no more than 5 kB', () => {
    const { outputFiles } = buildSync({ ...BUNDLE, minify: true, write: false });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    expect(bytes).toBeGreaterThan(2_000);
    expect(bytes).toBeLessThanOrEqual(MAX_GZIPPED_BYTES);
  });

  test('has no dependencies, no private mark, and nothing of the sources but types', () => {
    const manifest = JSON.parse(readFileSync(join(place, 'node_modules/@mrt/client/package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('private');
    const files = readdirSync(join(place, 'node_modules/@mrt/client'), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['client.js', 'client.d.ts', 'README.md', 'LICENSE']));
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });

  test('uses nothing of Node: it runs with what a browser has, and no more', async () => {
    const { outputFiles } = buildSync({ ...BUNDLE, format: 'iife', globalName: 'client', write: false });
    const { AbortController, AbortSignal, URL, URLSearchParams, btoa, setTimeout, clearTimeout } = globalThis;
    const web = { AbortController, AbortSignal, URL, URLSearchParams, btoa, setTimeout, clearTimeout };
    const answers = [
      Response.json({ access_token: 't', expires_in: 3600 }),
      Response.json({ message: 'busy' }, { status: 503 }),
      Response.json({ environments: [{ environment: 'shop-prod' }], complete: true, next_cursor: null }),
    ];
    const names: unknown = await runInNewContext(
      `${outputFiles[0]?.text}
      const token = client.clientCredentials({ tokenEndpoint: 'https://a.example/token', clientId: 'a', clientSecret: 'b' });
      const mrt = new client.MrtClient({ api: 'https://b.example', token });
      (async () => {
        const names = [];
        for await (const { environment } of mrt.rows('/environments')) names.push(environment);
        return names.join();
      })()`,
      { ...web, fetch: async () => answers.shift() },
    );
    expect(names).toBe('shop-prod');
  });
});

const GOOD_USES = `
      const { tables = [] } = await mrt.get('/table_size', { environment: 'shop-prod', limit: 3 });
      const bytes: number = tables[0]!.total_bytes;
      for await (const user of mrt.rows('/users', { kind: 'named', active: true })) { const id: string = user.id; }
      for await (const user of mrt.rows('/users', { fields: ['id'] })) { const id: string | undefined = user.id; }
      for await (const { next_cursor } of mrt.pages('/micro_flow_constants')) { const cursor: string | null = next_cursor; }
      for await (const { text } of mrt.csvPages('/users', { limit: 10_000 }, { header: false })) text.length;
      const row: Row<'/users'> = {}; const named: User = row;
      const { environments, total } = await mrt.fleet('/bucket_size', { environment: '*', label: ['stage:prod'] });
      const stale: boolean = environments[0]!.stale; const sum: number | null = total.size_bytes;
      const error: unknown = null;
      if (error instanceof ProblemError && error.slug === 'unknown-environment') error.problem.near?.join();
      await mrt.get('/environments', {}, { signal: AbortSignal.timeout(1000), reason: 'why' });
      return [bytes, named];`;
const BAD_USES: [string, string, RegExp][] = [
  ['a path that does not exist', `mrt.get('/user');`, /'"\/user"'/],
  ['a parameter that is misspelt', `mrt.get('/users', { enviroment: 'shop-prod' });`, /enviroment/],
  ['a parameter of another path', `mrt.get('/table_size', { role: 'Administrator' });`, /role/],
  ['a word that a parameter does not have', `mrt.rows('/users', { kind: 'robot' });`, /"robot"/],
  ['a text for a number', `mrt.get('/users', { limit: '3' });`, /'string' is not assignable to type 'number'/],
  ['a field that a row does not have', `for await (const user of mrt.rows('/users')) user.password;`, /password/],
  [
    'a figure that may not be known, as a number',
    `const { buckets } = await mrt.get('/bucket_size'); const bytes: number = buckets[0]!.size_bytes;`,
    /null/,
  ],
  [
    'a field that was perhaps not asked for',
    `for await (const user of mrt.rows('/users', { fields: ['id'] })) user.name.length;`,
    /possibly 'null' or 'undefined'/,
  ],
  ['several environments of a path that knows none', `mrt.fleet('/health', {});`, /'"\/health"'/],
  ['rows of a path without any', `mrt.rows('/health');`, /'"\/health"'/],
  ['CSV of a path without any', `mrt.csvPages('/health');`, /'"\/health"'/],
  ['a client without an address', `new MrtClient({});`, /'api' is missing/],
  [
    'credentials without their secret',
    `clientCredentials({ tokenEndpoint: 'https://a.example', clientId: 'a' });`,
    /'clientSecret' is missing/,
  ],
];

describe('an editor', () => {
  let complaints: Map<string, string[]>;
  beforeAll(() => {
    const bad = BAD_USES.map(([, code], index) => [`bad-${index}.ts`, uses(code)]);
    const declared = 'declare const process: { env: Record<string, string | undefined> };\n';
    complaints = complaintsOf({
      'good.ts': uses(GOOD_USES),
      'program.ts': declared + PROGRAM,
      ...Object.fromEntries(bad),
    });
  });

  test('accepts good uses, and the program of the README, which has some 20 lines', () => {
    expect(complaints.get('good.ts') ?? []).toEqual([]);
    expect(complaints.get('program.ts') ?? []).toEqual([]);
    expect(PROGRAM.trim().split('\n').length).toBeLessThanOrEqual(22);
  });

  test.each(BAD_USES.map(([what, , words], index) => [what, words, index] as const))(
    'refuses %s',
    (_, words, index) => {
      const own = complaints.get(`bad-${index}.ts`) ?? [];
      expect(own).toHaveLength(1);
      expect(own[0]).toMatch(words);
    },
  );
});

/** The system's own Node, where there is one that is old enough to tell. */
const SYSTEM_NODE = '/usr/bin/node';
const { stdout: systemVersion } = spawnSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' });

test.skipIf(!/^v2[0-3]\./.test(systemVersion ?? ''))(`runs on an older Node (${systemVersion?.trim()})`, () => {
  const code = `
    import { ConnectionError, MrtClient } from '@mrt/client';
    const answers = [Response.json({ message: 'busy' }, { status: 429 }), Response.json({ environments: [{ environment: 'a' }], complete: true, next_cursor: null })];
    const mrt = new MrtClient({ api: 'https://maas-api.example.com', token: () => 't', fetch: async () => answers.shift() });
    for await (const { environment } of mrt.rows('/environments', {}, { signal: AbortSignal.timeout(5000) })) console.log(environment);
    const away = new MrtClient({ api: 'http://127.0.0.1:9', retries: { attempts: 1 } });
    await away.get('/health').catch((error) => console.log(error instanceof ConnectionError));`;
  writeFileSync(join(place, 'old.js'), code);
  const { stdout, stderr } = spawnSync(SYSTEM_NODE, ['old.js'], { cwd: place, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'a\ntrue\n', stderr: '' });
});
