/** What CloudWatch says of a bucket: one point a day, by storage type, with all versions and unfinished uploads. */

import { UpstreamFailedError } from '../../errors.ts';
import type { Bucket } from '../../settings.ts';
import type { MetricQuery, Period, Series } from '../../upstreams/cloudwatch/metrics.ts';
import { type Growth, growthOf } from './growth.ts';
import { isOverhead, KNOWN_STORAGE_TYPES, storageClassOf } from './storage-types.ts';

export interface MetricsSource {
  averages(queries: readonly MetricQuery[], period: Period, region: string): Promise<Series[]>;
  /** Metrics that had data in the last two weeks. */
  known(query: MetricQuery, region: string): Promise<{ dimensions: Record<string, string> }[]>;
}

export interface Day {
  date: string;
  size_bytes: number;
  object_count: number | null;
  by_storage_type: Record<string, number>;
}

export interface BucketMetrics {
  /** The newest day whose figures are all there; `null`: no data point (a new or an empty bucket). */
  newest: Day | null;
  as_of: string | null;
  storage_types: { storage_type: string; storage_class: string | null; overhead: boolean; size_bytes: number }[];
  /** Oldest first. */
  history: Day[];
  growth: Growth | null;
}

const DAY_MS = 86_400_000;
/** Enough for 30 points of growth with some gaps and the delay of the newest. */
const LEAST_DAYS = 35;
const NAMESPACE = 'AWS/S3';

/**
 * The metrics of buckets in one Region, each with `days` days of history.
 *
 * All known storage types are asked for, for ListMetrics forgets one that has been silent for two weeks; it is asked
 * too, for types that are not known yet.
 */
export async function bucketMetrics(
  buckets: readonly Bucket[],
  region: string,
  days: number,
  now: Date,
  source: MetricsSource,
): Promise<Map<string, BucketMetrics | Error>> {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const from = new Date(today - Math.max(days, LEAST_DAYS) * DAY_MS);
  const period = { from, to: new Date(today + DAY_MS), seconds: 86_400 };
  const read = async (wanted: readonly Wanted[]) => {
    const series = await source.averages(wanted.map(queryOf), period, region);
    return wanted.map((one, i) => ({ ...one, series: series[i] }));
  };
  const names = buckets.map(({ bucket }) => bucket);
  const [usual, listed] = await Promise.all([
    read(names.flatMap((bucket) => [null, ...KNOWN_STORAGE_TYPES].map((type) => ({ bucket, type })))),
    Promise.all(names.map((bucket) => unusualTypes(bucket, region, source))),
  ]);
  const unusual = listed.flat();
  const all = unusual.length === 0 ? usual : [...usual, ...(await read(unusual))];
  return new Map(
    names.map((bucket) => [
      bucket,
      metricsOf(
        all.filter((one) => one.bucket === bucket),
        today - days * DAY_MS,
      ),
    ]),
  );
}

/** One series: a storage type's bytes, or with `null` the number of objects. */
interface Wanted {
  bucket: string;
  type: string | null;
}

function queryOf({ bucket, type }: Wanted): MetricQuery {
  const metric = type === null ? 'NumberOfObjects' : 'BucketSizeBytes';
  return { namespace: NAMESPACE, metric, dimensions: { BucketName: bucket, StorageType: type ?? 'AllStorageTypes' } };
}

async function unusualTypes(bucket: string, region: string, source: MetricsSource): Promise<Wanted[]> {
  const query = { namespace: NAMESPACE, metric: 'BucketSizeBytes', dimensions: { BucketName: bucket } };
  const types = (await source.known(query, region)).map(({ dimensions }) => dimensions['StorageType']);
  return types.flatMap((type) => (type === undefined || KNOWN_STORAGE_TYPES.includes(type) ? [] : [{ bucket, type }]));
}

function metricsOf(
  wanted: readonly (Wanted & { series: Series | undefined })[],
  historyFrom: number,
): BucketMetrics | Error {
  const days = new Map<number, Day>();
  const counts = new Map<number, number>();
  for (const { type, series } of wanted) {
    // A sum without one of its parts would be a wrong number, not a partial one.
    if (series?.complete !== true) return new UpstreamFailedError('cloudwatch', 'partial-data');
    for (const [time, average] of series.points) {
      const value = Math.round(average);
      if (type === null) {
        counts.set(time, value);
        continue;
      }
      const day = days.get(time) ?? { date: dateOf(time), size_bytes: 0, object_count: null, by_storage_type: {} };
      day.size_bytes += value;
      day.by_storage_type[type] = value;
      days.set(time, day);
    }
  }
  for (const [time, day] of days) day.object_count = counts.get(time) ?? null;
  const whole = withoutUnfinishedDay([...days].sort(([a], [b]) => a - b));
  const [time, newest] = whole.at(-1) ?? [0, null];
  return {
    newest,
    as_of: newest === null ? null : `${dateOf(time)}T00:00:00Z`,
    storage_types: Object.entries(newest?.by_storage_type ?? {}).map(([storage_type, size_bytes]) => ({
      storage_type,
      storage_class: storageClassOf(storage_type),
      overhead: isOverhead(storage_type),
      size_bytes,
    })),
    history: whole.filter(([at]) => at >= historyFrom).map(([, day]) => day),
    growth: growthOf(whole.map(([at, { size_bytes }]) => ({ time: at, size_bytes }))),
  };
}

/**
 * S3 publishes each series on its own. A newest day that lacks a storage type of the day before is still being
 * published, or the type is gone: until the next day tells, the day before is the newest that is surely whole.
 */
function withoutUnfinishedDay(days: [number, Day][]): [number, Day][] {
  const [before, newest] = days.slice(-2);
  if (before === undefined || newest === undefined) return days;
  const lacks = Object.keys(before[1].by_storage_type).some((type) => !(type in newest[1].by_storage_type));
  return lacks ? days.slice(0, -1) : days;
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
