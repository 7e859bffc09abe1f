import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('each test that docs/security.md names is there', () => {
  const document = readFileSync('docs/security.md', 'utf8');
  const named = [...document.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(40);
  const missing = named.filter((name) => !existsSync(name.includes('/') ? name : `test/attack/${name}`));
  expect(missing).toEqual([]);
});
