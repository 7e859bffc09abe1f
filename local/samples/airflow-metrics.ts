/** What CloudWatch has of the sample MWAA environment, each minute. Source: as `lambdas/upstreams/cloudwatch/mwaa-metrics.ts`. */
import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';

const MINUTE_MS = 60_000;
const ENVIRONMENT = 'etl-prod';

/** By name, further dimensions, and about which value. */
const FIGURES: readonly [name: string, dimensions: Record<string, string>, unit: string, about: number][] = [
  ['QueuedTasks', {}, 'Count', 2],
  ['RunningTasks', {}, 'Count', 4],
  ['ApproximateAgeOfOldestTask', {}, 'Seconds', 12],
  ['DatabaseConnections', { DatabaseRole: 'WRITER' }, 'Count', 38],
  ...['Scheduler', 'BaseWorker', 'WebServer'].flatMap(
    (Cluster, index): [string, Record<string, string>, string, number][] => [
      ['CPUUtilization', { Cluster }, 'Percent', 20 + index * 7],
      ['MemoryUtilization', { Cluster }, 'Percent', 45 + index * 6],
    ],
  ),
];

export function airflowMetrics(): Metric[] {
  return FIGURES.map(([name, dimensions, unit, about]) => ({
    namespace: 'AWS/MWAA',
    name,
    unit,
    dimensions: { ...dimensions, Environment: ENVIRONMENT },
    points(from, to) {
      const first = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
      // Some minutes late, as MWAA publishes them.
      const last = Math.min(to, Date.now() - 2 * MINUTE_MS);
      const count = Math.max(0, Math.ceil((last - first) / MINUTE_MS));
      return Array.from({ length: count }, (_, index) => {
        const at = first + index * MINUTE_MS;
        return { at, value: about + ((at / MINUTE_MS) % 3) };
      });
    },
  }));
}
