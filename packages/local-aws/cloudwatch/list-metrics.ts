/** ListMetrics. Source: CloudWatch API reference. */
import * as z from 'zod';
import { CloudWatchError } from './error.ts';
import { isRecent } from './get-metric-data.ts';
import { DAY_MS, dimensionList, type Metric } from './metric.ts';

const Input = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z
    .array(z.object({ Name: z.string(), Value: z.string().optional() }))
    .max(10)
    .default([]),
  NextToken: z.string().optional(),
  RecentlyActive: z.literal('PT3H').optional(),
});

const PAGE = 500;

/** Metrics without data for two weeks are not listed, though their history can still be read. */
const REMEMBERED_MS = 14 * DAY_MS;

/** @throws CloudWatchError `ValidationException`, `InvalidNextToken` */
export function listMetrics(input: unknown, metrics: readonly Metric[]) {
  const request = Input.safeParse(input);
  if (!request.success) throw new CloudWatchError('ValidationException', z.prettifyError(request.error));
  const { Namespace, MetricName, Dimensions, NextToken, RecentlyActive } = request.data;
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString());
  if (!Number.isInteger(from)) throw new CloudWatchError('InvalidNextToken', 'The next token specified is invalid.');
  const age = RecentlyActive === undefined ? REMEMBERED_MS : 3 * 3_600_000;
  const found = metrics.filter(
    (metric) =>
      (Namespace ?? metric.namespace) === metric.namespace &&
      (MetricName ?? metric.name) === metric.name &&
      Dimensions.every(({ Name, Value }) => {
        const value = metric.dimensions[Name];
        return value !== undefined && (Value ?? value) === value;
      }) &&
      isRecent(metric, age),
  );
  const next = from + PAGE < found.length ? Buffer.from(String(from + PAGE)).toString('base64url') : undefined;
  return {
    Metrics: found.slice(from, from + PAGE).map((metric) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: dimensionList(metric),
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}
