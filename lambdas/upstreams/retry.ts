/**
 * When a request to an upstream is sent again: one policy for S3, CloudWatch and PostgreSQL.
 *
 * Waits grow with full jitter, so that those who were refused together do not come back together: before the nth retry
 * a random time between 0 and 25 ms × 2ⁿ, at most 3 s. After three refusals in a row that is 0 to 50, 0 to 100 and 0 to
 * 200 ms. Source: AWS Architecture Blog, "Exponential Backoff And Jitter"; AWS SDKs and Tools Reference Guide, "Retry
 * behavior" (which errors are worth a retry).
 */
import type { Deadline } from '../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../errors.ts';

/** How much may be spent on retries, beside the request's own deadline, which always ends them. */
export interface RetryBudget {
  /** Requests in all that may fail, throttled ones not counted. */
  attempts: number;
  /** Requests in all that may be throttled. */
  throttled_attempts: number;
  /** Milliseconds after the first request within which the last retry must begin. */
  milliseconds: number;
}

/**
 * For a single request that somebody waits for: a key, an archive's range, a metric. A fault of a second is waited out;
 * what lasts longer is told soon, not at the deadline. Two seconds are two attempts to connect to what does not answer.
 */
export const SINGLE_REQUEST: RetryBudget = { attempts: 5, throttled_attempts: 5, milliseconds: 2_000 };

/**
 * For one page of thousands: giving one up loses the whole listing, so throttling is waited out for as long as there is
 * time.
 */
export const PAGE_OF_MANY: RetryBudget = {
  attempts: 8,
  throttled_attempts: Number.POSITIVE_INFINITY,
  milliseconds: Number.POSITIVE_INFINITY,
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
  /** Told of each error that is followed by a retry, before the wait. */
  onRetry?: (error: unknown) => void;
}

/**
 * Does `work`, again after what waiting cures, while the budget and the deadline let it.
 *
 * @param work sends one request; it must be safe to do twice (what this API asks changes nothing)
 * @returns what the first good attempt gives
 * @throws the last attempt's error; UpstreamThrottledError also where the deadline cut off an attempt after a throttled
 *   one, since the throttling is what used up the time
 * @example
 * const answer = await withRetries(() => askOnce(request, context), context.deadline);
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  deadline: Deadline,
  { budget = SINGLE_REQUEST, passing = isPassing, onRetry }: RetryOptions = {},
): Promise<T> {
  const started = Date.now();
  const attempts = { throttled: 0, failed: 0 };
  let throttling: UpstreamThrottledError | null = null;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof UpstreamTimeoutError && throttling !== null) throw throttling;
      throttling = error instanceof UpstreamThrottledError ? error : null;
      if (throttling === null) attempts.failed += 1;
      else attempts.throttled += 1;
      const spent = attempts.failed >= budget.attempts || attempts.throttled >= budget.throttled_attempts;
      const wait = waitBefore(attempts.failed + attempts.throttled, deadline.remaining());
      const late = Date.now() - started + wait > budget.milliseconds;
      if (spent || late || deadline.remaining() < MIN_USEFUL_MS || !passing(error)) throw error;
      onRetry?.(error);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** Never more than half of the time that is left, so that the retry itself has some. */
function waitBefore(retry: number, remaining: number): number {
  return Math.random() * Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** retry, remaining / 2);
}
