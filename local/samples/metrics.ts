/**
 * What CloudWatch knows of the sample buckets and databases.
 * The daily storage metrics are counted from the buckets themselves, so that they agree with a listing to the byte.
 * Source: S3 user guide, "Amazon S3 daily storage metrics for buckets in CloudWatch".
 */
import type { Metric, Point } from '@mrt/local-aws/cloudwatch/metric.ts';
import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import type { Bucket, Store } from '@mrt/local-aws/s3/store.ts';
import { airflowMetrics } from './airflow-metrics.ts';
import { startOfDay } from './files.ts';

const DAY = 86_400_000;
const HISTORY_DAYS = 90;

/** Days before the newest point for which the metrics of `shop-prod-files` never came. */
const GAPS: ReadonlySet<number> = new Set([17, 18, 41, 63]);

/**
 * Points that never came of one series of a bucket, in days before its newest: CloudWatch promises none. A day without
 * one of its storage types is left out of `history`, and one that is late moves `as_of` back.
 */
const HOLES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'shop-prod-files': { GlacierStorage: [9], StandardIAStorage: [24, 25] },
  'depot-prod-files': { AllStorageTypes: [0] },
};

/** What CloudWatch has of the buckets of `store` and of the sample databases. */
export function sampleMetrics(store: Store): Metric[] {
  return [
    ...airflowMetrics(),
    ...[...store.values()].flatMap(storageMetrics),
    freeStorage('shop-prod-db', 21_474_836_480, 60_000_000),
    freeStorage('shop-acc-db', 8_589_934_592, 2_000_000),
    freeStorage('banks-db', 12_884_901_888, 5_000_000),
  ];
}

/** Something that takes room in a bucket from a moment on. */
interface Holding {
  since: number;
  bytes: number;
  storage_class: string;
}

/** Daily, dated midnight UTC, and a day late: S3 publishes them with a delay. */
function storageMetrics(bucket: Bucket): Metric[] {
  const held = holdings(bucket);
  if (held.length === 0) return [];
  const byType = new Map<string, { since: number; bytes: number }[]>();
  for (const { since, bytes, storage_class } of held) {
    for (const [type, share] of storageTypes(storage_class, bytes)) {
      const shares = byType.get(type) ?? [];
      shares.push({ since, bytes: share });
      byType.set(type, shares);
    }
  }
  const gaps = bucket.name === 'shop-prod-files' ? GAPS : new Set<number>();
  const gapsOf = (type: string) => new Set([...gaps, ...(HOLES[bucket.name]?.[type] ?? [])]);
  const metric = (name: string, type: string, unit: string, points: Metric['points']): Metric => ({
    namespace: 'AWS/S3',
    name,
    unit,
    points,
    dimensions: { BucketName: bucket.name, StorageType: type },
  });
  const metrics = [...byType].map(([type, shares]) => {
    const bytes = growing(shares);
    return metric('BucketSizeBytes', type, 'Bytes', (from, to) => daily(bytes, gapsOf(type), from, to));
  });
  const count = growing(held.map(({ since }) => ({ since, bytes: 1 })));
  const countGaps = gapsOf('AllStorageTypes');
  metrics.push(metric('NumberOfObjects', 'AllStorageTypes', 'Count', (from, to) => daily(count, countGaps, from, to)));
  if (bucket.name === 'shop-prod-files') {
    // A storage class that was given up a month ago: ListMetrics has forgotten it, its history is still there.
    metrics.push(
      metric('BucketSizeBytes', 'ReducedRedundancyStorage', 'Bytes', (from, to) =>
        daily(() => 52_428_800, gaps, from, Math.min(to, newestDay() - 30 * DAY)),
      ),
    );
  }
  return metrics;
}

/** Current objects, older versions, delete markers and parts of unfinished uploads, as AWS counts them. */
function holdings(bucket: Bucket): Holding[] {
  const held: Holding[] = [];
  const versions = bucket.versions();
  for (let index = 0; index < versions.length; index++) {
    const version = versions.at(index);
    if (version === undefined) continue;
    const { size, last_modified, storage_class, delete_marker } = version;
    held.push({ since: last_modified.getTime(), bytes: delete_marker ? 0 : size, storage_class });
  }
  for (const { storage_class, parts } of bucket.uploads) {
    held.push(
      ...parts.map(({ size, last_modified }) => ({ since: last_modified.getTime(), bytes: size, storage_class })),
    );
  }
  return held;
}

const IA_MINIMUM = 131_072;

/**
 * The storage types under which an object of a class is counted, with the bytes of each.
 * Small objects in Infrequent Access are billed as 128 KiB; each archived object carries 32 KiB of index in
 * Glacier and 8 KiB of metadata in Standard.
 */
function storageTypes(storageClass: string, bytes: number): [string, number][] {
  switch (storageClass) {
    case 'STANDARD':
      return [['StandardStorage', bytes]];
    case 'STANDARD_IA':
      return [
        ['StandardIAStorage', bytes],
        ...(bytes < IA_MINIMUM ? ([['StandardIASizeOverhead', IA_MINIMUM - bytes]] as [string, number][]) : []),
      ];
    case 'GLACIER':
      return [
        ['GlacierStorage', bytes],
        ['GlacierObjectOverhead', 32_768],
        ['GlacierS3ObjectOverhead', 8192],
      ];
    default:
      throw new Error(`no storage type is known for ${storageClass}`);
  }
}

/** Daily points; none for a day before anything was there. */
function daily(total: (at: number) => number | null, gaps: ReadonlySet<number>, from: number, to: number): Point[] {
  const newest = newestDay();
  const points: Point[] = [];
  for (let age = HISTORY_DAYS - 1; age >= 0; age--) {
    const at = newest - age * DAY;
    const value = at < from || at >= to || gaps.has(age) ? null : total(at);
    if (value !== null) points.push({ at, value });
  }
  return points;
}

/** The sum of what there was before a moment, `null` for nothing; summed up once, as each request asks for many days. */
function growing(shares: readonly { since: number; bytes: number }[]): (at: number) => number | null {
  const ordered = shares.toSorted((a, b) => a.since - b.since);
  let sum = 0;
  const sums = ordered.map(({ bytes }) => {
    sum += bytes;
    return sum;
  });
  return (at) => {
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ordered[middle]?.since ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return sums[low - 1] ?? null;
  };
}

function newestDay(): number {
  return startOfDay(new Date()).getTime() - DAY;
}

/** `AWS/RDS` every minute: falls by `perDay` bytes a day, with a little noise. */
function freeStorage(instance: string, bytes: number, perDay: number): Metric {
  const noise = new Random(instance).between(1, 1000);
  return {
    namespace: 'AWS/RDS',
    name: 'FreeStorageSpace',
    unit: 'Bytes',
    dimensions: { DBInstanceIdentifier: instance },
    points(from, to) {
      const points: Point[] = [];
      const newest = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
      const oldest = newest - 15 * DAY;
      for (let at = Math.ceil(Math.max(from, oldest) / 60_000) * 60_000; at < to && at <= newest; at += 60_000) {
        const wave = Math.round(Math.sin((at / 60_000 + noise) / 7) * 1000) * 4096;
        points.push({ at, value: bytes + Math.round(((newest - at) / DAY) * perDay) + wave });
      }
      return points;
    },
  };
}
