import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline, Timing } from '../../../../lambdas/context.ts';
import { type BucketMetrics, PageMetrics } from '../../../../lambdas/routes/bucket_size/metrics.ts';
import { knownMetrics, metricAverages } from '../../../../lambdas/upstreams/cloudwatch/metrics.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION } from '../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../process-credentials.ts';

const DAY = 86_400_000;
const today = Math.floor(Date.now() / DAY) * DAY;
const somebody = principal([EVERYTHING]);
const metrics: Metric[] = [];
let cloudwatch: HttpService;
let restore: () => void;

beforeAll(async () => {
  cloudwatch = await startCloudWatch({ iam: iamWith(somebody), metrics });
  restore = actAs(somebody, { AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.address.href });
});
afterAll(async () => {
  restore();
  await cloudwatch.stop();
});

/** The metrics of a bucket that has, by storage type, `value` on so many days before today; `null`: its count. */
async function metricsOf(series: readonly [string | null, number, number[]][], days = 0): Promise<BucketMetrics> {
  const published = series.map(
    ([type, value, ages]): Metric => ({
      namespace: 'AWS/S3',
      name: type === null ? 'NumberOfObjects' : 'BucketSizeBytes',
      dimensions: { BucketName: 'b', StorageType: type ?? 'AllStorageTypes' },
      unit: 'Bytes',
      points: (from, to) =>
        ages
          .map((age) => ({ at: today - age * DAY, value }))
          .filter(({ at }) => at >= from && at < to)
          .sort((a, b) => a.at - b.at),
    }),
  );
  metrics.splice(0, metrics.length, ...published);
  const context = { deadline: new Deadline(Date.now() + 10_000), timing: new Timing() };
  const bucket = { bucket: 'b', region: REGION, prefix: null, key_pattern: null };
  const page = await PageMetrics.read([bucket], days, new Date(), {
    averages: (queries, period, region) => metricAverages(queries, period, region, context),
    known: (query, region) => knownMetrics(query, region, context),
  });
  return page.of(bucket);
}

const dayOf = (age: number) => new Date(today - age * DAY).toISOString().slice(0, 10);

describe('the size of a bucket', () => {
  test('whose storage type is two days late is that of the newest day that has all of them', async () => {
    const late = await metricsOf(
      [
        ['StandardStorage', 1_000, [4, 3, 2, 1]],
        ['GlacierStorage', 1_000, [4, 3]],
        [null, 10, [4, 3, 2, 1]],
      ],
      4,
    );
    expect(late.newest).toMatchObject({ size_bytes: 2_000, date: dayOf(3), object_count: 10 });
    expect(late.as_of).toBe(`${dayOf(3)}T00:00:00Z`);
    expect(late.history.map(({ date, size_bytes }) => [date, size_bytes])).toEqual([
      [dayOf(4), 2_000],
      [dayOf(3), 2_000],
    ]);
  });

  test('with a hole in one storage type has that day neither in its history nor in its growth', async () => {
    const ages = [8, 7, 6, 5, 4, 3, 2, 1];
    const { history, growth } = await metricsOf(
      [
        ['StandardStorage', 1_000, ages],
        ['GlacierStorage', 1_000, ages.filter((age) => age !== 4)],
        [null, 10, ages],
      ],
      8,
    );
    expect(history.map(({ size_bytes }) => size_bytes)).toEqual(Array(7).fill(2_000));
    expect(history.map(({ date }) => date)).not.toContain(dayOf(4));
    expect(growth).toMatchObject({ bytes_per_day: 0, days: 7 });
  });

  test('on the first day that is shown is not that of one storage type, when another has a hole there', async () => {
    const { history } = await metricsOf(
      [
        ['StandardStorage', 1_000, [4, 3, 2, 1]],
        ['GlacierStorage', 1_000, [4, 2, 1]],
      ],
      3,
    );
    expect(history.map(({ date }) => date)).toEqual([dayOf(2), dayOf(1)]);
  });

  test('counts storage types that are not known here', async () => {
    const { newest } = await metricsOf([
      ['StandardStorage', 1_000, [2, 1]],
      ['BrandNewStorage', 500, [2, 1]],
    ]);
    expect(newest).toMatchObject({ size_bytes: 1_500, object_count: null });
  });

  test('without any data point is not known, and not an error', async () => {
    expect(await metricsOf([])).toMatchObject({ newest: null, as_of: null, history: [], growth: null });
  });
});
