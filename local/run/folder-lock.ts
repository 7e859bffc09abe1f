/** The run's hold on its folder, and the list of processes that must not outlive it. See `watchdog.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';

const WATCHDOG = fileURLToPath(new URL('./watchdog.ts', import.meta.url));

/** Another run has the folder. */
export class AlreadyRunningError extends Error {
  override name = 'AlreadyRunningError' as const;
  readonly pid: string;
  constructor(pid: string) {
    super(`process ${pid} runs here already`);
    this.pid = pid;
  }
}

/** One run’s hold on its folder, from `take` to `release` or the end of the process, however that comes. */
export class FolderLock implements ProcessRegister {
  readonly #watchdog: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#watchdog = child;
  }

  /**
   * Takes the folder for this process. Of several runs that ask at once exactly one gets it.
   *
   * @throws AlreadyRunningError, or Error when nothing can be written there
   */
  static async take(directory: string): Promise<FolderLock> {
    // The kind of lock is new in Node, which says so on standard error.
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WATCHDOG, String(process.pid)], {
      cwd: directory,
      // Out of the terminal's reach: it must outlive whatever ends the run.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => undefined);
    const answer = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('error', reject);
      child.once('close', () => reject(new Error('its watchdog ended')));
    }).catch((cause) => {
      throw new Error(`the run could not take the folder ${directory}`, { cause });
    });
    const [outcome = '', ...words] = answer.split(' ');
    if (outcome === 'taken') throw new AlreadyRunningError(words.join(' '));
    if (outcome !== 'ready') throw new Error(`the run could not take the folder ${directory}: ${words.join(' ')}`);
    child.unref();
    return new FolderLock(child);
  }

  /** From now on this process ends with the run, also when the run is killed. */
  add(pid: number): void {
    this.#watchdog.stdin?.write(`+${pid}\n`);
  }

  /** The process has ended: its number may soon be somebody else’s. */
  remove(pid: number): void {
    this.#watchdog.stdin?.write(`-${pid}\n`);
  }

  /** Gives the folder back; every registered process must have ended. */
  async release(): Promise<void> {
    const { exitCode, signalCode } = this.#watchdog;
    if (exitCode !== null || signalCode !== null) return;
    this.#watchdog.ref();
    const exited = new Promise((resolve) => this.#watchdog.once('exit', resolve));
    this.#watchdog.stdin?.end('done\n');
    await exited;
  }
}
