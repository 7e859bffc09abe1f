import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyBucket } from '../../../../local/samples/buckets.ts';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { bucketOf, clientOf, iamWith, REGION, storeOf } from './client.ts';

const BODY = Buffer.from('0123456789');
const files = () => bucketOf('files', ['ten', 'dir/ä b'], { body: BODY, size: 10, etag: etagOf(BODY) });

describe('an object', () => {
  const version = { last_modified: new Date(), storage_class: 'STANDARD', body: null, size: 3, etag: etagOf('old') };
  const versioned = new Bucket({
    ...{ name: 'versioned', region: REGION, objects: bucketOf('', ['kept'], { version_id: 'new' }).objects },
    history: [
      { ...version, key: 'kept', version_id: 'old', latest: false, delete_marker: false },
      { ...version, key: 'gone', version_id: 'marker', latest: true, delete_marker: true },
      { ...version, key: 'gone', version_id: 'last', latest: false, delete_marker: false },
    ],
  });
  const large = bucketOf('large', ['large'], { size: 1_000_000, storage_class: 'STANDARD_IA' });
  const frozen = bucketOf('frozen', ['frozen'], { storage_class: 'GLACIER' });
  let endpoint: HttpService;
  beforeAll(async () => {
    const store = storeOf(files(), versioned, large, frozen);
    endpoint = await startS3({ iam: iamWith(principal([EVERYTHING])), store });
  });
  afterAll(() => endpoint.stop());

  const get = (input: Partial<GetObjectCommandInput>) =>
    clientOf(endpoint).send(new GetObjectCommand({ Bucket: 'files', Key: 'ten', ...input }));

  test.each([
    [undefined, '0123456789', undefined],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
  ])('range %s', async (Range, text, ContentRange) => {
    const answer = await get({ Range });
    expect(await answer.Body?.transformToString()).toBe(text);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(answer.$metadata.httpStatusCode).toBe(ContentRange === undefined ? 200 : 206);
  });

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('range %s is not to be had', async (Range) => {
    await expect(get({ Range })).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
  });

  test('is given on conditions that hold, and not on those that do not', async () => {
    const etag = etagOf(BODY);
    await expect(get({ IfMatch: etag })).resolves.toMatchObject({ ETag: etag });
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await expect(get({ IfNoneMatch: '"other"' })).resolves.toMatchObject({ ETag: etag });
    await expect(get({ IfNoneMatch: etag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  test('has a head like its body', async () => {
    const head = await clientOf(endpoint).send(new HeadObjectCommand({ Bucket: 'files', Key: 'dir/ä b' }));
    expect(head).toMatchObject({
      ContentLength: 10,
      ETag: etagOf(BODY),
      LastModified: new Date('2026-03-04T05:06:07Z'),
    });
  });

  test('without a body of its own is made up, the same in parts as in whole', async () => {
    const whole = await (await get({ Bucket: 'large', Key: 'large' })).Body?.transformToByteArray();
    expect(whole).toHaveLength(1_000_000);
    const part = await get({ Bucket: 'large', Key: 'large', Range: 'bytes=99990-300010' });
    expect(part.StorageClass).toBe('STANDARD_IA');
    expect(Buffer.from((await part.Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.from(whole?.subarray(99_990, 300_011) ?? []),
    );
  });

  test('has versions, of which a delete marker hides the last', async () => {
    const of = (Key: string, VersionId?: string) => get({ Bucket: 'versioned', Key, VersionId });
    await expect(of('kept')).resolves.toMatchObject({ VersionId: 'new' });
    await expect(of('kept', 'old')).resolves.toMatchObject({ VersionId: 'old', ContentLength: 3 });
    await expect(of('kept', 'other')).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await expect(of('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(of('gone', 'last')).resolves.toMatchObject({ ContentLength: 3 });
    await expect(of('gone', 'marker')).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  });

  test('in an archive class cannot be read at once', async () => {
    await expect(get({ Bucket: 'frozen', Key: 'frozen' })).rejects.toMatchObject({ name: 'InvalidObjectState' });
  });

  test('that is not there is a 404 with the request id of S3', async () => {
    const missing = get({ Key: 'none' });
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { requestId: expect.any(String) } });
  });

  test('cannot be put into a read-only bucket', async () => {
    const put = clientOf(endpoint).send(new PutObjectCommand({ Bucket: 'files', Key: 'k', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a writable bucket', () => {
  test('takes objects on conditions, and keeps them over a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mrt-s3-'));
    const start = () =>
      startS3({
        ...{ iam: iamWith(principal([EVERYTHING])), directory, writable: ['keys'] },
        store: storeOf(emptyBucket('keys', REGION)),
      });
    try {
      let endpoint = await start();
      const put = (Body: string, condition: object = {}) =>
        clientOf(endpoint).send(new PutObjectCommand({ Bucket: 'keys', Key: 'a/keys.json', Body, ...condition }));
      await expect(put('0', { IfMatch: '"none"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
      const { ETag } = await put('1', { IfNoneMatch: '*' });
      await expect(put('2', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
      await expect(put('2', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
      await put('22', { IfMatch: ETag });
      await endpoint.stop();

      endpoint = await start();
      const kept = await clientOf(endpoint).send(new GetObjectCommand({ Bucket: 'keys', Key: 'a/keys.json' }));
      expect(await kept.Body?.transformToString()).toBe('22');
      await endpoint.stop();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('IAM', () => {
  const bucket = 'arn:aws:s3:::files';
  const object = `${bucket}/ten`;
  const Bucket = 'files';
  const Key = 'ten';

  test.each([
    ['ListObjectsV2', 's3:ListBucket', bucket, new ListObjectsV2Command({ Bucket })],
    ['HeadBucket', 's3:ListBucket', bucket, new HeadBucketCommand({ Bucket })],
    ['GetBucketLocation', 's3:GetBucketLocation', bucket, new GetBucketLocationCommand({ Bucket })],
    ['ListObjectVersions', 's3:ListBucketVersions', bucket, new ListObjectVersionsCommand({ Bucket })],
    ['ListMultipartUploads', 's3:ListBucketMultipartUploads', bucket, new ListMultipartUploadsCommand({ Bucket })],
    ['GetObject', 's3:GetObject', object, new GetObjectCommand({ Bucket, Key })],
    ['HeadObject', 's3:GetObject', object, new HeadObjectCommand({ Bucket, Key })],
    ['GetObject of a version', 's3:GetObjectVersion', object, new GetObjectCommand({ Bucket, Key, VersionId: 'null' })],
    ['PutObject', 's3:PutObject', object, new PutObjectCommand({ Bucket, Key, Body: 'x' })],
  ])('%s needs %s on its resource, and nothing else', async (_, action, resource, command) => {
    const status = async (...statements: Statement[]) => {
      const role = principal(statements);
      const endpoint = await startS3({ iam: iamWith(role), store: storeOf(files()), writable: ['files'] });
      // The commands share a client, but not a type.
      const asked = clientOf(endpoint, role).send(command as HeadBucketCommand);
      const code = await asked.then(
        () => 200,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      );
      await endpoint.stop();
      return code;
    };
    const allow: Statement = { Effect: 'Allow', Action: action, Resource: resource };
    expect(await status(allow)).toBe(200);
    expect(await status(EVERYTHING, { ...allow, Effect: 'Deny' })).toBe(403);
    expect(await status({ Effect: 'Allow', NotAction: action, Resource: '*' })).toBe(403);
    expect(await status({ ...allow, Resource: `${resource}2` })).toBe(403);
  });

  // Service Authorization Reference, Amazon S3: the list of uploads has no condition key for the prefix.
  test.each([
    [true, 's3:ListBucket', new ListObjectsV2Command({ Bucket, Prefix: 'acc-' })],
    [true, 's3:ListBucketVersions', new ListObjectVersionsCommand({ Bucket, Prefix: 'acc-' })],
    [false, 's3:ListBucketMultipartUploads', new ListMultipartUploadsCommand({ Bucket, Prefix: 'acc-' })],
  ])('a condition on the prefix lets a request through: %s for %s', async (allowed, Action, command) => {
    const role = principal([
      { Effect: 'Allow', Action, Resource: bucket, Condition: { StringLike: { 's3:prefix': 'acc-*' } } },
    ]);
    const endpoint = await startS3({ iam: iamWith(role), store: storeOf(files()) });
    const asked = clientOf(endpoint, role).send(command as HeadBucketCommand);
    await expect(
      asked.then(
        () => true,
        ({ name }) => name,
      ),
    ).resolves.toBe(allowed || 'AccessDenied');
    await endpoint.stop();
  });

  test('ListParts needs s3:ListMultipartUploadParts on the key', async () => {
    const allow: Statement = { Effect: 'Allow', Action: 's3:ListMultipartUploadParts', Resource: object };
    for (const [statements, name] of [
      [[allow], 'NoSuchUpload'],
      [[], 'AccessDenied'],
    ] as const) {
      const role = principal([...statements]);
      const endpoint = await startS3({ iam: iamWith(role), store: storeOf(files()) });
      const asked = clientOf(endpoint, role).send(new ListPartsCommand({ Bucket, Key, UploadId: 'u' }));
      await expect(asked).rejects.toMatchObject({ name });
      await endpoint.stop();
    }
  });

  test('a list may be bound to a prefix', async () => {
    const Condition = { StringLike: { 's3:prefix': 'acc-*' } };
    const role = principal([{ Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket, Condition }]);
    const endpoint = await startS3({ iam: iamWith(role), store: storeOf(files()) });
    const list = (Prefix?: string) => clientOf(endpoint, role).send(new ListObjectsV2Command({ Bucket, Prefix }));
    await expect(list('acc-')).resolves.toMatchObject({ KeyCount: 0 });
    await expect(list('acc2')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
    await endpoint.stop();
  });

  test('only who may list learns that a key does not exist', async () => {
    const read: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    const list: Statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket };
    for (const [statements, name] of [
      [[read], 'AccessDenied'],
      [[read, list], 'NoSuchKey'],
    ] as const) {
      const role = principal([...statements]);
      const endpoint = await startS3({ iam: iamWith(role), store: storeOf(files()) });
      const missing = clientOf(endpoint, role).send(new GetObjectCommand({ Bucket, Key: 'none' }));
      await expect(missing).rejects.toMatchObject({ name });
      await endpoint.stop();
    }
  });
});

describe('faults', () => {
  test('befall every nth request of an operation until they are cleared', async () => {
    const endpoint = await startS3({ iam: iamWith(principal([EVERYTHING])), store: storeOf(files()) });
    const list = () => clientOf(endpoint).send(new ListObjectsV2Command({ Bucket: 'files' }));
    endpoint.faults.inject({ kind: 'throttled', every: 2, operation: 'ListObjectsV2' });
    await expect(list()).resolves.toMatchObject({ KeyCount: 2 });
    await expect(list()).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    await clientOf(endpoint).send(new GetBucketLocationCommand({ Bucket: 'files' }));
    await expect(list()).resolves.toMatchObject({ KeyCount: 2 });
    endpoint.faults.clear();
    await expect(list()).resolves.toMatchObject({ KeyCount: 2 });
    expect([endpoint.faults.requests('ListObjectsV2'), endpoint.faults.requests()]).toEqual([4, 5]);
    await endpoint.stop();
  });

  test('cut a body short, in such a way that the client sees it', async () => {
    const store = storeOf(bucketOf('large', ['large'], { size: 500_000 }));
    const endpoint = await startS3({ iam: iamWith(principal([EVERYTHING])), store });
    endpoint.faults.inject({ kind: 'cut', every: 1 });
    const answer = await clientOf(endpoint).send(new GetObjectCommand({ Bucket: 'large', Key: 'large' }));
    await expect(answer.Body?.transformToByteArray()).rejects.toThrow();
    await endpoint.stop();
  });
});
