/** Each claim of these documents names test cases by file and title: they must be there, and be cases that run. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface NamedFile {
  claim: string;
  file: string;
  titles: string[];
}

/** What follows a file's name in a claim: its titles, in quotes, with commas between them. */
const NAMED_FILE = /`([\w/.-]+\.test\.ts)`((?:,? "[^"]+")*)/g;

/** Claims are list items; a line that begins with a blank goes on with the one before. */
function claimsOf(document: string): string[] {
  const lines = readFileSync(document, 'utf8')
    .replaceAll(/\n {2}/g, ' ')
    .split('\n');
  return lines.filter((line) => line.startsWith('- ') && line.includes('.test.ts`'));
}

function filesOf(claims: readonly string[]): NamedFile[] {
  return claims.flatMap((claim) =>
    [...claim.matchAll(NAMED_FILE)].map(([, name = '', titles = '']) => ({
      claim: claim.slice(2, 60),
      file: name.includes('/') ? name : `test/attack/${name}`,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
    })),
  );
}

/** Titles of the cases that a file runs: those of `test(…)` and `test.each(…)(…)`, and of nothing that is skipped. */
function titlesOf(file: string): Set<string> {
  const code = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const runs = code.matchAll(/(?<![\w.])test(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:(?!\1).)+)\1/gs);
  return new Set([...runs].map(([, , title = '']) => title));
}

describe.each([
  ['docs/security.md', 45, 70],
  ['docs/complete.md', 20, 25],
  ['docs/accounts.md', 40, 50],
])('%s', (document, claims, cases) => {
  const files = filesOf(claimsOf(document));

  test('names test cases for each of its claims, and not only files', () => {
    expect(claimsOf(document).length).toBeGreaterThanOrEqual(claims);
    expect(files.filter(({ titles }) => titles.length === 0)).toEqual([]);
    expect(files.flatMap(({ titles }) => titles).length).toBeGreaterThanOrEqual(cases);
  });

  test('names no case that is not there', () => {
    const absent = files.flatMap(({ claim, file, titles }) =>
      titles.filter((title) => !titlesOf(file).has(title)).map((title) => ({ claim, file, title })),
    );
    expect(absent).toEqual([]);
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
