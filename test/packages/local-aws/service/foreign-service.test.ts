import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { type ForeignService, foreignService } from '@mrt/local-aws/service/foreign-service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyBucket } from '../../../../local/samples/buckets.ts';
import { cloudWatchClient, metricOf, queryOf } from '../cloudwatch/client.ts';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { bucketOf, clientOf, iamWith, REGION, storeOf } from '../s3/client.ts';

/** Who the foreign endpoints know: other keys than those of the functions. */
const outside = principal([EVERYTHING], {
  ...{ accessKeyId: 'AKIAFOREIGN', secretAccessKey: 'foreign secret', sessionToken: '' },
});
const inside = principal([EVERYTHING]);
const KEY = "dir/a +%!'()*~&=é\u{1f4e6}";

function foreign(service: HttpService): ForeignService {
  const { accessKeyId, secretAccessKey } = outside;
  return { address: service.address, accessKeyId, secretAccessKey, sessionToken: null };
}

describe('S3 requests for a bucket that is not here', () => {
  let there: HttpService;
  let here: HttpService;
  beforeAll(async () => {
    const store = storeOf(bucketOf('far', [KEY, 'b'], { size: 300_000 }), emptyBucket('writable', REGION));
    there = await startS3({ iam: iamWith(outside), store, writable: ['writable'] });
    const near = storeOf(bucketOf('near', ['own']));
    here = await startS3({ iam: iamWith(inside), store: near, foreign: foreign(there) });
  });
  afterAll(() => Promise.all([here.stop(), there.stop()]));

  test('are signed again and answered there', async () => {
    const client = clientOf(here, inside);
    const list = await client.send(new ListObjectsV2Command({ Bucket: 'far', Prefix: 'dir/a +', MaxKeys: 1 }));
    expect(list.Contents?.map(({ Key }) => Key)).toEqual([KEY]);
    const part = await client.send(new GetObjectCommand({ Bucket: 'far', Key: KEY, Range: 'bytes=100-250099' }));
    expect(part.ContentRange).toBe('bytes 100-250099/300000');
    expect(await part.Body?.transformToByteArray()).toHaveLength(250_000);
    await client.send(new PutObjectCommand({ Bucket: 'writable', Key: KEY, Body: 'content' }));
    const put = await client.send(new GetObjectCommand({ Bucket: 'writable', Key: KEY }));
    expect(await put.Body?.transformToString()).toBe('content');
  });

  test('keep the errors of there', async () => {
    const client = clientOf(here, inside);
    await expect(client.send(new GetObjectCommand({ Bucket: 'far', Key: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  test('are cut short where the answer is', async () => {
    there.faults.inject({ kind: 'cut', every: 1 });
    const answer = await clientOf(here, inside).send(new GetObjectCommand({ Bucket: 'far', Key: 'b' }));
    await expect(answer.Body?.transformToByteArray()).rejects.toThrow();
    there.faults.clear();
  });

  test('pass the same checks: signature and IAM', async () => {
    const before = there.faults.requests();
    const stranger = clientOf(here, principal([EVERYTHING], { secretAccessKey: 'guessed' }));
    await expect(stranger.send(new ListObjectsV2Command({ Bucket: 'far' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const poor = principal([]);
    const relay = await startS3({ iam: iamWith(poor), store: storeOf(), foreign: foreign(there) });
    await expect(clientOf(relay, poor).send(new ListObjectsV2Command({ Bucket: 'far' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await relay.stop();
    expect(there.faults.requests()).toBe(before);
  });

  test('do not reach buckets that are here', async () => {
    const before = there.faults.requests();
    const list = await clientOf(here, inside).send(new ListObjectsV2Command({ Bucket: 'near' }));
    expect(list.KeyCount).toBe(1);
    expect(there.faults.requests()).toBe(before);
  });

  test('fail with an error when there is nobody there', async () => {
    const gone = { ...foreign(there), address: new URL('http://127.0.0.1:1') };
    const relay = await startS3({ iam: iamWith(inside), store: storeOf(), foreign: gone });
    const asked = clientOf(relay, inside).send(new ListObjectsV2Command({ Bucket: 'far' }));
    await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await relay.stop();
  });
});

describe('CloudWatch requests', () => {
  test('are signed again and answered there', async () => {
    const there = await startCloudWatch({ iam: iamWith(outside), metrics: [metricOf('m', [5])] });
    const here = await startCloudWatch({ iam: iamWith(inside), metrics: [], foreign: foreign(there) });
    const answer = await cloudWatchClient(here, inside).send(new GetMetricDataCommand(queryOf('m')));
    expect(answer.MetricDataResults?.[0]?.Values).toEqual([5]);
    await Promise.all([here.stop(), there.stop()]);
  });
});

describe('the foreign endpoint of the environment', () => {
  test('is the address of the SDK variable, with its keys', () => {
    const variables = {
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:5000',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    expect(foreignService('AWS_ENDPOINT_URL_S3', variables)).toEqual({
      ...{ address: new URL('http://127.0.0.1:5000'), accessKeyId: 'a', secretAccessKey: 'b', sessionToken: null },
    });
    expect(foreignService('AWS_ENDPOINT_URL_CLOUDWATCH', variables)).toBeNull();
  });

  test('is refused by name when it is no address', () => {
    expect(() => foreignService('AWS_ENDPOINT_URL_S3', { AWS_ENDPOINT_URL_S3: 'moto' })).toThrow(/AWS_ENDPOINT_URL_S3/);
  });
});
