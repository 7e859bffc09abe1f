/** The stage's throttling: a token bucket per route, shared by all clients ("Throttle requests to your HTTP APIs"). */
import type { Throttle } from '../cloudformation/deployed-api.ts';

/**
 * Worked example, rate 2 a second and burst 5: five requests at once pass, the sixth does not; one second later two
 * more pass.
 */
export class TokenBucket {
  readonly #throttle: Throttle;
  readonly #now: () => number;
  #tokens: number;
  #filled: number;

  /** @param now milliseconds; a parameter for tests */
  constructor(throttle: Throttle, now: () => number = performance.now.bind(performance)) {
    this.#throttle = throttle;
    this.#now = now;
    this.#tokens = throttle.burst;
    this.#filled = now();
  }

  /** Takes one request's token; `false` when the bucket is empty. */
  take(): boolean {
    const now = this.#now();
    const earned = ((now - this.#filled) / 1000) * this.#throttle.rate;
    this.#tokens = Math.min(this.#throttle.burst, this.#tokens + earned);
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
