/** One bucket of the answer. */

import { type PartProblem, partProblem } from '../../faults.ts';
import { PROBLEMS } from '../../problems.ts';
import type { AnswerOf } from '../../route.ts';
import type { Bucket } from '../../settings.ts';
import { compareKeys } from '../../upstreams/s3/listing/key-space.ts';
import { isUnfinished } from '../../upstreams/s3/listing/ranges.ts';
import type { Tally } from '../../upstreams/s3/listing/tally.ts';
import type { Difference } from './difference.ts';
import type { LiveListing } from './live-listing.ts';
import type { BucketMetrics } from './metrics.ts';
import type { route } from './route.ts';

export type BucketRow = AnswerOf<typeof route>['buckets'][number];
type RowProblem = PartProblem;

/** CloudWatch has no prefixes: its figure would show the neighbours' files as the environment's. */
const { status, title, advice } = PROBLEMS['metrics-cover-whole-bucket'];
export const METRICS_COVER_WHOLE_BUCKET: RowProblem = {
  type: '/problems/metrics-cover-whole-bucket',
  title,
  status,
  detail: advice,
};

function emptyRow(bucket: Bucket, source: BucketRow['source']): BucketRow {
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
    listing: null,
    difference: null,
    error: null,
  };
}

export function failedRow(bucket: Bucket, source: BucketRow['source'], error: RowProblem): BucketRow {
  return { ...emptyRow(bucket, source), error };
}

export function metricsRow(bucket: Bucket, metrics: BucketMetrics | Error, history: boolean): BucketRow {
  if (metrics instanceof Error) return failedRow(bucket, 'metrics', partProblem(metrics));
  return {
    ...emptyRow(bucket, 'metrics'),
    size_bytes: metrics.newest?.size_bytes ?? null,
    object_count: metrics.newest?.object_count ?? null,
    as_of: metrics.as_of,
    complete: true,
    storage_types: metrics.storage_types,
    history: history ? metrics.history : null,
    growth: metrics.growth,
  };
}

export function listingRow(bucket: Bucket, prefix: string | null, depth: number, listing: LiveListing): BucketRow {
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
    prefixes: depth === 0 ? null : finishedPrefixes(tally, listing),
  };
}

function finishedPrefixes(tally: Tally, { rest }: LiveListing): NonNullable<BucketRow['prefixes']> {
  return [...tally.prefixes]
    .filter(([prefix]) => !isUnfinished(prefix, rest?.position ?? null))
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([prefix, { bytes, objects }]) => ({ prefix, size_bytes: bytes, object_count: objects }));
}

/** A bucket's metrics with a listing beside them. */
export function bothRow(row: BucketRow, listing: LiveListing, difference: Difference | null): BucketRow {
  const { tally, as_of, rest } = listing;
  const complete = rest === null;
  return {
    ...row,
    listing: { size_bytes: tally.current.bytes, object_count: tally.current.objects, as_of, complete },
    difference,
    complete: row.complete && complete && (difference?.parts.every((part) => part.complete) ?? true),
  };
}
