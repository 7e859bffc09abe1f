/** The example in CONTRIBUTING.md stays one that works: its files fit the code of today. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Path and content of each file of the example: a block of code, and the last path that the text before it names. */
const files = readFileSync('CONTRIBUTING.md', 'utf8')
  .split('```')
  .flatMap((block, index, blocks) => {
    if (!block.startsWith('ts\n')) return [];
    const path = blocks[index - 1]?.match(/`(lambdas|test)\/[\w/.-]+\.ts`/g)?.at(-1);
    return { path: path?.slice(1, -1) ?? '', code: block.slice('ts\n'.length) };
  });
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mrt-contributing-'));
  for (const folder of ['config', 'lambdas', 'local', 'packages', 'test']) {
    cpSync(folder, join(copy, folder), { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  cpSync('package.json', join(copy, 'package.json'));
  // The example, what it imports, and the setup that says what tests are given; the rest has nothing to do with it.
  const include = [...files.map(({ path }) => path), 'test/postgres-server.ts'];
  const settings = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...settings, include }));
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  for (const { path, code } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the route that CONTRIBUTING.md adds', () => {
  test('has a declaration, a domain, a handler and a test', () => {
    expect(files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'route.ts',
      'database-version.ts',
      'handler.ts',
      'database-version.test.ts',
    ]);
  });

  test('fits the types of the project', { timeout: 120_000 }, () => {
    const { status, stdout } = spawnSync(resolve('node_modules/.bin/tsc'), ['--noEmit'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
