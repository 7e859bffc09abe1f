/**
 * Sources that throttle: once a request has given up on one after all its retries, the next ones are answered at once for
 * some seconds (`outages.ts`). That spares the callers the wait, and the source the requests it has asked not to get.
 */
import { UpstreamFailedError, UpstreamThrottledError } from '../upstream-errors.ts';
import { Outages, type Verdict } from './outages.ts';

/** However soon it came: the retries before it were requests too many. */
const MIN_COSTLY_MS = 0;

/** A timeout may be the throttling's or anybody's. */
function judge(error: unknown): Verdict {
  if (error instanceof UpstreamThrottledError) return 'out';
  return error instanceof UpstreamFailedError ? 'there' : 'unknown';
}

let warm = new Outages(judge, MIN_COSTLY_MS);

/** What a cold function knows of throttling: nothing. */
export function forgetThrottling(): void {
  warm = new Outages(judge, MIN_COSTLY_MS);
}

/**
 * Does `work`, its retries included, unless the source is known to throttle.
 *
 * @param scope what is throttled as one: of S3 the bucket and the kind of request, of CloudWatch the operation
 * @param source what the error calls it
 * @throws UpstreamThrottledError at once while the source is known to throttle; whatever `work` throws
 */
export async function unlessThrottled<T>(scope: readonly string[], source: string, work: () => Promise<T>): Promise<T> {
  const key = JSON.stringify(scope);
  const isProbe = warm.admit(key, () => new UpstreamThrottledError(source, { cause: { code: 'KNOWN_OUTAGE' } }));
  try {
    return await warm.watch(key, work);
  } finally {
    if (isProbe) warm.leave(key);
  }
}
