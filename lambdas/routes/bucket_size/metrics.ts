/** What CloudWatch says of a bucket: one point a day, by storage type, with all versions and unfinished uploads. */

import type { Bucket } from '../../environment-settings.ts';
import { type Growth, growthOf } from '../../record/growth.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { MetricQuery, Period, Series } from '../../upstreams/cloudwatch/metrics.ts';
import { type Day, MAX_SILENT_DAYS, type Points, wholeDays } from './daily-figures.ts';
import { isOverhead, KNOWN_STORAGE_TYPES, storageClassOf } from './storage-types.ts';

/** What is asked of CloudWatch. */
export interface MetricsSource {
  /** Averages of each query, in the order of the queries. */
  averages(queries: readonly MetricQuery[], period: Period, region: string): Promise<Series[]>;
  /** Metrics that had data in the last two weeks. */
  known(query: MetricQuery, region: string): Promise<{ dimensions: Record<string, string> }[]>;
}

/** What CloudWatch says of one bucket. */
export interface BucketMetrics {
  /** The newest day whose figures are all there; `null`: no data point (a new or an empty bucket). */
  newest: Day | null;
  /** Start of that day. */
  as_of: string | null;
  /** Of that day. */
  storage_types: { storage_type: string; storage_class: string | null; overhead: boolean; size_bytes: number }[];
  /** Whole days, oldest first. */
  history: Day[];
  growth: Growth | null;
}

const DAY_MS = 86_400_000;
/** Enough for 30 points of growth with some gaps and the delay of the newest. */
const MIN_DAYS = 35;
const NAMESPACE = 'AWS/S3';

/** One series of a bucket: a storage type's bytes, or with `null` the number of objects. */
interface Wanted {
  bucket: string;
  type: string | null;
}

/** The metrics of the buckets of one page, read in one go. */
export class PageMetrics {
  readonly #outcomes: ReadonlyMap<string, BucketMetrics | Error>;

  private constructor(outcomes: ReadonlyMap<string, BucketMetrics | Error>) {
    this.#outcomes = outcomes;
  }

  /**
   * Reads the metrics of `buckets`, Region by Region, with `days` days of history before `now`. Never throws: a Region
   * that fails is told by {@link of}, for its buckets only.
   */
  static async read(buckets: readonly Bucket[], days: number, now: Date, source: MetricsSource): Promise<PageMetrics> {
    const regions = Map.groupBy(buckets, ({ region }) => region);
    const outcomes = await Promise.all(
      [...regions].map(async ([region, group]): Promise<[string, BucketMetrics | Error][]> => {
        const names = group.map(({ bucket }) => bucket);
        try {
          return await new RegionMetrics(region, days, now, source).read(names);
        } catch (error) {
          return names.map((name) => [name, error instanceof Error ? error : new Error('no error', { cause: error })]);
        }
      }),
    );
    return new PageMetrics(new Map(outcomes.flat()));
  }

  /** @throws what CloudWatch threw for the bucket; UpstreamFailedError `partial-data` when no day is whole */
  of({ bucket }: Bucket): BucketMetrics {
    const outcome = this.#outcomes.get(bucket);
    if (outcome === undefined) throw new RangeError('the metrics of this bucket were not read');
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }
}

/** GetMetricData and ListMetrics are of one Region; so is the metrics' fault. */
class RegionMetrics {
  readonly #region: string;
  readonly #source: MetricsSource;
  readonly #period: Period;
  readonly #historyFrom: number;

  constructor(region: string, days: number, now: Date, source: MetricsSource) {
    const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
    // What was there before the first day that is shown tells whether that day is whole.
    const from = new Date(today - (Math.max(days, MIN_DAYS) + MAX_SILENT_DAYS) * DAY_MS);
    this.#region = region;
    this.#source = source;
    this.#period = { from, to: new Date(today + DAY_MS), seconds: 86_400 };
    this.#historyFrom = today - days * DAY_MS;
  }

  /**
   * All known storage types are asked for, for ListMetrics forgets one that has been silent for two weeks; it is asked
   * too, for types that are not known yet.
   */
  async read(names: readonly string[]): Promise<[string, BucketMetrics | Error][]> {
    const [usual, unusual] = await Promise.all([
      this.#series(names.flatMap((bucket) => [null, ...KNOWN_STORAGE_TYPES].map((type) => ({ bucket, type })))),
      Promise.all(names.map((bucket) => this.#unusualTypes(bucket))).then((types) => this.#series(types.flat())),
    ]);
    const byBucket = Map.groupBy([...usual, ...unusual], ({ bucket }) => bucket);
    return [...byBucket].map(([bucket, series]) => [bucket, this.#figuresOf(series)]);
  }

  async #series(wanted: readonly Wanted[]): Promise<(Wanted & { series: Series | undefined })[]> {
    if (wanted.length === 0) return [];
    const series = await this.#source.averages(wanted.map(queryOf), this.#period, this.#region);
    return wanted.map((query, i) => ({ ...query, series: series[i] }));
  }

  /** Storage types of a bucket that {@link KNOWN_STORAGE_TYPES} lacks: AWS adds some now and then. */
  async #unusualTypes(bucket: string): Promise<Wanted[]> {
    const query = { namespace: NAMESPACE, metric: 'BucketSizeBytes', dimensions: { BucketName: bucket } };
    const metrics = await this.#source.known(query, this.#region);
    const types = metrics.map(({ dimensions }) => dimensions['StorageType']);
    return types.flatMap((type) =>
      type === undefined || KNOWN_STORAGE_TYPES.includes(type) ? [] : [{ bucket, type }],
    );
  }

  /** An error where a sum would lack one of its parts: a series that is not whole, or no day with all of them. */
  #figuresOf(answers: readonly (Wanted & { series: Series | undefined })[]): BucketMetrics | Error {
    const types = new Map<string, Points>();
    let counts: Points = new Map();
    for (const { type, series } of answers) {
      if (series?.complete !== true) return partialData();
      const points = new Map([...series.points].map(([time, average]) => [time, Math.round(average)]));
      if (type === null) counts = points;
      else if (points.size > 0) types.set(type, points);
    }
    const days = wholeDays(types, counts);
    const [time, newest] = days.at(-1) ?? [0, null];
    if (newest === null && types.size > 0) return partialData();
    return {
      newest,
      as_of: newest === null ? null : new Date(time).toISOString().replace('.000Z', 'Z'),
      storage_types: Object.entries(newest?.by_storage_type ?? {}).map(([storage_type, size_bytes]) => ({
        storage_type,
        storage_class: storageClassOf(storage_type),
        overhead: isOverhead(storage_type),
        size_bytes,
      })),
      history: days.filter(([at]) => at >= this.#historyFrom).map(([, day]) => day),
      growth: growthOf(days.map(([at, { size_bytes }]) => ({ time: at, value: size_bytes }))),
    };
  }
}

function partialData(): UpstreamFailedError {
  return new UpstreamFailedError('cloudwatch', 'partial-data');
}

function queryOf({ bucket, type }: Wanted): MetricQuery {
  const metric = type === null ? 'NumberOfObjects' : 'BucketSizeBytes';
  return { namespace: NAMESPACE, metric, dimensions: { BucketName: bucket, StorageType: type ?? 'AllStorageTypes' } };
}
