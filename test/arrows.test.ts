/** Who may import whom (docs/architecture.md, "Arrows"). Types may cross a border; code may not. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

interface Arrow {
  from: string;
  to: string;
}

function arrows(folder: string): Arrow[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root }).flatMap((from) => {
    const code = readFileSync(join(root, from), 'utf8');
    return [...code.matchAll(IMPORT)]
      .filter(([, type]) => type === undefined)
      .map(([, , target = '']) => ({
        from,
        to: target.startsWith('.') ? normalize(join(dirname(from), target)) : target,
      }));
  });
}

const breaches = (folder: string, allowed: (arrow: Arrow) => boolean) =>
  arrows(folder)
    .filter((arrow) => !allowed(arrow))
    .map(({ from, to }) => `${from} → ${to}`);

const isOutside = (to: string) => !/^(config|lambdas|lib|local|bench|test)\//.test(to);
const SHARED = [
  'config/schema.ts',
  'config/read.ts',
  'config/config-error.ts',
  'lambdas/routes.ts',
  'lambdas/contract.ts',
  'lambdas/settings.ts',
  'lambdas/parameters.ts',
];

describe('arrows', () => {
  test('the cloud side reads the configuration, the route table and the contract, and nothing else of the functions', () => {
    expect(breaches('lib', ({ to }) => isOutside(to) || to.startsWith('lib/') || SHARED.includes(to))).toEqual([]);
  });

  test('so does the local run', () => {
    expect(breaches('local', ({ to }) => isOutside(to) || to.startsWith('local/') || SHARED.includes(to))).toEqual([]);
  });

  test('local-aws imports nothing of the project, type or code, and knows no name of it', () => {
    const files = globSync('packages/local-aws/**/*.ts', { cwd: root });
    expect(files.length).toBeGreaterThan(50);
    const text = (file: string) => readFileSync(join(root, file), 'utf8');
    const leaving = files.flatMap((from) =>
      [...text(from).matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)]
        .map(([, target = '']) => normalize(join(dirname(from), target)))
        .filter((to) => !to.startsWith('packages/local-aws/'))
        .map((to) => `${from} → ${to}`),
    );
    expect(leaving).toEqual([]);
    expect(files.filter((file) => /\bmrt\b|\bmrt[-_]|maas/i.test(text(file)))).toEqual([]);
  });

  test('a function imports functions’ code only', () => {
    expect(breaches('lambdas', ({ to }) => isOutside(to) || to.startsWith('lambdas/'))).toEqual([]);
  });

  test('a route never imports another, and a route.ts nothing but schemas and the contract', () => {
    const route = (path: string) => /^lambdas\/routes\/([^/]+)\//.exec(path)?.[1];
    expect(breaches('lambdas/routes', ({ from, to }) => route(to) === undefined || route(to) === route(from))).toEqual(
      [],
    );
    const schemas = ['zod/mini', 'lambdas/parameters.ts', 'lambdas/contract.ts'];
    // A route with a long answer has it in a `…-schema.ts` beside it, which is held to the same.
    const declares = (path: string) => /\/(route|[\w-]+-schema)\.ts$/.test(path);
    const mayImport = (to: string) => schemas.includes(to) || to.endsWith('-schema.ts');
    expect(breaches('lambdas/routes', ({ from, to }) => !declares(from) || mayImport(to))).toEqual([]);
  });

  test('only sources and the publisher import an SDK, a signer or pg', () => {
    const heavy = /^(@aws-sdk\/|@smithy\/|pg$|pg-)/;
    const mayPull = /^lambdas\/(upstreams|publisher)\//;
    expect(breaches('lambdas', ({ from, to }) => !heavy.test(to) || mayPull.test(from))).toEqual([]);
  });

  test('the domain does not know http: it gets a request and gives an answer', () => {
    const knowsHttp = ({ from, to }: Arrow) => to.startsWith('lambdas/http/') && !from.endsWith('/handler.ts');
    expect(breaches('lambdas/routes', (arrow) => !knowsHttp(arrow))).toEqual([]);
    expect(breaches('lambdas/mendix', ({ to }) => !/^lambdas\/(http|routes|upstreams)\//.test(to))).toEqual([]);
    expect(breaches('lambdas/upstreams', ({ to }) => !/^lambdas\/(http|routes)\//.test(to))).toEqual([]);
  });

  test('nothing that ships imports local, bench or test', () => {
    for (const folder of ['config', 'lib', 'lambdas']) {
      expect(breaches(folder, ({ to }) => !/^(local|bench|test)\//.test(to))).toEqual([]);
    }
  });

  test('a route’s folder, name and path agree', async () => {
    const { routes } = await import('../lambdas/routes.ts');
    const folders = globSync('lambdas/routes/*', { cwd: root }).map((path) => path.slice('lambdas/routes/'.length));
    expect(new Set(routes.map(({ name }) => name))).toEqual(new Set(folders));
    expect(routes.map(({ path }) => path)).toEqual(routes.map(({ name }) => `/${name}`));
  });
});
