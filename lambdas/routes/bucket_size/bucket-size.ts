/** How big an environment's buckets are: CloudWatch's daily figures, S3's answer of now, or both and why they differ. */

import type { Bucket } from '../../environment-settings.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import type { Fault } from '../../faults.ts';
import type { RunningQuery } from '../../inventory/query.ts';
import { InvalidCursorError } from '../../request-errors.ts';
import type { AnswerOf } from '../../route.ts';
import { BucketReader } from './bucket-reader.ts';
import type { BucketRow } from './bucket-row.ts';
import { type BucketSizeParameters, chosenBuckets, refuseWhatDoesNotApply } from './chosen-buckets.ts';
import { type ListingState, listingDeadline } from './live-listing.ts';
import type { route } from './route.ts';
import type { Upstreams } from './upstreams.ts';

type Body = AnswerOf<typeof route>;
type Total = Body['total'];

/** What the cursor of this route carries. */
export interface Position {
  /** The bucket to go on with. */
  bucket: string;
  /** Of the buckets before it. */
  total: Total;
  /** Its listing, where that was cut. */
  listing: ListingState | null;
  /** The query over its inventory report, where that is still running. */
  query?: RunningQuery;
}

/** CloudWatch has a new point once a day, S3 a report; an hour more on its age changes nothing. */
const METRICS_MAX_AGE_S = 3_600;
/** A listing is of now, and costs a request for each 1,000 keys. */
const LISTING_MAX_AGE_S = 60;
const DAY_MS = 86_400_000;

/**
 * One page of the environment's buckets, in the order of the configuration.
 *
 * Each request does something for good: its first bucket ends with figures, with a fault, or further than it was. A later
 * one for which no time was left is not in the answer; the next page begins with it.
 *
 * @throws UnknownBucketError, InvalidParameterError, InvalidCursorError; an upstream's fault is its bucket's own
 */
export async function bucketSize(
  request: EnvironmentRequest<BucketSizeParameters, Position>,
  upstreams: Upstreams,
): Promise<Answer<Body, Position>> {
  const { parameters, position, limit } = request;
  const buckets = chosenBuckets(request.environment.buckets ?? [], parameters.bucket);
  refuseWhatDoesNotApply(parameters, buckets);
  const first = position === null ? 0 : buckets.findIndex(({ bucket }) => bucket === position.bucket);
  if (first < 0) throw new InvalidCursorError();
  const page = buckets.slice(first, first + limit);
  const deadline = listingDeadline(request.deadline);
  const reader = await BucketReader.open(page, parameters, upstreams, deadline);

  const rows: BucketRow[] = [];
  const faults: Fault[] = [];
  let total = position?.total ?? { size_bytes: 0, object_count: 0 };
  let next = positionAt(buckets[first + limit], total, null);
  for (const [i, bucket] of page.entries()) {
    const outOfTime = i > 0 && deadline.remaining() === 0;
    const before = i === 0 ? position : null;
    const outcome = outOfTime ? null : await reader.read(bucket, before?.listing ?? null, before?.query ?? null);
    if (outcome !== null) faults.push(...outcome.faults);
    if (outcome === null || (i > 0 && outcome.unread)) {
      next = positionAt(bucket, total, null);
      break;
    }
    rows.push(outcome.row);
    const isCut = outcome.rest !== null || outcome.query !== null;
    if (isCut) next = positionAt(bucket, total, outcome.rest, outcome.query);
    total = withRow(total, outcome.row);
    if (isCut) break;
    next = positionAt(buckets[first + limit], total, null);
  }
  return answerOf(request.environment.name, rows, total, next, faults);
}

/** @param bucket `undefined` after the last one */
function positionAt(
  bucket: Bucket | undefined,
  total: Total,
  listing: ListingState | null,
  query: RunningQuery | null = null,
): Position | null {
  return bucket === undefined ? null : { bucket: bucket.bucket, total, listing, ...(query !== null && { query }) };
}

/** A sum with a part that is not known is not known: `null` from there on. */
function withRow(total: Total, row: BucketRow): Total {
  const sum = (before: number | null, figure: number | null) =>
    before === null || figure === null ? null : before + figure;
  return {
    size_bytes: sum(total.size_bytes, row.size_bytes),
    object_count: sum(total.object_count, row.object_count),
  };
}

/** The page with what caches need to know of it: an incomplete answer is not kept, as the next one may be whole. */
function answerOf(
  environment: string,
  buckets: BucketRow[],
  total: Total,
  next: Position | null,
  faults: Fault[],
): Answer<Body, Position> {
  const complete = buckets.every((row) => row.complete);
  const times = buckets.flatMap((row) => [row.as_of, row.listing?.as_of ?? null]).filter((time) => time !== null);
  const isDaily = buckets.every((row) => row.source === 'metrics' && row.listing === null && row.as_of !== null);
  const isReported = buckets.every((row) => row.source === 'inventory');
  const newest = times.toSorted().at(-1) ?? null;
  const oldest = times.toSorted()[0];
  const answer: Answer<Body, Position> = {
    body: { environment, buckets, total, complete },
    next,
    as_of: newest,
    revision: JSON.stringify([times, total, buckets.map((row) => [row.complete, row.error, row.inventory?.as_of])]),
    max_age: complete ? (isDaily || isReported ? METRICS_MAX_AGE_S : LISTING_MAX_AGE_S) : 0,
    faults,
  };
  // The next point of a daily metric is dated a day later and cannot be there before.
  const fresh_until = oldest === undefined ? null : new Date(Date.parse(oldest) + DAY_MS).toISOString();
  return isDaily && complete && fresh_until !== null ? { ...answer, fresh_until } : answer;
}
