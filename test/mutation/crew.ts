/** Workers that share a list of work. One that hangs over a mutant (an endless loop) is ended and replaced. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Order, Reply } from './worker.ts';

/** A worker that has not answered by then hangs: so much, and ten times what its tests took when nothing was broken. */
const MAX_ANSWER_MS = 120_000;
const SLOWER = 10;
/** Until a worker has its vitest. */
const MAX_START_MS = 60_000;

/** The mutant made its tests run without an end. */
export class Hanging extends Error {
  override name = 'Hanging' as const;
}

/** One worker process, started when it is first asked. */
class Worker {
  readonly #argv: string[];
  #child: ChildProcess | null = null;

  constructor(root: string, guarded: readonly string[]) {
    this.#argv = [root, ...guarded];
  }

  /** @throws Hanging when it did not answer in time; the next order goes to a new process */
  async ask(order: Order): Promise<Reply> {
    if (this.#child === null) {
      // A group of its own: the processes that run its tests end with it.
      this.#child = fork(join(import.meta.dirname, 'worker.ts'), this.#argv, { detached: true });
      await this.#reply(MAX_START_MS, new Error('a worker does not start'));
    }
    this.#child.send(order);
    return this.#reply(MAX_ANSWER_MS + SLOWER * durationOf(order), new Hanging('a worker does not answer'));
  }

  /** @throws `late` after so many milliseconds; an Error that ends the run when the process is gone, which no mutant does */
  async #reply(milliseconds: number, late: Error): Promise<Reply> {
    const child = this.#child;
    if (child === null) throw new Error('no worker was started');
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const ended = () => reject(new Error('a worker has ended by itself'));
    const timer = setTimeout(() => reject(late), milliseconds);
    child.once('message', resolve).once('exit', ended);
    try {
      return await promise;
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      clearTimeout(timer);
      child.off('message', resolve).off('exit', ended);
    }
  }

  #end(): void {
    const pid = this.#child?.pid;
    this.#child = null;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** Lets it clear up and waits for it. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await ended;
  }
}

/** Milliseconds that the tests of an order took. */
function durationOf(order: Order): number {
  return order.kind === 'try' ? order.selections.reduce((sum, { duration }) => sum + duration, 0) : 0;
}

export class Crew {
  readonly #workers: Worker[];

  constructor(root: string, guarded: readonly string[], size: number) {
    this.#workers = Array.from({ length: size }, () => new Worker(root, guarded));
  }

  /** Has each piece of work done by some worker, in the order given. */
  async share<T>(work: Iterable<T>, act: (piece: T, ask: (order: Order) => Promise<Reply>) => Promise<void>) {
    const pieces = work[Symbol.iterator]();
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
          await act(next.value, (order) => worker.ask(order));
        }
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
