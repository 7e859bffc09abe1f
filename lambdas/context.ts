/** What one request carries to each upstream: how long it may take, and where to note what became of it. */

import type { Origin } from './trace.ts';

export interface Context {
  deadline: Deadline;
  timing: Timing;
  /** What the request is known by wherever it leads; left out where nobody asked, as in the recorder. */
  origin?: Origin;
}

/** The moment by which an answer must be out; every upstream is held to what is left until then. */
export class Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number;
  #signal: AbortSignal | null = null;
  constructor(at: number) {
    this.at = at;
  }
  /** Milliseconds left, never negative. */
  remaining(): number {
    return Math.max(0, this.at - Date.now());
  }
  /** Aborts at the deadline. The same one at each call: a listing asks for thousands of pages. */
  signal(): AbortSignal {
    // Whole milliseconds only: a scrape timeout may leave a fraction, which Node refuses.
    this.#signal ??= AbortSignal.timeout(Math.floor(this.remaining()));
    return this.#signal;
  }
}

/** Milliseconds spent waiting for each upstream, and how often it asked for slower requests: for the log line. */
export class Timing {
  readonly #shares = new Map<string, number>();
  #pending = 0;
  #waitingSince = 0;
  #waited = 0;
  #throttled = 0;

  /** By upstream. Calls side by side each count, so the sum may pass the request's own time. */
  shares(): ReadonlyMap<string, number> {
    return this.#shares;
  }

  /** Time in which at least one upstream was waited for. */
  waited(): number {
    return this.#waited;
  }

  /** Runs `work` and notes its time under `upstream`, whether it succeeds or not. */
  async of<T>(upstream: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    if (this.#pending === 0) this.#waitingSince = start;
    this.#pending += 1;
    try {
      return await work();
    } finally {
      const end = performance.now();
      this.#pending -= 1;
      if (this.#pending === 0) this.#waited += end - this.#waitingSince;
      this.#shares.set(upstream, (this.#shares.get(upstream) ?? 0) + end - start);
    }
  }

  /** Notes a time that was measured elsewhere: by an agent, for what it asked in its account. */
  note(upstream: string, milliseconds: number): void {
    this.#shares.set(upstream, (this.#shares.get(upstream) ?? 0) + milliseconds);
  }

  /**
   * Notes one answer with which an upstream asked for slower requests (503 SlowDown, ThrottlingException). Each counts,
   * also when the next try succeeded: an operator wants to see a limit before it hurts.
   */
  countThrottled(): void {
    this.#throttled += 1;
  }

  /** Answers that `countThrottled` noted. */
  throttled(): number {
    return this.#throttled;
  }
}
