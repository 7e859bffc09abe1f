/** Who may import whom (docs/architecture.md, "Arrows"). An `import type` is an arrow as any other. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cyclesOf } from './import-cycles.ts';

const root = join(import.meta.dirname, '..');
/** Static and dynamic imports, and what is exported from elsewhere. */
const IMPORT = /^(?:import|export)\s+(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
const SOURCES = '{agent,bench,config,lambdas,lib,local,packages,test,tools}/**/*.{ts,tsx}';

/** The files that each file imports, by path from the root; packages of others keep their name. */
const imports: ReadonlyMap<string, readonly string[]> = new Map(
  globSync(SOURCES, { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) }).map((from) => {
    const code = readFileSync(join(root, from), 'utf8');
    const targets = [...code.matchAll(IMPORT)].map(([, atTop, atRunTime]) => atTop ?? atRunTime ?? '');
    return [from, targets.map((target) => pathOf(target, from))];
  }),
);

function pathOf(target: string, from: string): string {
  if (target.startsWith('.')) return normalize(join(dirname(from), target));
  return target.replace(/^@mrt\//, 'packages/');
}

/** Arrows out of `folder` that are not allowed. */
function breaches(folder: string, allowed: (from: string, to: string) => boolean): string[] {
  return [...imports]
    .filter(([from]) => from.startsWith(`${folder}/`))
    .flatMap(([from, targets]) => targets.filter((to) => !allowed(from, to)).map((to) => `${from} → ${to}`));
}

const isOutside = (to: string) => !imports.has(to);
const within = (...folders: string[]) => {
  return (to: string) => folders.some((folder) => to === folder || to.startsWith(`${folder}/`));
};
/** A file beside `contract.ts`, or of the keys: what http, routes, mendix and upstreams all may know. */
const isShared = (to: string) => /^lambdas\/(keys\/)?[\w-]+\.ts$/.test(to) && to !== 'lambdas/routes.ts';
/** What of the functions the cloud side, the local run and the tools may read: no code that runs, but shapes and names. */
const DECLARED = [
  ...[
    'contract',
    'environment-settings',
    'parameters',
    'problem-reasons',
    'problems',
    'route',
    'routes',
    'settings',
    'spiffe-id',
  ],
  ...['airflow_gateway', 'canary', 'documents', 'sign_in'].map((folder) => `${folder}/settings`),
  ...['inventory/columns', 'record/fleet-schema', 'record/layout'],
  ...['relay/names', 'relay/served-routes', 'relay/topics'],
].map((name) => `lambdas/${name}.ts`);
const isHandler = (path: string) => /^lambdas\/routes\/\w+\/handler\.ts$/.test(path);

test('no imports go round in a circle, those of types included', () => {
  expect(imports.size).toBeGreaterThan(300);
  expect(cyclesOf(imports)).toEqual([]);
});

describe('from outside the functions', () => {
  test.each([
    ['lib', ['lib', 'agent/settings.ts', 'config', 'packages/console/security-headers.ts', ...DECLARED]],
    // The sample record is written as the recorder writes, and an agent enrolled as its owner would.
    ['local', ['local', 'agent/enrol.ts', 'agent/settings.ts', 'config', 'packages', 'lambdas/record', ...DECLARED]],
    ['tools', ['tools', 'config', 'lib', 'packages/client', 'packages/console/build.ts', ...DECLARED]],
    ['config', ['config', 'lambdas/contract.ts', 'lambdas/selector.ts', 'lambdas/spiffe-id.ts']],
    ['packages/local-aws', ['packages/local-aws']],
    ['packages/cli', ['packages/cli', 'packages/client']],
    ['packages/agent', ['packages/agent', 'lib/agent-account/bundle.ts']],
    ['packages/client', ['packages/client']],
    ['packages/console', ['packages/console', 'packages/client']],
  ])('%s reads no more than %j', (folder, allowed) => {
    expect(breaches(folder, (_, to) => isOutside(to) || within(...allowed)(to))).toEqual([]);
  });

  test('an agent serves routes as a function does, with its settings made by the cloud side', () => {
    const served = within(
      ...['agent', 'config/agent', 'lib/agent-account/settings.ts'],
      ...['routes', 'http', 'relay', 'internal_tokens', 'upstreams'].map((name) => `lambdas/${name}`),
    );
    expect(breaches('agent', (_, to) => isOutside(to) || isShared(to) || served(to))).toEqual([]);
    expect([...imports.keys()].filter((file) => file.startsWith('agent/')).length).toBeGreaterThan(8);
  });

  test('local-aws knows no name of the project', () => {
    const files = [...imports.keys()].filter((file) => file.startsWith('packages/local-aws/'));
    expect(files.length).toBeGreaterThan(50);
    const named = files.filter((file) => /\bmrt\b|\bmrt[-_]|maas/i.test(readFileSync(join(root, file), 'utf8')));
    expect(named).toEqual([]);
  });

  test('nothing that ships imports local, bench, test or tools', () => {
    for (const folder of ['config', 'lib', 'lambdas']) {
      expect(breaches(folder, (_, to) => !within('local', 'bench', 'test', 'tools')(to))).toEqual([]);
    }
  });
});

describe('among the functions', () => {
  test('a function imports functions’ code only', () => {
    expect(breaches('lambdas', (_, to) => isOutside(to) || to.startsWith('lambdas/'))).toEqual([]);
  });

  test('what all share knows no folder', () => {
    const shared = [...imports].filter(([from]) => isShared(from));
    const leaving = shared.flatMap(([from, targets]) =>
      targets.filter((to) => !isOutside(to) && !isShared(to)).map((to) => `${from} → ${to}`),
    );
    expect(shared.length).toBeGreaterThan(10);
    expect(leaving).toEqual([]);
  });

  test('a route knows mendix, upstreams and itself, never another route, and http in its handler.ts only', () => {
    const own = (path: string) => path.split('/').slice(0, 3).join('/');
    const mayKnow = (from: string, to: string) =>
      within('lambdas/mendix', 'lambdas/record', 'lambdas/inventory', 'lambdas/upstreams', own(from))(to) ||
      isShared(to) ||
      (isHandler(from) && (to.startsWith('lambdas/http/') || to === 'lambdas/relay/last-heartbeat.ts'));
    expect(breaches('lambdas/routes', (from, to) => isOutside(to) || mayKnow(from, to))).toEqual([]);
  });

  test('a route.ts imports nothing but schemas, the contract and the shape of a route', () => {
    const schemas = ['zod/mini', 'lambdas/parameters.ts', 'lambdas/contract.ts', 'lambdas/route.ts'];
    // A route with a long answer has it in a `…-schema.ts` beside it, which is held to the same.
    const declares = (path: string) => /\/(route|[\w-]+-schema)\.ts$/.test(path);
    const mayImport = (to: string) => schemas.includes(to) || to.endsWith('-schema.ts');
    expect(breaches('lambdas/routes', (from, to) => !declares(from) || mayImport(to))).toEqual([]);
  });

  test.each([
    ['lambdas/mendix', ['lambdas/mendix']],
    ['lambdas/upstreams', ['lambdas/upstreams']],
    ['lambdas/publisher', ['lambdas/publisher', 'lambdas/upstreams']],
    ['lambdas/sign_in', ['lambdas/sign_in']],
    ['lambdas/internal_tokens', ['lambdas/internal_tokens']],
    ['lambdas/audit_forwarder', ['lambdas/audit_forwarder', 'lambdas/upstreams']],
    ['lambdas/signed_answers', ['lambdas/signed_answers', 'lambdas/http']],
    ['lambdas/canary', ['lambdas/canary', 'lambdas/upstreams']],
    ['lambdas/airflow_gateway', ['lambdas/airflow_gateway', 'lambdas/upstreams']],
    ['lambdas/documents', ['lambdas/documents', 'lambdas/http']],
    ['lambdas/public_keys', ['lambdas/public_keys', 'lambdas/http', 'lambdas/upstreams']],
    ['lambdas/record', ['lambdas/record', 'lambdas/upstreams']],
    ['lambdas/inventory', ['lambdas/inventory', 'lambdas/upstreams']],
    ['lambdas/fleet', ['lambdas/fleet', 'lambdas/record']],
    [
      'lambdas/recorder',
      ['recorder', 'record', 'relay', 'routes', 'mendix', 'upstreams'].map((name) => `lambdas/${name}`),
    ],
    ['lambdas/relay', ['lambdas/relay', 'lambdas/internal_tokens', 'lambdas/upstreams']],
    [
      'lambdas/http',
      ['fleet', 'http', 'record', 'relay', 'signed_answers', 'upstreams'].map((name) => `lambdas/${name}`),
    ],
  ])('%s knows what all share and %j', (folder, allowed) => {
    expect(breaches(folder, (_, to) => isOutside(to) || isShared(to) || within(...allowed)(to))).toEqual([]);
  });

  test('http asks an upstream for its keys, and the fleet for summaries, and nowhere else', () => {
    const beyond = /^lambdas\/(fleet|record|relay|signed_answers|upstreams)\//;
    const asks = breaches('lambdas/http', (_, to) => !beyond.test(to));
    expect([...new Set(asks.map((arrow) => arrow.split(' → ')[0]))]).toEqual(['lambdas/http/route-handler.ts']);
  });

  test('only upstreams import an SDK, a signer or pg', () => {
    const heavy = /^(@aws-sdk\/|@smithy\/|pg$|pg-|mqtt$)/;
    const mayPull = /^lambdas\/upstreams\//;
    expect(breaches('lambdas', (from, to) => !heavy.test(to) || mayPull.test(from))).toEqual([]);
  });

  test('a route’s folder, name and path agree', async () => {
    const { routes } = await import('../lambdas/routes.ts');
    const folders = globSync('lambdas/routes/*', { cwd: root }).map((path) => path.slice('lambdas/routes/'.length));
    expect(new Set(routes.map(({ name }) => name))).toEqual(new Set(folders));
    expect(routes.map(({ path }) => path)).toEqual(routes.map(({ name }) => `/${name}`));
  });
});

describe('a circle is found', () => {
  test.each([
    ['none', { a: ['b'], b: ['c'], c: [] }, []],
    ['of two', { a: ['b'], b: ['a'] }, [['a', 'b']]],
    ['of a file with itself', { a: ['a'] }, [['a']]],
    ['behind a way in', { x: ['a'], a: ['b'], b: ['c'], c: ['a', 'outside'] }, [['a', 'b', 'c']]],
    [
      'twice',
      { a: ['b'], b: ['a'], c: ['d', 'a'], d: ['c'] },
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
  ])('%s', (_, graph, circles) => {
    expect(cyclesOf(new Map(Object.entries(graph as Record<string, string[]>)))).toEqual(circles);
  });
});
