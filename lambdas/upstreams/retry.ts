/**
 * When a request to an upstream is sent again: one policy for S3, CloudWatch and PostgreSQL.
 *
 * Waits grow with full jitter, so that those who were refused together do not come back together: before the nth retry
 * a random time between 0 and 25 ms × 2ⁿ, at most 3 s. After three refusals in a row that is 0 to 50, 0 to 100 and 0 to
 * 200 ms. Source: AWS Architecture Blog, "Exponential Backoff And Jitter"; AWS SDKs and Tools Reference Guide, "Retry
 * behavior" (which errors are worth a retry).
 */
import type { Context } from '../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../upstream-errors.ts';

/** How much may be spent on retries, beside the request's own deadline, which always ends them. */
export interface RetryBudget {
  /** Requests in all. */
  attempts: number;
  /** Milliseconds after the first request within which the last retry must begin. */
  milliseconds: number;
  /** Whether throttling uses up the budget, or is waited out for as long as the deadline lets. */
  throttling: 'counted' | 'waited-out';
}

/**
 * For a single request that somebody waits for: a key, an archive's range, a metric. A fault of a second is waited out;
 * what lasts longer is told soon, not at the deadline. Two seconds are two attempts to connect to what does not answer.
 */
export const SINGLE_REQUEST: RetryBudget = { attempts: 5, milliseconds: 2_000, throttling: 'counted' };

/** For one page of thousands: giving one up loses the whole listing. */
export const PAGE_OF_MANY: RetryBudget = {
  attempts: Number.POSITIVE_INFINITY,
  milliseconds: 4_000,
  throttling: 'waited-out',
};

const BASE_WAIT_MS = 25;
const MAX_WAIT_MS = 3_000;
/** With less time than this left, another request would only be cut off. */
const MIN_USEFUL_MS = 20;

/** Reasons of an UpstreamFailedError that another request may not meet again. */
const PASSING_REASONS = new Set(['failed', 'unreachable', 'truncated', 'invalid-answer']);

/**
 * True for what waiting may cure: throttling, an upstream's own failure, a lost connection, an answer that was cut
 * short or is not the one asked for. A refusal (`access-denied`, `not-found` …) stays one, and a timeout means that
 * there is no time left.
 */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof UpstreamThrottledError ||
    (error instanceof UpstreamFailedError && PASSING_REASONS.has(error.reason))
  );
}

export interface RetryOptions {
  /** Default: {@link SINGLE_REQUEST}. */
  budget?: RetryBudget;
  /** Which errors are worth a retry. Default: {@link isPassing}. */
  passing?: (error: unknown) => boolean;
}

/**
 * What the failed attempts of one request have used of their budget. Made before the first attempt, or after it. Each
 * throttled one is counted for the log line, also when a later one succeeds.
 */
export class Retries {
  readonly #context: Context;
  readonly #budget: RetryBudget;
  readonly #passing: (error: unknown) => boolean;
  #since = Date.now();
  #attempts = 0;
  #waits = 0;
  /** What the attempt before this one met. */
  #throttling: UpstreamThrottledError | null = null;

  constructor(context: Context, { budget = SINGLE_REQUEST, passing = isPassing }: RetryOptions = {}) {
    this.#context = context;
    this.#budget = budget;
    this.#passing = passing;
  }

  /**
   * Waits before the next attempt after one that ended with `error`.
   *
   * @throws `error` when there is to be no other attempt; in place of a timeout, the throttling that used up the time
   */
  async waitAfter(error: unknown): Promise<void> {
    if (error instanceof UpstreamTimeoutError && this.#throttling !== null) throw this.#throttling;
    this.#throttling = error instanceof UpstreamThrottledError ? error : null;
    if (this.#throttling !== null) this.#context.timing.countThrottled();
    const left = this.#context.deadline.remaining();
    const wait = waitBefore(++this.#waits, left);
    if (!this.#passing(error) || left < MIN_USEFUL_MS || this.#isSpent(wait)) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  #isSpent(wait: number): boolean {
    const { attempts, milliseconds, throttling } = this.#budget;
    if (this.#throttling !== null && throttling === 'waited-out') {
      this.#since = Date.now() + wait;
      return false;
    }
    this.#attempts += 1;
    return this.#attempts >= attempts || Date.now() - this.#since + wait > milliseconds;
  }
}

/**
 * Does `work`, again after what waiting cures, while the budget and the deadline let it.
 *
 * @param work sends one request; it must be safe to do twice (what this API asks changes nothing)
 * @returns what the first good attempt gives
 * @throws the last attempt's error, or as {@link Retries.waitAfter}
 * @example
 * const answer = await withRetries(() => askOnce(request, context), context);
 */
export async function withRetries<T>(work: () => Promise<T>, context: Context, options: RetryOptions = {}): Promise<T> {
  const retries = new Retries(context, options);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await retries.waitAfter(error);
    }
  }
}

/** Milliseconds; never more than half of the time that is left, so that the retry itself has some. */
function waitBefore(retry: number, remaining: number): number {
  return Math.random() * Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** retry, remaining / 2);
}
