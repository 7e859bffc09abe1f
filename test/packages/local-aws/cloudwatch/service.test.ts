import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { type CloudWatchOptions, startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { iamWith } from '../s3/client.ts';
import { cloudWatchClient, metricOf, NEWEST, queryOf } from './client.ts';

const DAY = 86_400_000;
const known = principal([EVERYTHING]);

describe('the CloudWatch endpoint, asked by the SDK', () => {
  const endpoints: HttpService[] = [];
  afterEach(() => Promise.all(endpoints.splice(0).map((endpoint) => endpoint.stop())));

  async function start(metrics: CloudWatchOptions['metrics'], by = known) {
    const endpoint = await startCloudWatch({ iam: iamWith(by), metrics });
    endpoints.push(endpoint);
    const client = cloudWatchClient(endpoint, by);
    return {
      faults: endpoint.faults,
      get: (input: GetMetricDataCommandInput) => client.send(new GetMetricDataCommand(input)),
      list: (input: ListMetricsCommandInput) => client.send(new ListMetricsCommand(input)),
    };
  }

  test('gives values newest first, or oldest first where asked', async () => {
    const { get } = await start([metricOf('b', [1, 2, 3])]);
    const { MetricDataResults: newest } = await get(queryOf('b'));
    expect(newest).toMatchObject([{ Id: 'q0', StatusCode: 'Complete', Values: [3, 2, 1] }]);
    expect(newest?.[0]?.Timestamps?.[0]).toEqual(new Date(NEWEST));
    const { MetricDataResults: oldest } = await get({ ...queryOf('b'), ScanBy: 'TimestampAscending' });
    expect(oldest?.[0]?.Values).toEqual([1, 2, 3]);
  });

  test('counts the start time in and the end time out', async () => {
    const { get } = await start([metricOf('b', [1, 2, 3])]);
    const between = { StartTime: new Date(NEWEST - DAY), EndTime: new Date(NEWEST) };
    expect((await get({ ...queryOf('b'), ...between })).MetricDataResults?.[0]?.Values).toEqual([2]);
  });

  test('puts points of a longer period together by the statistic', async () => {
    const { get } = await start([metricOf('b', [1, 2, 3, 6])]);
    const asked = (Stat: string) => {
      const query = queryOf('b');
      const [first] = query.MetricDataQueries ?? [];
      if (first?.MetricStat) first.MetricStat = { ...first.MetricStat, Period: 40 * 365 * 86_400, Stat };
      return get(query).then(({ MetricDataResults }) => MetricDataResults?.[0]?.Values);
    };
    expect(await asked('Average')).toEqual([3]);
    expect(await asked('Maximum')).toEqual([6]);
    expect(await asked('SampleCount')).toEqual([4]);
  });

  test('has no points for a metric that nobody publishes', async () => {
    const { get } = await start([metricOf('b', [1])]);
    expect((await get(queryOf('other'))).MetricDataResults).toMatchObject([{ StatusCode: 'Complete', Values: [] }]);
  });

  test.each([1, 2, 3, 4, 100])('pages of %i datapoints lose and repeat nothing', async (MaxDatapoints) => {
    const { get } = await start([metricOf('a', [1, 2, 3]), metricOf('b', [4, 5]), metricOf('c', [6])]);
    const found: Record<string, number[]> = {};
    let NextToken: string | undefined;
    do {
      const page = await get({ ...queryOf('a', 'b', 'none', 'c'), MaxDatapoints, NextToken });
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? [])
        found[Id] = [...(found[Id] ?? []), ...Values];
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual({ q0: [3, 2, 1], q1: [5, 4], q2: [], q3: [6] });
  });

  test('finds metrics by a search expression', async () => {
    const { get } = await start([metricOf('a', [1, 2]), metricOf('b', [4])]);
    const Expression = `SEARCH('{AWS/S3,BucketName,StorageType} MetricName="BucketSizeBytes" BucketName="a"', 'Average', 86400)`;
    const { MetricDataResults } = await get({ ...queryOf('a'), MetricDataQueries: [{ Id: 'q', Expression }] });
    expect(MetricDataResults).toMatchObject([{ Values: [2, 1] }]);
  });

  test.each([
    ['more than 500 queries', queryOf(...Array.from({ length: 501 }, () => 'b'))],
    ['an end before the start', { ...queryOf('b'), EndTime: new Date(0) }],
    ['an id twice', { ...queryOf('b'), MetricDataQueries: [1, 2].flatMap(() => queryOf('b').MetricDataQueries ?? []) }],
  ])('refuses %s', async (_, input) => {
    const { get } = await start([metricOf('b', [1])]);
    await expect(get(input)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('lists metrics by name and dimension, without those silent for two weeks', async () => {
    const { list } = await start([metricOf('a', [1]), metricOf('b', [1]), metricOf('old', [1, 2], 20)]);
    const names = async (input: Parameters<typeof list>[0]) =>
      ((await list(input)).Metrics ?? []).map(({ Dimensions }) => Dimensions?.[0]?.Value);
    expect(await names({ Namespace: 'AWS/S3' })).toEqual(['a', 'b']);
    expect(await names({ Dimensions: [{ Name: 'BucketName', Value: 'b' }] })).toEqual(['b']);
    expect(await names({ Dimensions: [{ Name: 'Other' }] })).toEqual([]);
    expect(await names({ Namespace: 'AWS/EC2' })).toEqual([]);
    expect(await names({ RecentlyActive: 'PT3H' })).toEqual([]);
  });

  test('still gives the history of a metric that it no longer lists', async () => {
    const { get } = await start([metricOf('old', [1, 2], 20)]);
    expect((await get(queryOf('old'))).MetricDataResults?.[0]?.Values).toEqual([2, 1]);
  });

  test('lists more than a page of 500', async () => {
    const { list } = await start(Array.from({ length: 1200 }, (_, index) => metricOf(`b${index}`, [1])));
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await list({ NextToken });
      sizes.push(page.Metrics?.length ?? 0);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(sizes).toEqual([500, 500, 200]);
  });

  test('refuses a wrong secret, and what IAM does not allow', async () => {
    const endpoint = await startCloudWatch({ iam: iamWith(known), metrics: [] });
    endpoints.push(endpoint);
    const stranger = cloudWatchClient(endpoint, { ...known, secretAccessKey: 'guessed' });
    await expect(stranger.send(new ListMetricsCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    const role = principal([{ Effect: 'Allow', Action: 'cloudwatch:ListMetrics', Resource: '*' }]);
    const { get, list } = await start([], role);
    await expect(list({})).resolves.toMatchObject({ Metrics: [] });
    await expect(get(queryOf('b'))).rejects.toMatchObject({
      ...{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
      message: expect.stringContaining('cloudwatch:GetMetricData'),
    });
  });

  test('has the delay and the faults that a test asks for', async () => {
    const { get, faults } = await start([metricOf('b', [1, 2, 3, 4])]);
    faults.inject({ kind: 'throttled', every: 1 });
    await expect(get(queryOf('b'))).rejects.toMatchObject({ name: 'ThrottlingException' });
    faults.clear();
    faults.inject({ kind: 'failed', every: 1 });
    await expect(get(queryOf('b'))).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    faults.clear();
    faults.inject({ kind: 'partial', every: 1 });
    expect((await get(queryOf('b'))).MetricDataResults).toMatchObject([
      { StatusCode: 'InternalError', Values: [4, 3] },
    ]);
  });
});
