import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceDigest } from '../../../local/stack/source-digest.ts';
import { PROJECT } from '../../../local/stack/synthesis.ts';

const NOW = new Date('2026-03-04T05:06:07Z');
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'mrt-digest-'));
  for (const file of [
    'config/schema.ts',
    'lambdas/routes/users/route.ts',
    'lib/mrt-stack.ts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'docs/openapi.json',
    'packages/console/security-headers.ts',
  ]) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    cpSync(join(PROJECT, file), join(project, file));
  }
  mkdirSync(join(project, 'node_modules'));
  writeFileSync(join(project, 'node_modules', '.package-lock.json'), '{}');
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test('the same files on the same day have the same digest', () => {
  expect(sourceDigest(project, NOW)).toBe(sourceDigest(project, new Date('2026-03-04T23:59:59Z')));
});

test('another day has another one: certificates expire', () => {
  expect(sourceDigest(project, new Date('2026-03-05T00:00:00Z'))).not.toBe(sourceDigest(project, NOW));
});

test.each([
  'config/schema.ts',
  'lambdas/routes/users/route.ts',
  'lib/mrt-stack.ts',
  'lib/new-construct.ts',
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'tsconfig.json',
  'docs/openapi.json',
  'packages/console/security-headers.ts',
])('a change of %s changes it', (file) => {
  const before = sourceDigest(project, NOW);
  writeFileSync(join(project, file), 'changed');
  expect(sourceDigest(project, NOW)).not.toBe(before);
});

test('a file that an assembly cannot depend on does not', () => {
  const before = sourceDigest(project, NOW);
  mkdirSync(join(project, 'test'));
  writeFileSync(join(project, 'test', 'new.test.ts'), 'changed');
  expect(sourceDigest(project, NOW)).toBe(before);
});

test('what synthesis and the bundles import of the project lies in the folders and files that are read', () => {
  const files = ['agent', 'config', 'lambdas', 'lib'].flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: PROJECT }),
  );
  expect(files.length).toBeGreaterThan(100);
  const outside = files.flatMap((file) =>
    [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/(?:from |import\(|new URL\()\s*'(\.[^']*)'/g)]
      .map(([, target = '']) => normalize(join(dirname(file), target)))
      .filter(
        (target) =>
          !/^(agent|config|lambdas|lib)(\/|$)|^(package\.json|docs\/openapi\.json|packages\/console\/security-headers\.ts|\.|\.\/)$/.test(
            target,
          ),
      )
      .map((target) => `${file} → ${target}`),
  );
  expect(outside).toEqual([]);
});
