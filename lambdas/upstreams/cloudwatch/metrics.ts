/** Reads metrics from CloudWatch: averages over time, and which metrics there are. */
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { CLOUDWATCH } from './fault.ts';
import { askCloudWatch } from './question.ts';

/** One metric by its full name; CloudWatch knows no metric with a part of the dimensions only. */
export interface MetricQuery {
  /** `AWS/S3` … */
  namespace: string;
  /** `BucketSizeBytes` … */
  metric: string;
  /** By name. */
  dimensions: Record<string, string>;
}

/** What CloudWatch has of one metric. */
export interface Series {
  /** By the start of the period, in milliseconds since the epoch. */
  points: Map<number, number>;
  /** False when CloudWatch could not give all of it. */
  complete: boolean;
}

/** The time that is asked about. */
export interface Period {
  /** Included. */
  from: Date;
  /** Not included. */
  to: Date;
  /** Length of one point. */
  seconds: number;
}

/**
 * Limits of GetMetricData: queries, and points that one call may return.
 * Source: CloudWatch API reference, "GetMetricData".
 */
const MAX_QUERIES = 500;
const MAX_POINTS = 100_800;
/** Rounds for series that come back as PartialData or InternalError. */
const MAX_ROUNDS = 3;

/**
 * The averages of each query, in the order of the queries. A metric without data is an empty series, and complete; one
 * that CloudWatch did not give whole after three rounds is not, and a sum with it would be a wrong number.
 *
 * Calls are as few as the limits allow. For example 620 metrics over 455 days: 100,800 / 455 = 221 metrics a call, so
 * three calls side by side.
 *
 * @throws as {@link askCloudWatch}
 */
export async function metricAverages(
  queries: readonly MetricQuery[],
  period: Period,
  region: string,
  context: Context,
): Promise<Series[]> {
  const series = queries.map((): Series => ({ points: new Map(), complete: false }));
  const reading: Reading = { queries, period, region, context, series };
  const points = Math.ceil((period.to.getTime() - period.from.getTime()) / 1_000 / period.seconds);
  const size = Math.max(1, Math.min(MAX_QUERIES, Math.floor(MAX_POINTS / Math.max(1, points))));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = [...series.keys()].filter((index) => series[index]?.complete === false);
    const batches = Array.from({ length: Math.ceil(missing.length / size) }, (_, i) =>
      missing.slice(i * size, (i + 1) * size),
    );
    await Promise.all(batches.map((batch) => readBatch(batch, reading)));
  }
  return series;
}

/** An answer has up to 100,800 points: a schema for each element would cost more than reading them. */
const isTime = (value: unknown) => value instanceof Date && !Number.isNaN(value.getTime());

const metricData = z.object({
  MetricDataResults: z.array(
    z
      .object({
        Id: z.string(),
        Timestamps: z.optional(z.custom<Date[]>((list) => Array.isArray(list) && list.every(isTime))),
        Values: z.optional(z.custom<number[]>((list) => Array.isArray(list) && list.every(Number.isFinite))),
        StatusCode: z.optional(z.string()),
      })
      .check(z.refine(({ Timestamps, Values }) => (Timestamps?.length ?? 0) === (Values?.length ?? 0))),
  ),
  NextToken: z.nullish(z.string()),
});

/** What all calls of one reading have in common, and where they put what they get. */
interface Reading {
  queries: readonly MetricQuery[];
  period: Period;
  region: string;
  context: Context;
  /** In the order of the queries. */
  series: readonly Series[];
}

/** Reads the series with these indices, page by page. */
async function readBatch(
  batch: readonly number[],
  { queries, period, region, context, series }: Reading,
): Promise<void> {
  const input = {
    MetricDataQueries: batch.map((index) => ({ Id: `m${index}`, MetricStat: metricStat(queries[index], period) })),
    StartTime: period.from,
    EndTime: period.to,
    ScanBy: 'TimestampDescending' as const,
  };
  let token: string | null | undefined;
  do {
    const question = { operation: 'GetMetricData' as const, input: token ? { ...input, NextToken: token } : input };
    const answer = await askCloudWatch(question, metricData, region, context);
    for (const { Id, Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults) {
      const answered = series[Number(Id.slice(1))];
      if (answered === undefined) throw new UpstreamFailedError(CLOUDWATCH, 'invalid-answer');
      for (const [i, time] of Timestamps.entries()) {
        const value = Values[i];
        if (value !== undefined) answered.points.set(time.getTime(), value);
      }
      // PartialData with a token goes on in the next page; the last word counts. No word is no promise.
      answered.complete = StatusCode === 'Complete';
    }
    token = nextToken(answer.NextToken, token);
  } while (token);
}

/** @throws UpstreamFailedError `invalid-answer` when the answer leads back to itself, which would never end */
function nextToken(next: string | null | undefined, last: string | null | undefined): string | null {
  if (next && next === last) throw new UpstreamFailedError(CLOUDWATCH, 'invalid-answer');
  return next ?? null;
}

function metricStat(query: MetricQuery | undefined, period: Period) {
  if (query === undefined) throw new RangeError('no such query');
  return { Metric: metricOf(query), Period: period.seconds, Stat: 'Average' as const };
}

function metricOf({ namespace, metric, dimensions }: MetricQuery) {
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

const metricList = z.object({
  Metrics: z.array(
    z.object({
      MetricName: z.string(),
      Dimensions: z.optional(z.array(z.object({ Name: z.string(), Value: z.string() }))),
    }),
  ),
  NextToken: z.nullish(z.string()),
});

/**
 * Metrics with these dimensions that had data in the last two weeks; CloudWatch forgets silent ones.
 * Source: CloudWatch API reference, "ListMetrics".
 *
 * @throws as {@link askCloudWatch}
 */
export async function knownMetrics(
  query: MetricQuery,
  region: string,
  context: Context,
): Promise<{ metric: string; dimensions: Record<string, string> }[]> {
  const known: { metric: string; dimensions: Record<string, string> }[] = [];
  const input = metricOf(query);
  let token: string | null | undefined;
  do {
    const question = { operation: 'ListMetrics' as const, input: token ? { ...input, NextToken: token } : input };
    const answer = await askCloudWatch(question, metricList, region, context);
    for (const { MetricName, Dimensions = [] } of answer.Metrics) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      known.push({ metric: MetricName, dimensions });
    }
    token = nextToken(answer.NextToken, token);
  } while (token);
  return known;
}
