/** The folders of `lib` are layers: delivery over observability over canary over airflow over api over functions over network over records over identity and permissions. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const LAYERS = [
  'edge',
  'console',
  'evidence',
  'tracing',
  'delivery',
  'recovery',
  'observability',
  'canary',
  'audit',
  'airflow',
  'api',
  'agent-account',
  'functions',
  'tenants',
  'agents',
  'network',
  'records',
  'signing',
  'inventory',
  'identity',
  'encryption',
  'permissions',
];
const layerOf = (path: string) => LAYERS.indexOf(path.split('/')[1] ?? '');

/** Imports between folders of `lib`, those of types too. */
const imports = globSync('lib/*/*.ts').flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(/\sfrom '(\.[^']+)'/g)].map(([, target = '']) => ({
    from,
    to: normalize(join(dirname(from), target)),
  })),
);

test('every folder of lib is a layer', () => {
  expect(new Set(globSync('lib/*/').map((folder) => folder.split('/')[1]))).toEqual(new Set(LAYERS));
});

test('no layer imports one above it', () => {
  const upwards = imports.filter(
    ({ from, to }) => to.startsWith('lib/') && layerOf(to) !== -1 && layerOf(to) < layerOf(from),
  );
  expect(upwards).toEqual([]);
  expect(imports.length).toBeGreaterThan(20);
});
