import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourcePlace } from '../../lambdas/source-place.ts';
import { BUNDLER_OPTIONS } from '../../lib/functions/bundle.ts';

let folder: string;
let bundle: string;

/** Bundled as a function is, and run by Node alone: a test runner reads source maps by itself. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mrt-source-place-'));
  bundle = join(folder, 'bundle');
  mkdirSync(bundle);
  writeFileSync(
    join(folder, 'pages.ts'),
    `// Prints where its error was made, and the stack that Node wrote.
import { sourcePlace } from ${JSON.stringify(join(process.cwd(), 'lambdas/source-place.ts'))};
const error = new Error('no page');
process.stdout.write(JSON.stringify([sourcePlace(error), error.stack]));
`,
  );
  const entryPoints = [{ in: join(folder, 'pages.ts'), out: 'index' }];
  buildSync({ ...BUNDLER_OPTIONS, entryPoints, outdir: bundle, sourcemap: 'linked', sourcesContent: false });
});

afterAll(() => rmSync(folder, { recursive: true }));

function printed(): [place: string, stack: string] {
  return JSON.parse(execFileSync(process.execPath, [join(bundle, 'index.mjs')], { encoding: 'utf8', env: {} }));
}

test('an error of a bundle is placed in the source by the map beside it, without a flag of Node', () => {
  const [place, stack] = printed();
  expect(stack).toMatch(/index\.mjs:\d+:\d+/);
  expect(place).toBe('pages.ts:3:15');
});

test('with a broken map, or without one, the place is the bundle’s own', () => {
  writeFileSync(join(bundle, 'index.mjs.map'), '{"version":3');
  expect(printed()[0]).toMatch(/^index\.mjs:\d+:\d+$/);
  rmSync(join(bundle, 'index.mjs.map'));
  expect(printed()[0]).toMatch(/^index\.mjs:\d+:\d+$/);
});

test('a message that names a file is not taken for a place', () => {
  const error = new Error('cannot read secret.ts:1:1');
  error.stack = 'Error: cannot read secret.ts:1:1\n    at node:internal/process/task_queues:105:5\n    at pages.ts:7:2';
  expect(sourcePlace(error)).toBe('pages.ts:7:2');
  error.stack = 'Error: cannot read secret.ts:1:1';
  expect(sourcePlace(error)).toBeNull();
});
