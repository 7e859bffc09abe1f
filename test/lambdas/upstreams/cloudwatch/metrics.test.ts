import { createServer } from 'node:net';
import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { knownMetrics, type MetricQuery, metricAverages } from '../../../../lambdas/upstreams/cloudwatch/metrics.ts';
import { forgetThrottling } from '../../../../lambdas/upstreams/throttling.ts';
import { metricOf, NEWEST } from '../../../packages/local-aws/cloudwatch/client.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION } from '../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../process-credentials.ts';

const DAY = 86_400_000;
const somebody = principal([EVERYTHING]);
const stops: (() => unknown)[] = [];
afterEach(async () => {
  forgetThrottling();
  for (const stop of stops.splice(0)) await stop();
});

async function start(metrics: readonly Metric[], by = somebody): Promise<HttpService> {
  const endpoint = await startCloudWatch({ iam: iamWith(by), metrics });
  stops.push(actAs(somebody, { AWS_ENDPOINT_URL_CLOUDWATCH: endpoint.address.href }), () => endpoint.stop());
  return endpoint;
}

function context(ms = 10_000): Context {
  return { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
}

function sizeOf(bucket: string): MetricQuery {
  const dimensions = { BucketName: bucket, StorageType: 'StandardStorage' };
  return { namespace: 'AWS/S3', metric: 'BucketSizeBytes', dimensions };
}

function daysBack(days: number) {
  return { from: new Date(NEWEST - (days - 1) * DAY), to: new Date(NEWEST + DAY), seconds: 86_400 };
}

describe('averages of metrics', () => {
  test('come in the order of the queries, each point at its time; without data there is none', async () => {
    await start([metricOf('a', [1, 2, 3]), metricOf('b', [4])]);
    const series = await metricAverages([sizeOf('b'), sizeOf('none'), sizeOf('a')], daysBack(2), REGION, context());
    expect(series.map(({ points }) => Object.fromEntries(points))).toEqual([
      { [NEWEST]: 4 },
      {},
      { [NEWEST - DAY]: 2, [NEWEST]: 3 },
    ]);
    expect(series.every(({ complete }) => complete)).toBe(true);
  });

  test('of more than 500 queries and 100,800 points need several calls, and none is lost', async () => {
    const buckets = Array.from({ length: 620 }, (_, i) => `bucket-${i}`);
    const endpoint = await start(buckets.map((name, i) => metricOf(name, [i, i + 1])));
    const series = await metricAverages(buckets.map(sizeOf), daysBack(455), REGION, context());
    expect(series.map(({ points }) => points.get(NEWEST))).toEqual(buckets.map((_, i) => i + 1));
    expect(endpoint.faults.requests('GetMetricData')).toBe(3);
  });

  test('that CloudWatch gives only in part are asked for again, and marked when that does not help', async () => {
    const endpoint = await start([metricOf('a', [1, 2, 3, 4])]);
    endpoint.faults.inject({ kind: 'partial', every: 1 });
    const [series] = await metricAverages([sizeOf('a')], daysBack(4), REGION, context());
    expect(series?.complete).toBe(false);
    expect(endpoint.faults.requests('GetMetricData')).toBeGreaterThan(1);
    endpoint.faults.clear();
    expect((await metricAverages([sizeOf('a')], daysBack(4), REGION, context()))[0]?.complete).toBe(true);
  });

  test('are asked for again after throttling and inner errors', async () => {
    const endpoint = await start([metricOf('a', [7])]);
    endpoint.faults.inject({ kind: 'throttled', every: 2 });
    endpoint.faults.inject({ kind: 'failed', every: 3 });
    for (let i = 0; i < 4; i++) {
      const [series] = await metricAverages([sizeOf('a')], daysBack(1), REGION, context());
      expect(series?.points.get(NEWEST)).toBe(7);
    }
  });

  test('are an error without permission, when throttled to the end, and in another Region', async () => {
    const endpoint = await start([metricOf('a', [7])]);
    const ask = (region = REGION) => metricAverages([sizeOf('a')], daysBack(1), region, context());
    await expect(ask('eu-central-1')).rejects.toMatchObject({ reason: 'wrong-region' });
    expect(endpoint.faults.requests()).toBe(0);
    endpoint.faults.inject({ kind: 'throttled', every: 1 });
    await expect(ask()).rejects.toMatchObject({ name: 'UpstreamThrottledError' });
    endpoint.faults.clear();
    forgetThrottling();
    endpoint.faults.inject({ kind: 'denied', every: 1 });
    await expect(ask()).rejects.toMatchObject({ reason: 'access-denied' });
  });

  test('end at the deadline when CloudWatch is silent', async () => {
    const endpoint = await start([]);
    endpoint.faults.inject({ kind: 'silent', every: 1 });
    await expect(metricAverages([sizeOf('a')], daysBack(1), REGION, context(200))).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
    });
  });

  test('are an error when nobody listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    stops.push(actAs(somebody, { AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${port}` }));
    await expect(metricAverages([sizeOf('a')], daysBack(1), REGION, context(20_000))).rejects.toMatchObject({
      reason: 'unreachable',
    });
  });
});

describe('the list of metrics', () => {
  test('names those of the bucket, and not its neighbours', async () => {
    await start([metricOf('a', [1]), metricOf('ab', [2])]);
    const query = { namespace: 'AWS/S3', metric: 'BucketSizeBytes', dimensions: { BucketName: 'a' } };
    expect(await knownMetrics(query, REGION, context())).toEqual([
      { metric: 'BucketSizeBytes', dimensions: { BucketName: 'a', StorageType: 'StandardStorage' } },
    ]);
  });
});
