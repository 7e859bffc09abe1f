/** S3's own current answer for one bucket, within a share of the request's time. */

import { Deadline } from '../../context.ts';
import type { Bucket } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { ListingResult } from '../../upstreams/s3/listing/listing.ts';
import type { ListingPosition } from '../../upstreams/s3/listing/position.ts';
import type { ListingRequest } from '../../upstreams/s3/listing/request.ts';
import { type CountRules, Tally } from '../../upstreams/s3/listing/tally.ts';
import { utc } from '../../utc.ts';

export interface ListingSource {
  /** @throws when not one page of the bucket could be read, now or earlier */
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
  /** `objects` where versions were asked for: the function may not see them. */
  what: ListingRequest['what'];
  as_of: string;
  tally: Tally;
  /** What is left; `null`: complete. */
  rest: ListingState | null;
  /** Why this request got no further, where it was not its time alone. */
  interruption: Error | null;
}

/** A cursor may have 6,000 characters of base64; the rest of it is small. */
const MAX_POSITION_BYTES = 4_000;
/** Left for the answer itself: a tenth of the time, at most a second. */
const ANSWER_SHARE = 0.1;
const MAX_ANSWER_MS = 1_000;

/** When to stop listing so that the answer is still in time. */
export function listingDeadline(deadline: Deadline): Deadline {
  return new Deadline(deadline.at - Math.min(MAX_ANSWER_MS, deadline.remaining() * ANSWER_SHARE));
}

/** A complete listing for a cursor: no range is left of it, so going on with it gives the same sums and asks nothing. */
export function finishedState({ what, as_of, tally }: LiveListing): ListingState {
  return { what, as_of, position: { ranges: [], tally: tally.state(), prefixes: [] } };
}

/** Lists buckets one after the other within one deadline. */
export class LiveLister {
  readonly #source: ListingSource;
  readonly #deadline: Deadline;

  constructor(source: ListingSource, deadline: Deadline) {
    this.#source = source;
    this.#deadline = deadline;
  }

  /**
   * Lists what `rules` count of a bucket (`null`: nothing can), or goes on where `state` was cut.
   *
   * `versions` counts noncurrent versions and delete markers too; where the function may not see them, the current
   * objects are listed alone, and `what` says so.
   *
   * @throws what {@link ListingSource.list} throws
   */
  async list(
    bucket: Bucket,
    rules: CountRules | null,
    what: ListingRequest['what'],
    state: ListingState | null,
  ): Promise<LiveListing> {
    const as_of = state?.as_of ?? utc(new Date());
    if (rules === null) return { what, as_of, tally: new Tally(), rest: null, interruption: null };
    const request: ListingRequest = {
      bucket: bucket.bucket,
      region: bucket.region,
      reader: bucket.reader,
      what: state?.what ?? what,
      rules,
      position_bytes: MAX_POSITION_BYTES,
    };
    try {
      const result = await this.#source.list(request, state?.position ?? null, this.#deadline);
      const { tally, position, interruption } = result;
      const rest = position === null ? null : { what: request.what, as_of, position };
      return { what: request.what, as_of, tally, rest, interruption };
    } catch (error) {
      const hidden = error instanceof UpstreamFailedError && error.reason === 'access-denied';
      if (!hidden || request.what === 'objects' || state !== null) throw error;
      return this.list(bucket, rules, 'objects', null);
    }
  }
}
