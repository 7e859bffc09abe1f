/** How big an environment's buckets are: CloudWatch's daily figures, S3's answer of now, or both and why they differ. */
import type { Deadline } from '../../context.ts';
import { InvalidCursorError } from '../../errors.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import { partProblem } from '../../faults.ts';
import type { AnswerOf } from '../../route.ts';
import type { Bucket } from '../../settings.ts';
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import {
  type BucketRow,
  bothRow,
  failedRow,
  listingRow,
  METRICS_COVER_WHOLE_BUCKET,
  metricsRow,
} from './bucket-row.ts';
import { chosenBuckets, type Parameters, refuseWhatDoesNotApply, sourceOf } from './chosen-buckets.ts';
import { differenceOf } from './difference.ts';
import { type ListingSource, type ListingState, listingDeadline, listLive } from './live-listing.ts';
import { type BucketMetrics, bucketMetrics, type MetricsSource } from './metrics.ts';
import type { route } from './route.ts';
import { countRules, isShared } from './shared-bucket.ts';

type Body = AnswerOf<typeof route>;
type Total = Body['total'];

export interface Upstreams extends MetricsSource, ListingSource {
  /** Says itself whether it is complete. */
  uploads(bucket: string, region: string, deadline: Deadline): Promise<UnfinishedUploads>;
}

export interface Position {
  /** The bucket to go on with. */
  bucket: string;
  /** Of the buckets before it. */
  total: Total;
  /** Its listing, where that was cut. */
  listing: ListingState | null;
}

const METRICS_MAX_AGE_S = 3_600;
const LISTING_MAX_AGE_S = 60;
const DAY_MS = 86_400_000;

/** @throws UnknownBucketError, InvalidParameterError, InvalidCursorError; an upstream's fault is its bucket's own */
export async function bucketSize(
  request: EnvironmentRequest<Parameters, Position>,
  upstreams: Upstreams,
): Promise<Answer<Body, Position>> {
  const { parameters, position, limit } = request;
  const buckets = chosenBuckets(request.environment.buckets ?? [], parameters.bucket);
  refuseWhatDoesNotApply(parameters, buckets);
  const first = position === null ? 0 : buckets.findIndex(({ bucket }) => bucket === position.bucket);
  if (first < 0) throw new InvalidCursorError();
  const page = buckets.slice(first, first + limit);
  const metrics = await metricsOf(page, parameters, upstreams);

  const deadline = listingDeadline(request.deadline);
  const rows: BucketRow[] = [];
  let total = position?.total ?? { size_bytes: null, object_count: null };
  let next = goOn(buckets[first + limit], total, null);
  for (const [i, bucket] of page.entries()) {
    if (i > 0 && deadline.remaining() === 0) {
      next = goOn(bucket, total, null);
      break;
    }
    const state = i === 0 ? (position?.listing ?? null) : null;
    const { row, rest } = await oneBucket(bucket, parameters, metrics.get(bucket.bucket), state, deadline, upstreams);
    rows.push(row);
    const before = total;
    total = plus(total, row);
    next = rest === null ? goOn(buckets[first + limit], total, null) : goOn(bucket, before, rest);
    if (rest !== null) break;
  }
  return answerOf(request.environment.name, rows, total, next);
}

async function metricsOf(
  page: readonly Bucket[],
  parameters: Parameters,
  upstreams: Upstreams,
): Promise<Map<string, BucketMetrics | Error>> {
  const wanted = page.filter((bucket) => sourceOf(parameters, bucket) !== 'listing' && !isShared(bucket));
  const regions = Map.groupBy(wanted, ({ region }) => region);
  const found = await Promise.all(
    [...regions].map(([region, buckets]) =>
      bucketMetrics(buckets, region, parameters.days ?? 0, new Date(), upstreams).catch(
        (error: Error) => new Map(buckets.map(({ bucket }) => [bucket, error])),
      ),
    ),
  );
  return new Map(found.flatMap((one) => [...one]));
}

