/** The history of buckets as rows of a file: a bucket and a day each. */
import type { Bucket } from '@mrt/client';
import type { CsvRow } from '../../words/csv-text.ts';

/** Bytes by storage type have CloudWatch's own names, in columns of their own. A day without a point has no row. */
export function bucketDays(buckets: readonly Bucket[]): CsvRow[] {
  return buckets.flatMap(({ bucket, prefix, history }) =>
    (history ?? []).map(({ date, size_bytes, object_count, by_storage_type }) => ({
      ...{ bucket, prefix, date, size_bytes, object_count },
      ...by_storage_type,
    })),
  );
}
