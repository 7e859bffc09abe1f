/** Why CloudWatch's figure and a listing's are not the same. */
import type { Tally } from '../../upstreams/s3/listing/tally.ts';
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import type { BucketMetrics } from './metrics.ts';

export interface Part {
  what: 'noncurrent_versions' | 'delete_markers' | 'unfinished_uploads' | 'storage_overhead' | 'unexplained';
  size_bytes: number | null;
  object_count: number | null;
  complete: boolean;
}

export interface Difference {
  /** Metrics less listing. */
  size_bytes: number;
  object_count: number | null;
  parts: Part[];
}

/**
 * The difference and its parts. What remains is unexplained: writes between the two times, and what permissions hid.
 *
 * @param versions whether the listing could see noncurrent versions
 */
export function differenceOf(
  metrics: BucketMetrics,
  tally: Tally,
  versions: boolean,
  uploads: UnfinishedUploads,
): Difference | null {
  if (metrics.newest === null) return null;
  const size_bytes = metrics.newest.size_bytes - tally.current.bytes;
  const object_count =
    metrics.newest.object_count === null ? null : metrics.newest.object_count - tally.current.objects;
  const overhead = metrics.storage_types.reduce((sum, type) => sum + (type.overhead ? type.size_bytes : 0), 0);
  const { noncurrent, deleteMarkers } = tally;
  const known: Part[] = [
    versions
      ? { what: 'noncurrent_versions', size_bytes: noncurrent.bytes, object_count: noncurrent.objects, complete: true }
      : { what: 'noncurrent_versions', size_bytes: null, object_count: null, complete: false },
    { what: 'delete_markers', size_bytes: 0, object_count: versions ? deleteMarkers : null, complete: versions },
    { what: 'unfinished_uploads', ...uploads },
    { what: 'storage_overhead', size_bytes: overhead, object_count: 0, complete: true },
  ];
  const unexplained: Part = {
    what: 'unexplained',
    size_bytes: known.reduce((left, part) => left - (part.size_bytes ?? 0), size_bytes),
    object_count:
      object_count === null ? null : known.reduce((left, part) => left - (part.object_count ?? 0), object_count),
    complete: known.every((part) => part.complete),
  };
  return { size_bytes, object_count, parts: [...known, unexplained] };
}
