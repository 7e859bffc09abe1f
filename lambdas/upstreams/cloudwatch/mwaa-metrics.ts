/**
 * What CloudWatch has of an MWAA environment, beside each figure where it is from:
 *
 * - [guide]: names and units are those of the Amazon MWAA user guide, "Container, queue, and database metrics for Amazon
 *   MWAA" (namespace `AWS/MWAA`), which says of dimensions only that there are those of cluster, queue and database
 * - [sample]: how these are spelled, by AWS's own dashboard (`aws-samples/amazon-mwaa-examples`,
 *   `usecases/mwaa_utilization_cw_metric/infra/terraform/locals.tf`)
 */
import { type Context, Deadline } from '../../context.ts';
import { utc } from '../../utc.ts';
import { type MetricQuery, metricAverages } from './metrics.ts';

/** Beside Airflow's own figures: nobody waits for it longer. */
const MAX_WAIT_MS = 3_000;
/** MWAA publishes each minute, the database's every five, some minutes late. */
const WINDOW_MS = 20 * 60_000;

/** By the names of the answer's figures; each has the dimension `Environment` as well. */
const METRICS = {
  // [guide, "Queue metrics"] Count, Count, Seconds. [sample] has them by `Environment` alone.
  queued_tasks: ['QueuedTasks', {}],
  running_tasks: ['RunningTasks', {}],
  oldest_task_age_s: ['ApproximateAgeOfOldestTask', {}],
  // [guide, "Database metrics"] Count, of the instances READER and WRITER; [sample] `DatabaseRole`.
  database_connections: ['DatabaseConnections', { DatabaseRole: 'WRITER' }],
  // [guide, "Cluster metrics"] Percent, of each scheduler, base worker, additional worker and web server; [sample] `Cluster`
  // with `Scheduler` and `BaseWorker`. `WebServer` is spelled so in dashboards of others who run it (Pulumi's example).
  scheduler_cpu: ['CPUUtilization', { Cluster: 'Scheduler' }],
  scheduler_memory: ['MemoryUtilization', { Cluster: 'Scheduler' }],
  workers_cpu: ['CPUUtilization', { Cluster: 'BaseWorker' }],
  workers_memory: ['MemoryUtilization', { Cluster: 'BaseWorker' }],
  web_server_cpu: ['CPUUtilization', { Cluster: 'WebServer' }],
  web_server_memory: ['MemoryUtilization', { Cluster: 'WebServer' }],
} as const satisfies Record<string, readonly [string, Record<string, string>]>;

export type MwaaFigure = keyof typeof METRICS;

/** The newest value of each figure, `null` where CloudWatch has none, and the minute of the newest of all. */
export interface MwaaFigures {
  as_of: string | null;
  figures: Record<MwaaFigure, number | null>;
}

/** @throws whatever {@link metricAverages} throws */
export async function mwaaFigures(environment: string, region: string, context: Context): Promise<MwaaFigures> {
  const names = Object.keys(METRICS) as MwaaFigure[];
  const queries = names.map((name): MetricQuery => {
    const [metric, dimensions] = METRICS[name];
    return { namespace: 'AWS/MWAA', metric, dimensions: { ...dimensions, Environment: environment } };
  });
  const to = new Date();
  const period = { from: new Date(to.getTime() - WINDOW_MS), to, seconds: 60 };
  const deadline = new Deadline(Math.min(context.deadline.at, to.getTime() + MAX_WAIT_MS));
  const series = await metricAverages(queries, period, region, { ...context, deadline });
  const newest = series.map(({ points }) => Math.max(...points.keys()));
  const last = Math.max(...newest);
  const figures = names.map((name, i) => [name, series[i]?.points.get(newest[i] ?? 0) ?? null]);
  return {
    as_of: Number.isFinite(last) ? utc(new Date(last)) : null,
    figures: Object.fromEntries(figures) as MwaaFigures['figures'],
  };
}
