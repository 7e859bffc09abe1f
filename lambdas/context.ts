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
    return AbortSignal.timeout(Math.max(0, this.remaining() - marginMs));
  }
}

/** Milliseconds spent waiting for each upstream, for `Server-Timing` and the log line. */
export class Timing {
  readonly #shares = new Map<string, number>();
  add(upstream: string, milliseconds: number): void {
    this.#shares.set(upstream, (this.#shares.get(upstream) ?? 0) + milliseconds);
  }
  shares(): ReadonlyMap<string, number> {
    return this.#shares;
  }
  /** Runs `work` and notes its time under `upstream`, whether it succeeds or not. */
  async of<T>(upstream: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.add(upstream, performance.now() - start);
    }
  }
}
