/** What one request carries to each source: how long it may take, and where to note what it took. */

export interface Context {
  requestId: string;
  deadline: Deadline;
  timing: Timing;
}

export class Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
  /** Milliseconds left, never negative. */
  remaining(): number {
    return Math.max(0, this.at - Date.now());
  }
  /** Aborts at the deadline, or `marginMs` before it. */
  signal(marginMs = 0): AbortSignal {
    // Whole milliseconds only: a scrape timeout or a margin may leave a fraction, which Node refuses.
    return AbortSignal.timeout(Math.floor(Math.max(0, this.remaining() - marginMs)));
  }
}

/** Milliseconds spent waiting for each upstream, for `Server-Timing` and the log line. */
export class Timing {
  readonly #shares = new Map<string, number>();
  #pending = 0;
  #waiting_since = 0;
  #waited = 0;

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
    if (this.#pending === 0) this.#waiting_since = start;
    this.#pending += 1;
    try {
      return await work();
    } finally {
      const end = performance.now();
      this.#pending -= 1;
      if (this.#pending === 0) this.#waited += end - this.#waiting_since;
      this.#shares.set(upstream, (this.#shares.get(upstream) ?? 0) + end - start);
    }
  }
}
