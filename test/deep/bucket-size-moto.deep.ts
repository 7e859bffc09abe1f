import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../lambdas/context.ts';
import { knownMetrics, metricAverages } from '../../lambdas/upstreams/cloudwatch/metrics.ts';
import { listBucket } from '../../lambdas/upstreams/s3/listing/listing.ts';
import type { ListingRequest } from '../../lambdas/upstreams/s3/listing/request.ts';
import { unfinishedUploads } from '../../lambdas/upstreams/s3/listing/uploads.ts';
import { actAs } from '../lambdas/process-credentials.ts';
import { NEWEST } from '../packages/local-aws/cloudwatch/client.ts';
import { EVERYTHING, principal } from '../packages/local-aws/iam/principal.ts';
import { REGION } from '../packages/local-aws/s3/client.ts';

const MOTO = process.env['MOTO'];
if (!MOTO) throw new Error('MOTO is not set: run .ci/deep.d/moto.sh');
const DAY = 86_400_000;
const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
const KEYS = [
  ...['a b', 'a+b', 'a%2Bb', 'a&b<c>"', "a'(1)*!~", 'ä', '\uffee', '\u{1f4e6}', 'dir/x', 'dir/sub/y', 'dir.z'],
  ...Array.from({ length: 60 }, (_, i) => `${i.toString(16).padStart(2, '0')}-object`),
];

/** moto's S3 and CloudWatch know nothing of our local endpoints: an independent check of the sources. */
describe('the sources of /bucket_size, against moto', () => {
  const Bucket = 'sizes';
  const context = (): Context => ({
    deadline: new Deadline(Date.now() + 20_000),
    timing: new Timing(),
  });
  const request = (changes: Partial<ListingRequest> = {}): ListingRequest => ({
    bucket: Bucket,
    region: REGION,
    what: 'objects',
    position_bytes: 4_000,
    rules: { prefix: '', pattern: null, pattern_after: '', depth: 0 },
    ...changes,
  });
  const bytes = KEYS.reduce((sum, _, i) => sum + i + 1, 0);
  let restore: () => void;

  beforeAll(async () => {
    restore = actAs(principal([EVERYTHING]), { AWS_ENDPOINT_URL_S3: MOTO, AWS_ENDPOINT_URL_CLOUDWATCH: MOTO });
    const s3 = new S3Client({ endpoint: MOTO, region: REGION, credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Key of ['a b', 'dir/x', 'gone']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'older' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    for (const [i, Key] of KEYS.entries()) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(i + 1) }));
    }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'half ä+b' }));
    await s3.send(new UploadPartCommand({ Bucket, Key: 'half ä+b', UploadId, PartNumber: 1, Body: '333' }));
    await s3.send(new UploadPartCommand({ Bucket, Key: 'half ä+b', UploadId, PartNumber: 2, Body: '4444' }));
  });
  afterAll(() => restore());

  test.each([undefined, 1, 4, 10])('a listing with pages of %s keys counts every object once', async (page_keys) => {
    const { tally, position } = await listBucket(request({ ...(page_keys && { page_keys }) }), null, context());
    expect(tally.current).toEqual({ objects: KEYS.length, bytes });
    expect(position).toBeNull();
  });

  test('a listing below a prefix counts what lies below it', async () => {
    const rules = { ...request().rules, prefix: 'dir/' };
    expect((await listBucket(request({ rules }), null, context())).tally.current.objects).toBe(2);
  });

  test('versions, delete markers and unfinished uploads are counted apart', async () => {
    const { tally } = await listBucket(request({ what: 'versions' }), null, context());
    expect(tally.current).toEqual({ objects: KEYS.length, bytes });
    expect(tally.noncurrent).toEqual({ objects: 3, bytes: 15 });
    expect(tally.deleteMarkers).toBe(1);
    expect(await unfinishedUploads({ bucket: Bucket, region: REGION }, context())).toEqual({
      size_bytes: 7,
      object_count: 2,
    });
  });

  test('a bucket that is not there is not found', async () => {
    await expect(listBucket(request({ bucket: 'nowhere' }), null, context())).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  test('daily metrics come with their days, and the metric is in the list', async () => {
    const cloudwatch = new CloudWatchClient({ endpoint: MOTO, region: REGION, credentials });
    const dimensions = { BucketName: Bucket, StorageType: 'StandardStorage' };
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const data = [1, 2, 3].map((Value, i) => ({
      MetricName: 'BucketSizeBytes',
      Dimensions,
      Value,
      Unit: 'Bytes' as const,
      Timestamp: new Date(NEWEST - (2 - i) * DAY),
    }));
    // A metric may not be put under AWS/ by a client; moto lets it.
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/S3', MetricData: data }));
    const query = { namespace: 'AWS/S3', metric: 'BucketSizeBytes', dimensions };
    const period = { from: new Date(NEWEST - 5 * DAY), to: new Date(NEWEST + DAY), seconds: 86_400 };
    const [series] = await metricAverages([query], period, REGION, context());
    expect(series?.complete).toBe(true);
    expect([...(series?.points ?? [])].sort(([a], [b]) => a - b)).toEqual([
      [NEWEST - 2 * DAY, 1],
      [NEWEST - DAY, 2],
      [NEWEST, 3],
    ]);
    const listed = await knownMetrics({ ...query, dimensions: { BucketName: Bucket } }, REGION, context());
    expect(listed).toContainEqual({ metric: 'BucketSizeBytes', dimensions });
  });
});
