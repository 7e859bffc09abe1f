/**
 * One vitest that stays: it runs tests over the code as it is, counted, or with one mutant in it. Vite is given the
 * changed source in place of the file; nothing is written into the tree.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, createVitest, type TestModule, type TestSpecification, type Vitest } from 'vitest/node';
import type { Selection } from './coverage.ts';
import { broken, counted, type Mutant } from './mutants.ts';

/** In the order that it is told, which is the cheapest. */
class AsTold extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return specifications;
  }
}

const MAX_ATTEMPTS = 3;

export class Workbench {
  readonly #root: string;
  readonly #guarded: ReadonlySet<string>;
  readonly #specifications = new Map<string, TestSpecification>();
  #vitest: Vitest | null = null;
  #mutant: Mutant | null = null;
  #isCounting = false;

  private constructor(root: string, guarded: ReadonlySet<string>) {
    this.#root = root;
    this.#guarded = guarded;
  }

  /** @param guarded files that may be broken, from the folder of the project */
  static async open(root: string, guarded: ReadonlySet<string>): Promise<Workbench> {
    const bench = new Workbench(root, guarded);
    const vitest = await createVitest(
      'test',
      {
        config: join(root, 'test/mutation/vitest.config.ts'),
        watch: false,
        bail: 1,
        reporters: [{}],
        sequence: { sequencer: AsTold },
      },
      { plugins: [{ name: 'mutants', enforce: 'pre', load: (id) => bench.#load(id) }], logLevel: 'silent' },
    );
    await vitest.standalone();
    for (const each of await vitest.globTestSpecifications()) {
      bench.#specifications.set(relative(root, each.moduleId), each);
    }
    bench.#vitest = vitest;
    return bench;
  }

  get testFiles(): string[] {
    return [...this.#specifications.keys()];
  }

  /** Runs a test file over the counted code; what it reached is written to `folder`. */
  async count(testFile: string, folder: string): Promise<boolean> {
    this.#isCounting = true;
    process.env['MRT_REACHED'] = folder;
    const specification = this.#specifications.get(testFile);
    try {
      return specification !== undefined && (await this.#firstFailure([specification])) === null;
    } finally {
      delete process.env['MRT_REACHED'];
    }
  }

  /**
   * Runs tests in this order over the code with the mutant in it.
   *
   * @returns the test file that noticed, `null` when none did
   */
  async tryOut(mutant: Mutant, selections: readonly Selection[]): Promise<string | null> {
    this.#isCounting = false;
    for (const file of new Set([this.#mutant?.file, mutant.file])) {
      if (file !== undefined) this.#vitest?.invalidateFile(join(this.#root, file));
    }
    this.#mutant = mutant;
    const specifications = selections.flatMap(({ testFile, tests }) => {
      const whole = this.#specifications.get(testFile);
      return whole === undefined ? [] : [whole.project.createSpecification(whole.moduleId, { testIds: tests })];
    });
    return this.#firstFailure(specifications);
  }

  async close(): Promise<void> {
    await this.#vitest?.close();
  }

  /** What Vite is given as a file's source; `null`: what lies on the disk. */
  #load(id: string): string | null {
    const file = relative(this.#root, id.replace(/\?.*$/, ''));
    if (!this.#guarded.has(file)) return null;
    const source = readFileSync(join(this.#root, file), 'utf8');
    if (this.#isCounting) return counted(file, source);
    return this.#mutant?.file === file ? broken(source, this.#mutant.replacement) : null;
  }

  /** @throws Error when the tests did not run to their end, and none failed */
  async #firstFailure(specifications: TestSpecification[]): Promise<string | null> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // What is returned are the files of all runs: those of earlier mutants would be taken for this one's.
      this.#vitest?.state.filesMap.clear();
      const result = await this.#vitest?.runTestSpecifications(specifications);
      if (result === undefined) break;
      // A file that cannot be imported has failed as much as one with a failing test.
      const failed = result.testModules.find((module) => module.state() === 'failed');
      if (failed !== undefined) return relative(this.#root, failed.moduleId);
      if (result.unhandledErrors.length > 0) return 'an error outside of tests';
      if (result.testModules.length === specifications.length && result.testModules.every(hasEnded)) return null;
    }
    throw new Error('tests were started and did not end');
  }
}

/** The end of a run before, which a failure cut short, may cut the next one too: nothing is said by that. */
function hasEnded(module: TestModule): boolean {
  return module.state() === 'passed' || module.state() === 'skipped';
}
