/** Why CloudWatch's figure is not that of a listing, or of an inventory report. */
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import type { Difference } from './bucket-row.ts';
import type { Day } from './daily-figures.ts';
import type { LiveListing } from './live-listing.ts';
import type { BucketMetrics } from './metrics.ts';

type Part = Difference['parts'][number];

/** Objects and their bytes. */
export interface Figures {
  size_bytes: number;
  object_count: number;
}

/** What the metrics are compared with: who counts current objects by themselves. */
export interface CountedObjects {
  current: Figures;
  /** Or the reason why they are not known. */
  noncurrent: Figures | string;
  /** As `noncurrent`; they have no bytes. */
  delete_markers: Figures | string;
}

/** What the two figures and their difference are made from. */
export interface DifferenceSources extends Pick<BucketMetrics, 'storage_types'> {
  newest: Day;
  counted: CountedObjects;
  /** Their sum, or why there is none. */
  uploads: UnfinishedUploads | { reason: string };
}

/** What a complete listing has counted; without versions where the function may not see them. */
export function countedByListing({ what, tally: { current, noncurrent, deleteMarkers } }: LiveListing): CountedObjects {
  const hidden = what === 'versions' ? null : 'access-denied';
  return {
    current: { size_bytes: current.bytes, object_count: current.objects },
    noncurrent: hidden ?? { size_bytes: noncurrent.bytes, object_count: noncurrent.objects },
    delete_markers: hidden ?? { size_bytes: 0, object_count: deleteMarkers },
  };
}

/**
 * Metrics less what was counted, and what the difference is made of. What remains is unexplained: writes between the two
 * times.
 *
 * With 1,000 bytes in the metrics, 700 listed, 250 in noncurrent versions and 40 in unfinished uploads, the difference
 * is 300 and 10 are unexplained. Where one part is not known, neither is what remains.
 */
export function differenceOf({ newest, storage_types, counted, uploads }: DifferenceSources): Difference {
  const size_bytes = newest.size_bytes - counted.current.size_bytes;
  const object_count = newest.object_count === null ? null : newest.object_count - counted.current.object_count;
  const overhead = storage_types.reduce((sum, type) => sum + (type.overhead ? type.size_bytes : 0), 0);
  const parts = [
    part('noncurrent_versions', counted.noncurrent),
    part('delete_markers', counted.delete_markers),
    part('unfinished_uploads', 'reason' in uploads ? uploads.reason : uploads),
    part('storage_overhead', { size_bytes: overhead, object_count: 0 }),
  ];
  return { size_bytes, object_count, parts: [...parts, unexplained(size_bytes, object_count, parts)] };
}

/** @param figures what is known of it, or the reason why nothing is */
function part(what: Part['what'], figures: string | Figures): Part {
  return typeof figures === 'string'
    ? { what, size_bytes: null, object_count: null, complete: false, reason: figures }
    : { what, ...figures, complete: true, reason: null };
}

function unexplained(size_bytes: number, object_count: number | null, parts: readonly Part[]): Part {
  const left = (total: number | null, figures: (number | null)[]) =>
    figures.reduce((rest, figure) => (rest === null || figure === null ? null : rest - figure), total);
  const complete = parts.every((known) => known.complete);
  return {
    what: 'unexplained',
    size_bytes: left(
      size_bytes,
      parts.map((known) => known.size_bytes),
    ),
    object_count: left(
      object_count,
      parts.map((known) => known.object_count),
    ),
    complete,
    reason: complete ? null : 'part-missing',
  };
}
