/**
 * Upstreams that did not serve us lately: a circuit breaker, so that not every caller pays for finding it out, and what
 * has too much to do is left alone. Databases that cannot be reached, and sources that ask for slower requests.
 *
 * Worked example, with a server whose packets vanish. 0.0 s: a request tries to connect. 3.0 s: it gives up, and the
 * outage is known; requests that waited behind it are refused at once. 3.0 to 8.0 s: every request is. 8.1 s: the next
 * request is the probe and tries to connect; while it does, the others are still refused at once. 11.1 s: it failed, and
 * the outage lasts until 16.1 s; or 8.2 s: it is connected, and the outage is over for everybody.
 *
 * Source: Azure Architecture Center, "Circuit Breaker pattern" (open, half-open with a limited number of trials, closed).
 */

/** How long a failure is remembered: the `Retry-After` of `database-unavailable` and `upstream-throttled`. */
export const PAUSE_MS = 5_000;

/** What an error says of the upstream: that it is out, that it is there, or nothing. */
export type Verdict = 'out' | 'there' | 'unknown';

interface Outage {
  /** Milliseconds since the epoch at which a probe is due. */
  until: number;
  isProbed: boolean;
}

/** The outages that one function instance knows of. Each admitted probe must be ended by {@link leave}. */
export class Outages {
  /** By upstream. Not bounded here: the configuration names all that there can be. */
  readonly #known = new Map<string, Outage>();
  readonly #judge: (error: unknown) => Verdict;
  readonly #minCostlyMs: number;

  /** @param minCostlyMs a failure that came sooner is not remembered, so an upstream that is back is found at once */
  constructor(judge: (error: unknown) => Verdict, minCostlyMs: number) {
    this.#judge = judge;
    this.#minCostlyMs = minCostlyMs;
  }

  /**
   * Admits a request unless the upstream is known to be out. After the pause the first one is admitted as the probe.
   *
   * @param refusal the error of a request that is not admitted
   * @returns true for the probe: it calls {@link leave} when it is done, whatever came of it
   */
  admit(upstream: string, refusal: () => Error): boolean {
    const outage = this.#known.get(upstream);
    if (outage === undefined) return false;
    if (outage.isProbed || Date.now() < outage.until) throw refusal();
    outage.isProbed = true;
    return true;
  }

  /** The probe is done. Unless it reported what it saw, the next request is a probe again. */
  leave(upstream: string): void {
    const outage = this.#known.get(upstream);
    if (outage !== undefined) outage.isProbed = false;
  }

  /** Does what shows whether the upstream is there, and remembers how that went. @throws whatever `work` throws */
  async watch<T>(upstream: string, work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    try {
      const result = await work();
      this.#known.delete(upstream);
      return result;
    } catch (error) {
      const verdict = this.#judge(error);
      if (verdict === 'there') this.#known.delete(upstream);
      else if (verdict === 'out' && Date.now() - started >= this.#minCostlyMs) {
        this.#known.set(upstream, { until: Date.now() + PAUSE_MS, isProbed: false });
      }
      throw error;
    }
  }
}
