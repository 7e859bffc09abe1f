import { S3Client } from '@aws-sdk/client-s3';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WritableBucket } from '../../../../lambdas/upstreams/s3/writable-bucket.ts';

const KEYS = { accessKeyId: 'AKIAWRITER0000000000', secretAccessKey: 'secret', sessionToken: '' };
const OURS = { body: '{"run":"ours"}', type: 'application/json' };
const THEIRS = { body: '{"run":"theirs"}', type: 'application/json' };
const signal = AbortSignal.timeout(60_000);

let s3: HttpService;
let client: S3Client;
let bucket: WritableBucket;

beforeAll(async () => {
  const iam = new Iam('eu-west-1');
  const policies = [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }];
  iam.register({ name: 'writer', roleArn: 'arn:aws:iam::000000000000:role/writer', inVpc: false, policies, ...KEYS });
  const store = new Map([['record', new Bucket({ name: 'record', region: 'eu-west-1', objects: [] })]]);
  s3 = await startS3({ iam, store, writable: ['record'] });
  const endpoint = s3.address.href;
  client = new S3Client({ region: 'eu-west-1', endpoint, credentials: KEYS, forcePathStyle: true, maxAttempts: 3 });
  bucket = new WritableBucket(client, 'record');
});
beforeEach(() => s3.faults.clear());
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

/** The second write from now on is done, and its answer lost. */
async function loseTheNextAnswer(): Promise<void> {
  s3.faults.inject({ kind: 'cut', every: 2, operation: 'PutObject' });
  await bucket.write('other', OURS, signal);
}

test('a new object is written once: the second writer is told', async () => {
  expect(await bucket.writeNew('once', OURS, signal)).toBe(true);
  expect(await bucket.writeNew('once', THEIRS, signal)).toBe(false);
  expect((await bucket.read('once', signal))?.body.toString()).toBe(OURS.body);
});

test('a new object whose answer was lost is ours, although the next try finds it there', async () => {
  await loseTheNextAnswer();
  const before = s3.faults.requests('PutObject');
  expect(await bucket.writeNew('lost', OURS, signal)).toBe(true);
  expect(s3.faults.requests('PutObject') - before).toBe(2);
});

test('an object that was replaced, and the answer lost, is ours too', async () => {
  await bucket.write('replaced', THEIRS, signal);
  const { etag = '' } = (await bucket.read('replaced', signal)) ?? {};
  await loseTheNextAnswer();
  expect(await bucket.replace('replaced', OURS, etag, signal)).toBe(true);
});

test('an object of somebody else is not ours, however often it was tried', async () => {
  await bucket.write('theirs', THEIRS, signal);
  await loseTheNextAnswer();
  expect(await bucket.writeNew('theirs', OURS, signal)).toBe(false);
});

test('an object that was replaced since it was read stays as it is', async () => {
  await bucket.write('changed', OURS, signal);
  const { etag = '' } = (await bucket.read('changed', signal)) ?? {};
  await bucket.write('changed', THEIRS, signal);
  expect(await bucket.replace('changed', OURS, etag, signal)).toBe(false);
  expect((await bucket.read('changed', signal))?.body.toString()).toBe(THEIRS.body);
});
