/** The run's hold on its folder, and the list of processes that must not outlive it. See `reaper.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';

const reaper = fileURLToPath(new URL('./reaper.ts', import.meta.url));

/** Another run has the folder. */
export class AlreadyRunningError extends Error {
  override name = 'AlreadyRunningError' as const;
  readonly pid: string;
  constructor(pid: string) {
    super(`process ${pid} runs here already`);
    this.pid = pid;
  }
}

export class RunGuard implements ProcessRegister {
  readonly #reaper: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#reaper = child;
  }

  /** @throws AlreadyRunningError */
  static async take(directory: string): Promise<RunGuard> {
    const child = spawn(process.execPath, [reaper, String(process.pid)], {
      cwd: directory,
      // Out of the terminal's reach: it must outlive whatever ends the run.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => undefined);
    const said = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('error', reject);
      child.once('exit', () => reject(new Error('the run could not take its folder')));
    });
    if (said !== 'ready') throw new AlreadyRunningError(said.replace('taken ', ''));
    child.unref();
    return new RunGuard(child);
  }

  add(pid: number): void {
    this.#reaper.stdin?.write(`+${pid}\n`);
  }

  remove(pid: number): void {
    this.#reaper.stdin?.write(`-${pid}\n`);
  }

  /** Gives the folder back; every registered process must have ended. */
  async release(): Promise<void> {
    this.#reaper.ref();
    const exited = new Promise((resolve) => this.#reaper.once('exit', resolve));
    this.#reaper.stdin?.end('done\n');
    await exited;
  }
}
