/** A reader of this repository alone can look up whatever it refers to. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDERS = '\\.ci|\\.github|bench|config|database|docs|lambdas|lib|local|packages|test|tools';
const PATH = new RegExp(`(?<![\\w./-])((?:${FOLDERS}|decisions)/[\\w./-]+\\.(?:ts|md|json|sql|sh|yml))\\b`, 'g');
/** What a reader makes: a route by the example in CONTRIBUTING.md, a configuration of a company. */
const TO_BE_MADE = /\/database[_-]version[/.]|^config\/(prod|mine|agent)(\.base)?\.json$/;

const files = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.sh', '*.sql', '*.yml'], { encoding: 'utf8' })
  .split('\n')
  // Tests make up paths of their own.
  .filter((file) => existsSync(file) && !file.startsWith('test/'));

/** Documents name paths from the top, and now and then from where they stand themselves. */
function exists(path: string, from: string): boolean {
  return [path, join(dirname(from), path), join('docs', path)].some((candidate) => existsSync(candidate));
}

test('every path that a document or a comment names is there', () => {
  const missing = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(PATH)]
      .map(([, path = '']) => path)
      .filter((path) => !TO_BE_MADE.test(path) && !exists(path, file))
      .map((path) => `${file}: ${path}`),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(missing).toEqual([]);
});
