/** How long a request may take. */
import { Deadline } from '../context.ts';
import { UpstreamTimeoutError } from '../errors.ts';
import type { HttpRequest } from './event.ts';

const DEFAULT_S = 25;
/** A domain that overlooks its deadline is given up this long after it. */
const GRACE_MS = 500;

/** The least of 25 s, `budget_s`, Prometheus's scrape timeout less one, and what Lambda has left. */
export function deadlineOf(http: HttpRequest, budget_s: number | null, latest: number, now: number): Deadline {
  const scrape = Number(http.header('x-prometheus-scrape-timeout-seconds')) - 1;
  const seconds = Math.min(DEFAULT_S, budget_s ?? DEFAULT_S, scrape > 0 ? scrape : DEFAULT_S);
  return new Deadline(Math.min(now + seconds * 1000, latest));
}

/** The result of `work`. @throws UpstreamTimeoutError when it goes on past its deadline */
export async function withinDeadline<T>(work: Promise<T>, deadline: Deadline): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UpstreamTimeoutError('the request')), deadline.remaining() + GRACE_MS);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
