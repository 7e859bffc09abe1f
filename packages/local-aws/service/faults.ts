/** Faults on demand: a test or a benchmark asks a service for delay, or for a fault at every nth request. */

/** What is to befall every nth request. */
export interface Fault {
  /**
   * `throttled`: the service's own slow-down error; `failed`: its internal error; `cut`: the connection ends in
   * mid-body; `silent`: no answer at all; `denied`: its access-denied error; `partial`: GetMetricData gives half of each result and says
   * `InternalError`.
   */
  kind: 'throttled' | 'failed' | 'cut' | 'silent' | 'denied' | 'partial';
  /** 1 is each request, 2 every second one … */
  every: number;
  /** Only requests of this operation (`ListObjectsV2`); left out: all of them. */
  operation?: string;
}

/** The delay and the faults of one service. Several faults may be in force; the first one that is due wins. */
export class Faults {
  /** Milliseconds that each answer waits before its first byte. */
  delay_ms = 0;
  #injected: { fault: Fault; seen: number }[] = [];
  readonly #requests = new Map<string, number>();

  /** In force from the next request on, beside those that are there. */
  inject(fault: Fault): void {
    this.#injected.push({ fault, seen: 0 });
  }

  /** No more delay, no more faults. */
  clear(): void {
    this.delay_ms = 0;
    this.#injected = [];
  }

  /** How many requests of an operation have come so far; without one, of all. */
  requests(operation?: string): number {
    if (operation !== undefined) return this.#requests.get(operation) ?? 0;
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts a request, waits, and says what is to befall it. */
  async next(operation: string): Promise<Fault['kind'] | undefined> {
    this.#requests.set(operation, (this.#requests.get(operation) ?? 0) + 1);
    if (this.delay_ms > 0) await new Promise((resolve) => setTimeout(resolve, this.delay_ms));
    let kind: Fault['kind'] | undefined;
    for (const entry of this.#injected) {
      if (entry.fault.operation !== undefined && entry.fault.operation !== operation) continue;
      entry.seen += 1;
      if (entry.seen % entry.fault.every === 0) kind ??= entry.fault.kind;
    }
    return kind;
  }
}
