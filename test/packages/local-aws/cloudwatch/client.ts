import { CloudWatchClient, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import type { Principal } from '@mrt/local-aws/iam/iam.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';

const DAY = 86_400_000;

/** Midnight UTC of yesterday: the newest point of a daily metric. */
export const NEWEST = Math.floor(Date.now() / DAY) * DAY - DAY;

export function cloudWatchClient(endpoint: HttpService, by: Principal): CloudWatchClient {
  return new CloudWatchClient({
    endpoint: endpoint.address.href,
    region: 'eu-west-1',
    credentials: by,
    maxAttempts: 1,
  });
}

/** A daily storage metric of the bucket `name`; the last value is yesterday's, or that of `daysAgo`. */
export function metricOf(name: string, values: readonly number[], daysAgo = 0): Metric {
  const newest = NEWEST - daysAgo * DAY;
  const points = values.map((value, index) => ({ at: newest - (values.length - 1 - index) * DAY, value }));
  return {
    ...{ namespace: 'AWS/S3', name: 'BucketSizeBytes', unit: 'Bytes' },
    dimensions: { BucketName: name, StorageType: 'StandardStorage' },
    points: (from, to) => points.filter(({ at }) => at >= from && at < to),
  };
}

/** Asks for the metric of each bucket, over all time. */
export function queryOf(...buckets: string[]): GetMetricDataCommandInput {
  return {
    StartTime: new Date(NEWEST - 400 * DAY),
    EndTime: new Date(NEWEST + DAY),
    MetricDataQueries: buckets.map((bucket, index) => ({
      Id: `q${index}`,
      MetricStat: {
        Metric: {
          ...{ Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes' },
          Dimensions: [
            { Name: 'BucketName', Value: bucket },
            { Name: 'StorageType', Value: 'StandardStorage' },
          ],
        },
        ...{ Period: 86_400, Stat: 'Average' },
      },
    })),
  };
}
