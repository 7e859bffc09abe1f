/**
 * Tokens that a receiver has taken already. JWT-SVID leaves it to receivers (section 6.1); one that is told what to do by
 * whoever can write to a topic had better take each token once.
 */
import { MAX_CLOCK_SKEW_SECONDS } from './claims.ts';
import type { VerifiedToken } from './verifier.ts';

/** Some 100 bytes each; at one request a second five minutes are 300. */
export const MAX_USED_TOKENS = 20_000;

/** Remembers tokens for as long as the verifier would take them. */
export class UsedTokens {
  /** Until when, in milliseconds since the epoch, by id; in the order in which they came. */
  readonly #until = new Map<string, number>();

  /**
   * True the first time, false for a token that was used before.
   *
   * @param now milliseconds since the epoch
   */
  use({ id, expires }: Pick<VerifiedToken, 'id' | 'expires'>, now = Date.now()): boolean {
    if (this.#until.has(id)) return false;
    if (this.#until.size >= MAX_USED_TOKENS) this.#forget(now);
    this.#until.set(id, expires.getTime() + MAX_CLOCK_SKEW_SECONDS * 1000);
    return true;
  }

  /** Those that no verifier takes any more; if there are none, the oldest, as memory must have an end. */
  #forget(now: number): void {
    for (const [id, until] of this.#until) if (until < now) this.#until.delete(id);
    const [oldest] = this.#until.keys();
    if (this.#until.size >= MAX_USED_TOKENS && oldest !== undefined) this.#until.delete(oldest);
  }
}
