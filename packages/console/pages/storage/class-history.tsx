/** The history of a bucket by storage class. */
import type { Bucket } from '@mrt/client';
import { PartsBar } from '../../charts/bar.tsx';
import { Trend } from '../../charts/trend.tsx';
import { bytes, roundBytes } from '../../words/numbers.ts';
import { storageWords } from './storage-words.ts';

export function ClassHistory({ bucket: { bucket, history, storage_types } }: { bucket: Bucket }) {
  const parts = storage_types.toSorted((one, other) => other.size_bytes - one.size_bytes);
  const series = parts.map(({ storage_type, storage_class }) => storage_type ?? storage_class ?? 'not known');
  const points = (history ?? []).map(({ date, by_storage_type }) => ({ date, values: by_storage_type }));
  if (parts.length === 0) return null;
  return (
    <>
      <h3>By storage class</h3>
      {points.length < 2 || parts.length < 2 ? null : (
        <Trend
          label={`${bucket} by storage class from ${points[0]?.date} to ${points.at(-1)?.date}`}
          points={points}
          series={series}
          format={roundBytes}
          stacked
        />
      )}
      <PartsBar
        label="Storage classes"
        parts={parts.map(({ storage_type, storage_class, overhead, size_bytes }) => ({
          name: `${storageWords(storage_type ?? storage_class ?? 'not known')}${overhead ? ', billed on top' : ''}`,
          value: size_bytes,
          text: bytes(size_bytes),
        }))}
      />
    </>
  );
}
