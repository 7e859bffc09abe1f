/** Each claim of docs/security.md names test cases by file and title: they must be there, and be cases that run. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface NamedCase {
  claim: string;
  file: string;
  title: string;
}

/** What follows a file's name in a row: its titles, in quotes, with commas between them. */
const NAMED_FILE = /`([\w/.-]+\.test\.ts)`((?:,? "[^"]+")*)/g;

const rows = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts`'));
const files = rows.flatMap((row) =>
  [...row.matchAll(NAMED_FILE)].map(([, name = '', titles = '']) => ({
    claim: row.split(' | ')[0]?.slice(2) ?? '',
    file: name.includes('/') ? name : `test/attack/${name}`,
    titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  })),
);
const cases: NamedCase[] = files.flatMap(({ claim, file, titles }) => titles.map((title) => ({ claim, file, title })));

/** Titles of the cases that a file runs: those of `test(…)` and `test.each(…)(…)`, and of nothing that is skipped. */
function titlesOf(file: string): Set<string> {
  const code = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const runs = code.matchAll(/(?<![\w.])test(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:(?!\1).)+)\1/gs);
  return new Set([...runs].map(([, , title = '']) => title));
}

describe('docs/security.md', () => {
  test('names test cases for each of its claims, and not only files', () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(files.filter(({ titles }) => titles.length === 0)).toEqual([]);
    expect(cases.length).toBeGreaterThan(60);
  });

  test('names no case that is not there', () => {
    expect(cases.filter(({ file, title }) => !titlesOf(file).has(title))).toEqual([]);
  });
});

describe('a case counts', () => {
  const file = 'test/lambdas/http/disclosure.test.ts';
  test('by its own title, and not by part of one or by that of a describe', () => {
    expect(titlesOf(file)).toContain('HEAD');
    expect(titlesOf(file)).toContain('asked for by %s needs the reason that a stage wants');
    expect(titlesOf(file)).not.toContain('clear text');
    expect(titlesOf('test/attack/nowhere.test.ts').size).toBe(0);
  });
});
