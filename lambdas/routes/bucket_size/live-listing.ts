/** S3's own current answer for one bucket, within a share of the request's time. */

import { Deadline } from '../../context.ts';
import { UpstreamFailedError } from '../../errors.ts';
import type { Bucket } from '../../settings.ts';
import type { ListingResult } from '../../upstreams/s3/listing/listing.ts';
import type { ListingPosition } from '../../upstreams/s3/listing/ranges.ts';
import type { ListingRequest } from '../../upstreams/s3/listing/request.ts';
import { type CountRules, Tally } from '../../upstreams/s3/listing/tally.ts';
import { utc } from '../../utc.ts';

export interface ListingSource {
  list(request: ListingRequest, position: ListingPosition | null, deadline: Deadline): Promise<ListingResult>;
}

/** Where a listing was cut; travels in the cursor. */
export interface ListingState {
  what: ListingRequest['what'];
  /** When it began. */
  as_of: string;
  position: ListingPosition;
}

export interface LiveListing {
  what: ListingRequest['what'];
  as_of: string;
  tally: Tally;
  /** What is left; `null`: complete. */
  rest: ListingState | null;
}

/** A cursor may have 6,000 characters of base64; the rest of it is small. */
const POSITION_BYTES = 4_000;
/** Left for the answer itself: a tenth of the time, at most a second. */
const ANSWER_SHARE = 0.1;
const ANSWER_MS = 1_000;

/** When to stop listing so that the answer is still in time. */
export function listingDeadline(deadline: Deadline): Deadline {
  return new Deadline(deadline.at - Math.min(ANSWER_MS, deadline.remaining() * ANSWER_SHARE));
}

/**
 * Lists a bucket, or goes on with a listing.
 *
 * `versions` wants noncurrent versions and delete markers counted too; where the function may not see them, the
 * current objects are listed alone, and `what` says so.
 */
export async function listLive(
  bucket: Bucket,
  rules: CountRules | null,
  what: ListingRequest['what'],
  state: ListingState | null,
  deadline: Deadline,
  source: ListingSource,
): Promise<LiveListing> {
  const as_of = state?.as_of ?? utc(new Date());
  if (rules === null) return { what, as_of, tally: new Tally(), rest: null };
  const request = { bucket: bucket.bucket, region: bucket.region, what: state?.what ?? what, rules };
  try {
    const result = await source.list({ ...request, position_bytes: POSITION_BYTES }, state?.position ?? null, deadline);
    const { tally, position } = result;
    const rest = position === null ? null : { what: request.what, as_of, position };
    return { what: request.what, as_of, tally, rest };
  } catch (error) {
    const hidden = error instanceof UpstreamFailedError && error.reason === 'access-denied';
    if (!hidden || request.what === 'objects' || state !== null) throw error;
    return listLive(bucket, rules, 'objects', null, deadline, source);
  }
}