interface Outcome {
  row: BucketRow;
  rest: ListingState | null;
}

async function oneBucket(
  bucket: Bucket,
  parameters: Parameters,
  metrics: BucketMetrics | Error | undefined,
  state: ListingState | null,
  deadline: Deadline,
  upstreams: Upstreams,
): Promise<Outcome> {
  const source = sourceOf(parameters, bucket);
  if (source === 'listing') return listedBucket(bucket, parameters, state, deadline, upstreams);
  if (metrics === undefined) {
    return { row: failedRow(bucket, 'metrics', METRICS_COVER_WHOLE_BUCKET), rest: null };
  }
  const row = metricsRow(bucket, metrics, parameters.days !== undefined);
  return source === 'metrics' ? { row, rest: null } : comparedBucket(bucket, row, metrics, state, deadline, upstreams);
}

async function listedBucket(
  bucket: Bucket,
  parameters: Parameters,
  state: ListingState | null,
  deadline: Deadline,
  upstreams: Upstreams,
): Promise<Outcome> {
  const rules = countRules(bucket, parameters.prefix, parameters.depth);
  try {
    const listing = await listLive(bucket, rules, 'objects', state, deadline, upstreams);
    const prefix = rules?.prefix ?? parameters.prefix ?? bucket.prefix;
    return { row: listingRow(bucket, prefix || null, parameters.depth ?? 0, listing), rest: listing.rest };
  } catch (error) {
    return { row: failedRow(bucket, 'listing', partProblem(asError(error))), rest: null };
  }
}

async function comparedBucket(
  bucket: Bucket,
  row: BucketRow,
  metrics: BucketMetrics | Error,
  state: ListingState | null,
  deadline: Deadline,
  upstreams: Upstreams,
): Promise<Outcome> {
  try {
    const rules = countRules(bucket, undefined, undefined);
    const listing = await listLive(bucket, rules, 'versions', state, deadline, upstreams);
    if (listing.rest !== null || metrics instanceof Error)
      return { row: bothRow(row, listing, null), rest: listing.rest };
    const uploads = await upstreams.uploads(bucket.bucket, bucket.region, deadline);
    const difference = differenceOf(metrics, listing.tally, listing.what === 'versions', uploads);
    return { row: bothRow(row, listing, difference), rest: null };
  } catch (error) {
    return { row: { ...row, complete: false, error: row.error ?? partProblem(asError(error)) }, rest: null };
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('not an error', { cause: error });
}

function goOn(bucket: Bucket | undefined, total: Total, listing: ListingState | null): Position | null {
  return bucket === undefined ? null : { bucket: bucket.bucket, total, listing };
}

/** What is known, added up; `null` while nothing is. */
function plus(total: Total, row: BucketRow): Total {
  const sum = (a: number | null, b: number | null) => (a === null ? b : a + (b ?? 0));
  return {
    size_bytes: sum(total.size_bytes, row.size_bytes),
    object_count: sum(total.object_count, row.object_count),
  };
}

function answerOf(
  environment: string,
  buckets: BucketRow[],
  total: Total,
  next: Position | null,
): Answer<Body, Position> {
  const complete = buckets.every((row) => row.complete);
  const times = buckets.flatMap((row) => [row.as_of, row.listing?.as_of ?? null]).filter((time) => time !== null);
  const daily = buckets.every((row) => row.source === 'metrics' && row.listing === null && row.as_of !== null);
  const newest = times.toSorted().at(-1) ?? null;
  const oldest = times.toSorted()[0];
  return {
    body: { environment, buckets, total, complete },
    next,
    as_of: newest,
    revision: JSON.stringify([times, total]),
    max_age: complete ? (daily ? METRICS_MAX_AGE_S : LISTING_MAX_AGE_S) : 0,
    // The next point of a daily metric is dated a day later and cannot be there before.
    ...(daily && complete && oldest !== undefined
      ? { fresh_until: new Date(Date.parse(oldest) + DAY_MS).toISOString() }
      : {}),
  };
}
