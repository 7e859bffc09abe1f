/**
 * The console's files, built once for each state of its sources: a build takes longer than a start may. They are kept
 * beside the assemblies and go with `npm ci`.
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';

/** Everything that the build reads of the project; installed packages are in the second lock file. */
const SOURCES = ['packages/console/**/*', 'packages/client/**/*.ts', 'node_modules/.package-lock.json'];
/** Some 200 kB each; a developer goes to and fro between states. */
const MAX_KEPT = 6;
const MAX_BUILD_MS = 120_000;

export class ConsoleFiles {
  readonly #project: string;
  readonly #folder: string;
  #building: Promise<string> | null = null;

  /** @param project the folder of the clone */
  constructor(project: string) {
    this.#project = project;
    this.#folder = join(project, 'node_modules', '.cache', 'console');
  }

  /** The folder of the built files: kept, or built now, in a process of its own. @throws Error with the builder's words */
  directory(): Promise<string> {
    this.#building ??= this.#provide().catch((error: unknown) => {
      // The next request tries again: the sources may have been mended.
      this.#building = null;
      throw error;
    });
    return this.#building;
  }

  async #provide(): Promise<string> {
    const target = join(this.#folder, this.#digest());
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) return target;
    mkdirSync(this.#folder, { recursive: true });
    const draft = join(this.#folder, `draft-${randomUUID()}`);
    try {
      const builder = join(this.#project, 'packages', 'console', 'build.ts');
      await promisify(execFile)(process.execPath, [builder, draft], { cwd: this.#project, timeout: MAX_BUILD_MS });
      this.#prune();
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      // Another run has built the same meanwhile.
      if (statSync(target, { throwIfNoEntry: false }) === undefined) throw error;
    }
    return target;
  }

  #digest(): string {
    const hash = createHash('sha256').update(process.version);
    const isSource = (name: string) =>
      !name.split(sep).some((part) => part === 'dist' || part === 'node_modules') || name.startsWith('node_modules');
    const names = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: this.#project }))
      .filter(isSource)
      .toSorted();
    for (const name of names) {
      const path = join(this.#project, name);
      if (!statSync(path).isFile()) continue;
      const content = readFileSync(path);
      hash.update(`\n${name} ${content.length}\n`).update(content);
    }
    return hash.digest('hex').slice(0, 32);
  }

  /** The oldest go, whole ones and what was cut off. */
  #prune(): void {
    const byAge = readdirSync(this.#folder)
      .filter(
        (name) => !name.startsWith('draft-') || Date.now() - statSync(join(this.#folder, name)).mtimeMs > MAX_BUILD_MS,
      )
      .toSorted(
        (one, other) => statSync(join(this.#folder, other)).mtimeMs - statSync(join(this.#folder, one)).mtimeMs,
      );
    for (const name of byAge.slice(MAX_KEPT - 1)) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }
}
