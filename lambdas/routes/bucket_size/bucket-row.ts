/** One bucket of the answer. */

import type { Bucket } from '../../environment-settings.ts';
import { type PartProblem, partProblem } from '../../faults.ts';
import { PROBLEMS } from '../../problems.ts';
import type { AnswerOf } from '../../route.ts';
import { InventoryUnavailableError } from '../../upstream-errors.ts';
import { isUnfinished } from '../../upstreams/s3/listing/position.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import type { LiveListing } from './live-listing.ts';
import type { BucketMetrics } from './metrics.ts';
import type { route } from './route.ts';

/** As it goes out; what each field means stands in `route.ts`. */
export type BucketRow = AnswerOf<typeof route>['buckets'][number];
/** As it goes out; what each field means stands in `route.ts`. */
export type Difference = NonNullable<BucketRow['difference']>;

/** CloudWatch has no prefixes: its figure would show the neighbours' files as the environment's. */
const { status, title, advice } = PROBLEMS['metrics-cover-whole-bucket'];
export const METRICS_COVER_WHOLE_BUCKET: PartProblem = {
  type: '/problems/metrics-cover-whole-bucket',
  title,
  status,
  detail: advice,
};

/** Of a bucket whose reports are nowhere configured. */
export const NO_INVENTORY: PartProblem = partProblem(new InventoryUnavailableError('not-configured'));

/** All fields of a row, with nothing known. */
export function emptyRow(bucket: Bucket, source: BucketRow['source']): BucketRow {
  return {
    bucket: bucket.bucket,
    region: bucket.region,
    prefix: bucket.prefix,
    size_bytes: null,
    object_count: null,
    source,
    as_of: null,
    complete: false,
    storage_types: [],
    history: null,
    growth: null,
    prefixes: null,
    ...(bucket.inventory !== undefined && { report: { schedule: bucket.inventory.schedule } }),
    inventory: null,
    listing: null,
    difference: null,
    inventory_difference: null,
    error: null,
  };
}

/** Nothing is known of the bucket, and `error` says why. */
export function failedRow(bucket: Bucket, source: BucketRow['source'], error: PartProblem): BucketRow {
  return { ...emptyRow(bucket, source), error };
}

/**
 * A bucket by its metrics.
 *
 * @param history whether days were asked for
 * @param missingCount the problem when there is a size and no number of objects
 */
export function metricsRow(
  bucket: Bucket,
  metrics: BucketMetrics,
  history: boolean,
  missingCount: PartProblem | null,
): BucketRow {
  return {
    ...emptyRow(bucket, 'metrics'),
    size_bytes: metrics.newest?.size_bytes ?? null,
    object_count: metrics.newest?.object_count ?? null,
    as_of: metrics.as_of,
    complete: missingCount === null,
    storage_types: metrics.storage_types,
    history: history ? metrics.history : null,
    growth: metrics.growth,
    error: missingCount,
  };
}

/**
 * A bucket, or a share of it, by a listing. While the listing goes on, its sums are a lower bound.
 *
 * @param prefix what all keys counted begin with; `null`: the whole bucket
 * @param interruption the problem when the listing got no further than before
 */
export function listingRow(
  bucket: Bucket,
  prefix: string | null,
  depth: number,
  listing: LiveListing,
  interruption: PartProblem | null,
): BucketRow {
  const { tally, as_of, rest } = listing;
  return {
    ...emptyRow(bucket, 'listing'),
    prefix,
    size_bytes: tally.current.bytes,
    object_count: tally.current.objects,
    as_of,
    complete: rest === null,
    storage_types: [...tally.classes]
      .map(([storage_class, { bytes }]) => ({ storage_type: null, storage_class, overhead: false, size_bytes: bytes }))
      .sort((a, b) => b.size_bytes - a.size_bytes),
    prefixes: depth === 0 ? null : finishedPrefixes(listing),
    error: interruption,
  };
}

/** In key order. A prefix into which a range that is left reaches is shown by the answer that finishes it. */
function finishedPrefixes({ tally, rest }: LiveListing): NonNullable<BucketRow['prefixes']> {
  return [...tally.prefixes]
    .filter(([prefix]) => !isUnfinished(prefix, rest?.position ?? null))
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([prefix, { bytes, objects }]) => ({ prefix, size_bytes: bytes, object_count: objects }));
}

/** A bucket's metrics with a listing beside them. The metrics' own problem, if any, comes first. */
export function bothRow(
  row: BucketRow,
  listing: LiveListing,
  difference: Difference | null,
  interruption: PartProblem | null,
): BucketRow {
  const { tally, as_of, rest } = listing;
  const complete = rest === null;
  return {
    ...row,
    listing: { size_bytes: tally.current.bytes, object_count: tally.current.objects, as_of, complete },
    difference,
    complete: row.complete && complete && (difference?.parts.every((part) => part.complete) ?? true),
    error: row.error ?? interruption,
  };
}
