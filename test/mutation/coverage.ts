/** Which tests a mutant is tried with: those that reached the statement that it is part of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Mutant } from './mutants.ts';

/** What one test file reached; the test without an id is all that is not part of a test, imports above all. */
export interface Reached {
  testFile: string;
  /** Statements as `file number`; durations in milliseconds. */
  tests: { id: string; duration: number; statements: string[] }[];
}

/** Tests to run of one file. */
export interface Selection {
  testFile: string;
  tests: string[];
  /** Milliseconds that they took when nothing was broken. */
  duration: number;
}

/** Starting a process for a test file and importing it, in milliseconds: what a file costs beside its tests. */
const FILE_COST_MS = 500;

export class Coverage {
  readonly #files: Reached[];
  readonly #root: string;

  private constructor(root: string, files: Reached[]) {
    this.#root = root;
    this.#files = files;
  }

  /** @param folder that the test files wrote to */
  static read(root: string, folder: string): Coverage {
    const files = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Reached);
    return new Coverage(root, files);
  }

  /** Whether a test file has been counted. */
  has(testFile: string): boolean {
    return this.#files.some((each) => relative(this.#root, each.testFile) === testFile);
  }

  /**
   * The cheapest first. A statement that is part of no function runs when its file is imported, for every test: of these,
   * the ones count that ran something of the same file, or, where the file has constants only, all.
   */
  testsOf({ file, statement }: Mutant): Selection[] {
    const exact = this.#select((reached) => reached.includes(`${file} ${statement}`));
    const isStatic = this.#files.some(({ tests }) =>
      tests.some(({ id, statements }) => id === '' && statements.includes(`${file} ${statement}`)),
    );
    if (!isStatic) return exact;
    const sameFile = this.#select((reached) => reached.some((each) => each.startsWith(`${file} `)));
    if (sameFile.length > 0) return sameFile;
    const importing = this.#files.filter(({ tests }) =>
      tests.some(({ id, statements }) => id === '' && statements.includes(`${file} ${statement}`)),
    );
    return this.#select(() => true, importing);
  }

  #select(isWanted: (statements: readonly string[]) => boolean, files = this.#files): Selection[] {
    return files
      .map(({ testFile, tests }) => {
        const chosen = tests.filter(({ id, statements }) => id !== '' && isWanted(statements));
        return {
          testFile: relative(this.#root, testFile),
          tests: chosen.map(({ id }) => id),
          duration: FILE_COST_MS + chosen.reduce((sum, { duration }) => sum + duration, 0),
        };
      })
      .filter(({ tests }) => tests.length > 0)
      .sort((a, b) => a.duration - b.duration);
  }
}
