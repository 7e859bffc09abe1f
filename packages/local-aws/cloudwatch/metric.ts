/** A CloudWatch metric: a name, its dimensions, and points in time. */

/** One value of a metric in time. */
export interface Point {
  /** Milliseconds since the epoch. */
  at: number;
  value: number;
}

/** A metric is its namespace, its name and all of its dimensions; each other set of dimensions is another metric. */
export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  unit: string;
  /** In time order, from `from` (included) to `to` (left out), in milliseconds since the epoch. */
  points(from: number, to: number): Point[];
}

/** Milliseconds of a day, the period of the storage metrics of S3. */
export const DAY_MS = 86_400_000;

/** CloudWatch's `Dimensions` list. */
export function dimensionList(metric: Metric): { Name: string; Value: string }[] {
  return Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Average: (values) => total(values) / values.length,
  Sum: total,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

/** Statistics that `GetMetricData` may ask for here: those that need no percentiles. */
export const STATISTIC_NAMES: readonly string[] = Object.keys(STATISTICS);

/** Points put together over periods of `period` seconds, each dated at its period's start. */
export function aggregate(points: readonly Point[], period: number, statistic: string): Point[] {
  const apply = STATISTICS[statistic];
  if (apply === undefined) throw new Error(`unknown statistic ${statistic}`);
  const periods = Map.groupBy(points, ({ at }) => Math.floor(at / (period * 1000)) * period * 1000);
  return [...periods].map(([at, within]) => ({ at, value: apply(within.map(({ value }) => value)) }));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
