import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { foreignService } from '@mrt/local-aws/service/foreign-service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudWatchClient, metricOf, NEWEST, queryOf } from '../packages/local-aws/cloudwatch/client.ts';
import { EVERYTHING, principal } from '../packages/local-aws/iam/principal.ts';
import { bucketOf, clientOf, iamWith, REGION, storeOf } from '../packages/local-aws/s3/client.ts';

const MOTO = process.env['MOTO'];
if (!MOTO) throw new Error('MOTO is not set: run .ci/deep.d/moto.sh');
const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
const role = principal([EVERYTHING]);
const iam = iamWith(role);
const variables = { AWS_ENDPOINT_URL_S3: MOTO, AWS_ENDPOINT_URL_CLOUDWATCH: MOTO };
const BODY = '0123456789'.repeat(20_000);
const KEYS = ['a b', 'a+b', 'a%2Bb', 'a&b<c>"', "a'(1)*!~", 'ä', '\uffee', '\u{1f4e6}', 'dir/x', 'dir/sub/y', 'dir.z'];

describe('S3 of moto, through our service', () => {
  const moto = new S3Client({ endpoint: MOTO, region: REGION, credentials, forcePathStyle: true });
  let relay: HttpService;
  let ours: HttpService;
  beforeAll(async () => {
    const Bucket = 'files';
    await moto.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    for (const Key of KEYS) await moto.send(new PutObjectCommand({ Bucket, Key, Body: BODY }));
    relay = await startS3({ iam, store: storeOf(), foreign: foreignService('AWS_ENDPOINT_URL_S3', variables) });
    ours = await startS3({
      iam,
      store: storeOf(bucketOf('files', KEYS, { body: Buffer.from(BODY), size: BODY.length })),
    });
  });
  afterAll(() => Promise.all([relay?.stop(), ours?.stop()]));

  test.each([
    {},
    { EncodingType: 'url' as const },
    { MaxKeys: 3 },
    { Prefix: 'a' },
    { Prefix: 'd', Delimiter: '/' },
    { Delimiter: '/' },
    { StartAfter: 'a+b' },
    { StartAfter: '\uffee', MaxKeys: 1 },
  ])('a list with %j is the same as ours', async (input) => {
    const [theirs, own] = await Promise.all(
      [relay, ours].map(async (endpoint) => {
        const page = await clientOf(endpoint, role).send(new ListObjectsV2Command({ Bucket: 'files', ...input }));
        const decoded = (key = '') =>
          input.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
        return {
          keys: page.Contents?.map(({ Key }) => decoded(Key)),
          prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix),
          more: page.IsTruncated,
          count: page.KeyCount,
        };
      }),
    );
    expect(own).toEqual(theirs);
  });

  test('every key comes once when pages are followed', async () => {
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const asked = new ListObjectsV2Command({ Bucket: 'files', MaxKeys: 2, ContinuationToken });
      const page = await clientOf(relay, role).send(asked);
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(keys).toHaveLength(KEYS.length);
    expect(new Set(keys)).toEqual(new Set(KEYS));
  });

  test.each(['bytes=2-4', 'bytes=-3', 'bytes=199990-', 'bytes=100-150099'])(
    'range %s is the same as ours',
    async (Range) => {
      const [theirs, own] = await Promise.all(
        [relay, ours].map(async (endpoint) => {
          const answer = await clientOf(endpoint, role).send(
            new GetObjectCommand({ Bucket: 'files', Key: 'a+b', Range }),
          );
          return { text: await answer.Body?.transformToString(), range: answer.ContentRange };
        }),
      );
      expect(own).toEqual(theirs);
    },
  );

  test.each([
    [{ Key: 'none' }, 404],
    [{ Key: 'ä', IfMatch: '"other"' }, 412],
    [{ Bucket: 'nowhere', Key: 'x' }, 404],
    [{ Key: 'ä', Range: 'bytes=900000-' }, 416],
  ])('%j is the same error as ours', async (input, httpStatusCode) => {
    for (const endpoint of [relay, ours]) {
      const asked = clientOf(endpoint, role).send(new GetObjectCommand({ Bucket: 'files', ...input }));
      await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode } });
    }
  });

  test('versions, uploads and parts come through', async () => {
    const Bucket = 'history';
    await moto.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    await moto.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Body of ['1', '22']) await moto.send(new PutObjectCommand({ Bucket, Key: 'ä b', Body }));
    await moto.send(new DeleteObjectCommand({ Bucket, Key: 'ä b' }));
    const { UploadId } = await moto.send(new CreateMultipartUploadCommand({ Bucket, Key: 'ä b' }));
    await moto.send(new UploadPartCommand({ Bucket, Key: 'ä b', UploadId, PartNumber: 1, Body: '333' }));

    const client = clientOf(relay, role);
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(versions.Versions?.map(({ Size }) => Size)).toEqual([2, 1]);
    expect(versions.DeleteMarkers).toHaveLength(1);
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual(['ä b']);
    const parts = await client.send(new ListPartsCommand({ Bucket, Key: 'ä b', UploadId }));
    expect(parts.Parts?.map(({ Size }) => Size)).toEqual([3]);
  });
});

describe('CloudWatch of moto, through our service', () => {
  test('gives the same data as ours, and at least the same metrics', async () => {
    const moto = new CloudWatchClient({ endpoint: MOTO, region: REGION, credentials });
    const Dimensions = [
      { Name: 'BucketName', Value: 'files' },
      { Name: 'StorageType', Value: 'StandardStorage' },
    ];
    const datum = {
      MetricName: 'BucketSizeBytes',
      Dimensions,
      Timestamp: new Date(NEWEST),
      Value: 5,
      Unit: 'Bytes' as const,
    };
    await moto.send(new PutMetricDataCommand({ Namespace: 'AWS/S3', MetricData: [datum] }));
    const foreign = foreignService('AWS_ENDPOINT_URL_CLOUDWATCH', variables);
    const relay = await startCloudWatch({ iam, metrics: [], foreign });
    const ours = await startCloudWatch({ iam, metrics: [metricOf('files', [5])] });
    const [theirs, own] = await Promise.all(
      [relay, ours].map(async (endpoint) => {
        const client = cloudWatchClient(endpoint, role);
        const data = await client.send(new GetMetricDataCommand(queryOf('files', 'none')));
        const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'AWS/S3' }));
        return {
          Metrics,
          results: data.MetricDataResults?.map(({ Id, Values, Timestamps }) => ({ Id, Values, Timestamps })),
        };
      }),
    );
    expect(own?.results).toEqual(theirs?.results);
    // moto publishes metrics of its own buckets beside what was put.
    expect(theirs?.Metrics).toEqual(expect.arrayContaining(own?.Metrics ?? []));
    expect(own?.Metrics).toHaveLength(1);
    await Promise.all([relay.stop(), ours.stop()]);
  });
});
