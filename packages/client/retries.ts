/** Which errors are worth another request, after which wait, and when it is enough. */
import { ConnectionError, GatewayError, type MrtError, ProblemError, TokenError } from './errors.ts';

/** How often and how long one request may be tried. */
export interface Retries {
  /** Requests in all, the first one included. Default 4; 1 never repeats. */
  attempts?: number;
  /** Seconds of waiting in all. Default 30. A `Retry-After` that is longer than what is left ends it at once. */
  budgetSeconds?: number;
}

/** A wait that is about to begin. */
export interface Retry {
  /** Requests so far. */
  attempt: number;
  waitSeconds: number;
  /** What the wait is for. */
  error: MrtError;
}

/** Before the first repetition at most; doubled with each, up to the next. */
const MAX_FIRST_WAIT_SECONDS = 0.4;
const MAX_WAIT_SECONDS = 8;

/** Of answers without a problem: the gateway's own, and those of proxies. All of them pass. */
const PASSING_STATUSES: readonly number[] = [429, 500, 502, 503, 504];

/** The repetitions of one request. */
export class RetryBudget {
  readonly #attempts: number;
  #seconds: number;
  #attempt = 0;

  constructor({ attempts = 4, budgetSeconds = 30 }: Retries = {}) {
    this.#attempts = attempts;
    this.#seconds = budgetSeconds;
  }

  /**
   * What to wait for before the next request; `null`: there is to be none.
   *
   * Waits are drawn between half of the bound and the bound, so that many clients do not come back together, and are
   * never shorter than `Retry-After`: the second of three with `Retry-After: 5` waits 5 s, without one 0.4 to 0.8 s.
   */
  next(error: MrtError): Retry | null {
    this.#attempt += 1;
    if (this.#attempt >= this.#attempts || !isPassing(error)) return null;
    const bound = Math.min(MAX_WAIT_SECONDS, MAX_FIRST_WAIT_SECONDS * 2 ** (this.#attempt - 1));
    const waitSeconds = Math.max(bound * (0.5 + Math.random() / 2), retryAfterOf(error));
    if (waitSeconds > this.#seconds) return null;
    this.#seconds -= waitSeconds;
    return { attempt: this.#attempt, waitSeconds, error };
  }
}

/** Whether waiting may cure it. A problem says so by `Retry-After`; other refusals stay what they are. */
function isPassing(error: MrtError): boolean {
  if (error instanceof ConnectionError) return true;
  if (error instanceof GatewayError) return PASSING_STATUSES.includes(error.status);
  if (error instanceof TokenError) return error.status === null || PASSING_STATUSES.includes(error.status);
  return error instanceof ProblemError && error.retryAfterSeconds !== null;
}

function retryAfterOf(error: MrtError): number {
  return (error instanceof GatewayError || error instanceof ProblemError ? error.retryAfterSeconds : null) ?? 0;
}

/** @throws the signal's reason as soon as it is aborted */
export function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}
