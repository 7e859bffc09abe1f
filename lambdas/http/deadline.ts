/** How long a request may take. API Gateway gives an HTTP API's integration 30 s (developer guide, "Quotas"). */
import { Deadline } from '../context.ts';
import { UpstreamTimeoutError } from '../upstream-errors.ts';
import type { HttpRequest } from './event.ts';

/** Leaves room for a cold start, for the answer's way back, and for what a domain overlooks. */
const MAX_SECONDS = 25;
/** A domain that overlooks its deadline is given up this long after it was noticed here. */
const GRACE_MS = 500;

/**
 * The least of 25 s, `budget_s`, Prometheus's scrape timeout less one, and what Lambda has left.
 *
 * With `budget_s=20` and `X-Prometheus-Scrape-Timeout-Seconds: 10` that is 9 s: an answer at the tenth second would be
 * thrown away by Prometheus.
 *
 * @param latest when the function itself must be done, and `now`: milliseconds since the epoch
 */
export function deadlineOf(http: HttpRequest, budget_s: number | null, latest: number, now: number): Deadline {
  const scrape = Number(http.header('x-prometheus-scrape-timeout-seconds')) - 1;
  const seconds = Math.min(MAX_SECONDS, budget_s ?? MAX_SECONDS, scrape > 0 ? scrape : MAX_SECONDS);
  return new Deadline(Math.min(now + seconds * 1000, latest));
}

/**
 * The result of `work`, which is left alone when it goes on too long: a function answers one request at a time.
 *
 * The half second begins when this process notices the deadline. Where it got no processor from 0.9 s to 1.7 s, the domain
 * hears of a deadline at 1.0 s no sooner than 1.7 s, and its answer with what it has counted is worth waiting for.
 *
 * @throws UpstreamTimeoutError half a second past the deadline; whatever `work` throws before
 */
export async function withinDeadline<T>(work: Promise<T>, deadline: Deadline): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timer = setTimeout(() => reject(new UpstreamTimeoutError('the request')), GRACE_MS);
    }, deadline.remaining());
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
