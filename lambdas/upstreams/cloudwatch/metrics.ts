/** Reads metrics from CloudWatch. Why not with the SDK's client: docs/decisions/cloudwatch.md. */
import * as z from 'zod/mini';
import { type Context, Deadline } from '../../context.ts';
import { UpstreamFailedError } from '../../errors.ts';
import type { Database } from '../../settings.ts';
import { utc } from '../../utc.ts';
import { callCloudWatch } from './protocol.ts';

export interface MetricQuery {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
}

export interface Series {
  /** By the start of the period, in milliseconds since the epoch. */
  points: Map<number, number>;
  /** False when CloudWatch could not give all of it. */
  complete: boolean;
}

export interface Period {
  /** Included. */
  from: Date;
  /** Not included. */
  to: Date;
  /** Length of one point. */
  seconds: number;
}

/** Limits of GetMetricData: queries, and points that one call may return. */
const MAX_QUERIES = 500;
const MAX_POINTS = 100_800;
/** Rounds for series that come back as PartialData or InternalError. */
const MAX_ROUNDS = 3;
/** Free storage is an extra: nobody waits for it longer. */
const FREE_STORAGE_MS = 2_000;

/**
 * The averages of each query, in the order of the queries. A metric without data is an empty series.
 *
 * @throws as {@link callCloudWatch}
 */
export async function metricAverages(
  queries: readonly MetricQuery[],
  period: Period,
  region: string,
  context: Context,
): Promise<Series[]> {
  const series = queries.map((): Series => ({ points: new Map(), complete: false }));
  const points = Math.ceil((period.to.getTime() - period.from.getTime()) / 1_000 / period.seconds);
  const size = Math.max(1, Math.min(MAX_QUERIES, Math.floor(MAX_POINTS / Math.max(1, points))));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = [...series.keys()].filter((index) => series[index]?.complete === false);
    const batches = Array.from({ length: Math.ceil(missing.length / size) }, (_, i) =>
      missing.slice(i * size, (i + 1) * size),
    );
    await Promise.all(batches.map((batch) => readBatch(batch, queries, period, region, context, series)));
  }
  return series;
}

const metricData = z.object({
  MetricDataResults: z.optional(
    z.array(
      z.object({
        Id: z.string(),
        Timestamps: z.optional(z.array(z.union([z.number(), z.string()]))),
        Values: z.optional(z.array(z.number())),
        StatusCode: z.optional(z.string()),
      }),
    ),
  ),
  NextToken: z.nullish(z.string()),
});

async function readBatch(
  batch: readonly number[],
  queries: readonly MetricQuery[],
  period: Period,
  region: string,
  context: Context,
  series: readonly Series[],
): Promise<void> {
  const request = {
    MetricDataQueries: batch.map((index) => ({ Id: `m${index}`, MetricStat: metricStat(queries[index], period) })),
    StartTime: period.from.getTime() / 1_000,
    EndTime: period.to.getTime() / 1_000,
    ScanBy: 'TimestampDescending',
  };
  let token: string | null | undefined;
  do {
    const answer = await callCloudWatch(
      'GetMetricData',
      token ? { ...request, NextToken: token } : request,
      metricData,
      region,
      context,
    );
    for (const result of answer.MetricDataResults ?? []) {
      const one = series[Number(result.Id.slice(1))];
      if (one === undefined) throw new UpstreamFailedError('cloudwatch', 'invalid-answer');
      for (const [i, time] of (result.Timestamps ?? []).entries()) {
        const value = result.Values?.[i];
        if (value !== undefined) one.points.set(typeof time === 'number' ? time * 1_000 : Date.parse(time), value);
      }
      // PartialData with a token goes on in the next page; the last word counts.
      one.complete = (result.StatusCode ?? 'Complete') === 'Complete';
    }
    token = answer.NextToken;
  } while (token);
}

function metricStat(query: MetricQuery | undefined, period: Period) {
  if (query === undefined) throw new RangeError('no such query');
  return { Metric: metricOf(query), Period: period.seconds, Stat: 'Average' };
}

function metricOf({ namespace, metric, dimensions }: MetricQuery) {
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

const metricList = z.object({
  Metrics: z.optional(
    z.array(
      z.object({
        MetricName: z.string(),
        Dimensions: z.optional(z.array(z.object({ Name: z.string(), Value: z.string() }))),
      }),
    ),
  ),
  NextToken: z.nullish(z.string()),
});

/**
 * Metrics with these dimensions that had data in the last two weeks; CloudWatch forgets silent ones.
 *
 * @throws as {@link callCloudWatch}
 */
export async function knownMetrics(
  query: MetricQuery,
  region: string,
  context: Context,
): Promise<{ metric: string; dimensions: Record<string, string> }[]> {
  const found: { metric: string; dimensions: Record<string, string> }[] = [];
  const request = metricOf(query);
  let token: string | null | undefined;
  do {
    const answer = await callCloudWatch(
      'ListMetrics',
      token ? { ...request, NextToken: token } : request,
      metricList,
      region,
      context,
    );
    for (const { MetricName, Dimensions } of answer.Metrics ?? []) {
      found.push({
        metric: MetricName,
        dimensions: Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      });
    }
    token = answer.NextToken;
  } while (token);
  return found;
}

/**
 * Free bytes of a database's storage, and when. `null` where CloudWatch has none (Aurora) or cannot be asked: a size
 * of tables is worth having without it.
 */
export async function freeStorage(
  database: Database,
  region: string,
  context: Context,
): Promise<{ bytes: number; as_of: string } | null> {
  if (database.instance_identifier === null) return null;
  const query: MetricQuery = {
    namespace: 'AWS/RDS',
    metric: 'FreeStorageSpace',
    dimensions: { DBInstanceIdentifier: database.instance_identifier },
  };
  const to = new Date();
  const period = { from: new Date(to.getTime() - 15 * 60_000), to, seconds: 60 };
  const deadline = new Deadline(Math.min(context.deadline.at, to.getTime() + FREE_STORAGE_MS));
  try {
    const [series] = await metricAverages([query], period, region, { ...context, deadline });
    const newest = Math.max(...(series?.points.keys() ?? []));
    const bytes = series?.points.get(newest);
    return bytes === undefined ? null : { bytes, as_of: utc(new Date(newest)) };
  } catch {
    return null;
  }
}
