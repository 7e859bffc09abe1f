/** Free space of an RDS instance, which PostgreSQL itself cannot tell. */
import { type Context, Deadline } from '../../context.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { utc } from '../../utc.ts';
import { CLOUDWATCH } from './fault.ts';
import { type MetricQuery, metricAverages } from './metrics.ts';

export interface FreeStorage {
  bytes: number;
  /** The minute that the figure is true for, ISO 8601. */
  as_of: string;
}

/** An extra beside the sizes of tables: nobody waits for it longer. */
const MAX_WAIT_MS = 2_000;
/** RDS publishes it each minute, a few minutes late. */
const WINDOW_MS = 15 * 60_000;

/**
 * The newest `FreeStorageSpace`.
 * Source: Amazon RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS". Aurora has no such metric.
 *
 * @param instance the database's `DBInstanceIdentifier`
 * @throws UpstreamFailedError `no-data` without a point in the last quarter of an hour, `partial-data` where CloudWatch
 *   had only a part; whatever {@link metricAverages} throws
 */
export async function freeStorage(instance: string, region: string, context: Context): Promise<FreeStorage> {
  const query: MetricQuery = {
    namespace: 'AWS/RDS',
    metric: 'FreeStorageSpace',
    dimensions: { DBInstanceIdentifier: instance },
  };
  const to = new Date();
  const period = { from: new Date(to.getTime() - WINDOW_MS), to, seconds: 60 };
  const deadline = new Deadline(Math.min(context.deadline.at, to.getTime() + MAX_WAIT_MS));
  const [series] = await metricAverages([query], period, region, { ...context, deadline });
  const newest = Math.max(...(series?.points.keys() ?? []));
  const bytes = series?.points.get(newest);
  if (bytes !== undefined) return { bytes, as_of: utc(new Date(newest)) };
  throw new UpstreamFailedError(CLOUDWATCH, series?.complete === false ? 'partial-data' : 'no-data');
}
