/** Which tests a mutant is tried with: those that reached the statement that it is part of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Mutant } from './mutants.ts';
import { AROUND, IMPORTED } from './pseudo-tests.ts';

/** What one test file reached: each test, and `IMPORTED` and `AROUND` as tests of these names. */
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
   * the ones count that ran something of the same file, or, where the file has constants only, all. What a test file
   * reaches beside its tests, in a function, all its tests look at.
   */
  testsOf({ file, statement }: Mutant): Selection[] {
    const name = `${file} ${statement}`;
    const importing = this.#files.filter(({ tests }) => statementsOf(tests, IMPORTED).includes(name));
    if (importing.length === 0) return this.#select((statements) => statements.includes(name));
    const sameFile = this.#select((statements) => statements.some((each) => each.startsWith(`${file} `)));
    return sameFile.length > 0 ? sameFile : this.#select(() => true, importing);
  }

  #select(isReached: (statements: readonly string[]) => boolean, files = this.#files): Selection[] {
    return files
      .map(({ testFile, tests }) => {
        const isAround = isReached(statementsOf(tests, AROUND));
        const chosen = tests.filter(
          ({ id, statements }) => id !== IMPORTED && id !== AROUND && (isAround || isReached(statements)),
        );
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

function statementsOf(tests: Reached['tests'], id: string): readonly string[] {
  return tests.find((each) => each.id === id)?.statements ?? [];
}
