import { ListObjectsV2Command, PutObjectCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { Signer } from '@aws-sdk/rds-signer';
import { verifyPresigned } from '@mrt/local-aws/iam/sigv4.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketOf, clientOf, iamWith, storeOf } from '../s3/client.ts';
import { EVERYTHING, principal } from './principal.ts';

const known = principal([EVERYTHING]);
const iam = iamWith(known);

describe('a request signed by the SDK', () => {
  let endpoint: HttpService;
  beforeAll(async () => {
    endpoint = await startS3({ iam, store: storeOf(bucketOf('files', ['a b', 'é'])), writable: ['files'] });
  });
  afterAll(() => endpoint.stop());

  async function codeOf(client: S3Client, command = new ListObjectsV2Command({ Bucket: 'files' })): Promise<string> {
    return client.send(command).then(
      () => 'accepted',
      (error: S3ServiceException) => error.name,
    );
  }

  test('is accepted, whatever characters its parameters have', async () => {
    const odd = new ListObjectsV2Command({ Bucket: 'files', Prefix: "a +%!'()*~&=é\u{1f4e6}", StartAfter: '/x y' });
    expect(await codeOf(clientOf(endpoint))).toBe('accepted');
    expect(await codeOf(clientOf(endpoint), odd)).toBe('accepted');
  });

  test('is accepted for a key with odd characters', async () => {
    const Key = "dir/a +%!'()*~&=é\u{1f4e6}";
    const put = clientOf(endpoint).send(new PutObjectCommand({ Bucket: 'files', Key, Body: 'content' }));
    await expect(put).resolves.toMatchObject({ ETag: '"9a0364b9e99bb480dd25e1f0284c8555"' });
  });

  test.each([
    ['an unknown access key', { accessKeyId: 'ASIAOTHER' }, 'InvalidAccessKeyId'],
    ['another secret', { secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
    ['another session token', { sessionToken: 'guessed' }, 'InvalidToken'],
    ['no session token', { sessionToken: undefined }, 'InvalidToken'],
  ])('is refused with %s', async (_, change, code) => {
    const { accessKeyId, secretAccessKey, sessionToken } = known;
    const { sessionToken: token, ...keys } = { accessKeyId, secretAccessKey, sessionToken, ...change };
    const credentials = token === undefined ? keys : { ...keys, sessionToken: token };
    const client = new S3Client({
      endpoint: endpoint.address.href,
      region: 'eu-west-1',
      credentials,
      forcePathStyle: true,
    });
    expect(await codeOf(client)).toBe(code);
  });

  test('is refused when a clock is off by more than 15 minutes', async () => {
    const off = (minutes: number) => {
      const client = new S3Client({
        ...{ endpoint: endpoint.address.href, region: 'eu-west-1', credentials: known, forcePathStyle: true },
        ...{ systemClockOffset: minutes * 60_000, maxAttempts: 1 },
      });
      return codeOf(client);
    };
    expect(await off(14)).toBe('accepted');
    expect(await off(-14)).toBe('accepted');
    expect(await off(16)).toBe('RequestTimeTooSkewed');
    expect(await off(-16)).toBe('RequestTimeTooSkewed');
  });

  test.each([
    ['its query', (path: string) => `${path}&prefix=x`, {}],
    ['its path', (path: string) => path.replace('files', 'other'), {}],
    ['a signed header', (path: string) => path, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
  ])('is refused when %s was changed on the way', async (_, change, headers) => {
    const { url, signed } = await captured();
    expect((await fetch(url, { headers: signed })).status).toBe(200);
    const answer = await fetch(new URL(change(url.pathname + url.search), url), { headers: { ...signed, ...headers } });
    expect(await answer.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect(answer.status).toBe(403);
  });

  test('is refused when an x-amz header was added on the way, and without any signature', async () => {
    const { url, signed } = await captured();
    expect((await fetch(url, { headers: { ...signed, 'x-amz-acl': 'public-read' } })).status).toBe(403);
    expect((await fetch(url)).status).toBe(403);
  });

  test('is refused when its body is not the one that was signed', async () => {
    const { url, signed } = await captured(new PutObjectCommand({ Bucket: 'files', Key: 'k', Body: 'signed' }));
    const answer = await fetch(url, { method: 'PUT', headers: signed, body: 'forged' });
    expect(await answer.text()).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  });

  /** What the SDK would send, taken before it is sent. */
  async function captured(
    command: ListObjectsV2Command | PutObjectCommand = new ListObjectsV2Command({ Bucket: 'files' }),
  ) {
    const client = clientOf(endpoint);
    let request: { path: string; query: Record<string, string>; headers: Record<string, string> } | undefined;
    client.middlewareStack.add(
      () => async (args) => {
        request = args.request as typeof request;
        throw new Error('captured');
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(command as ListObjectsV2Command).catch(() => undefined);
    if (request === undefined) throw new Error('the SDK made no request');
    const url = new URL(request.path, endpoint.address);
    for (const [name, value] of Object.entries(request.query)) url.searchParams.set(name, value);
    const { host: _, 'content-length': __, ...signed } = request.headers;
    return { url, signed };
  }
});

describe('an RDS IAM token made by the SDK', () => {
  const MADE = new Date();
  const token = (change: Partial<typeof known> = {}): Promise<string> =>
    new Signer({
      ...{ hostname: 'shop-prod-db.local', port: 5432, username: 'mrt_reader', region: 'eu-west-1' },
      credentials: { ...known, ...change },
    }).getAuthToken();
  const later = (seconds: number) => new Date(MADE.getTime() + seconds * 1000);

  test('names its principal, host, port and user', async () => {
    expect(verifyPresigned(await token(), { iam })).toEqual({
      ...{ principal: known, host: 'shop-prod-db.local', port: 5432, user: 'mrt_reader', region: 'eu-west-1' },
    });
  });

  test('is good for 15 minutes', async () => {
    expect(verifyPresigned(await token(), { iam, now: later(890) })).toMatchObject({ user: 'mrt_reader' });
    expect(verifyPresigned(await token(), { iam, now: later(930) })).toBe('expired');
  });

  test('is refused from the future', async () => {
    expect(verifyPresigned(await token(), { iam, now: later(-400) })).toBe('skewed');
  });

  test.each([
    ['an unknown access key', { accessKeyId: 'ASIAOTHER' }, 'unknown-key'],
    ['another secret', { secretAccessKey: 'guessed' }, 'wrong-signature'],
    ['another session token', { sessionToken: 'guessed' }, 'wrong-token'],
  ])('is refused with %s', async (_, change, reason) => {
    expect(verifyPresigned(await token(change), { iam })).toBe(reason);
  });

  test.each([
    ['user', 'DBUser=mrt_reader', 'DBUser=postgres', 'wrong-signature'],
    ['host', 'shop-prod-db.local', 'shop-acc-db.local', 'wrong-signature'],
    ['port', ':5432/', ':5433/', 'wrong-signature'],
    ['validity', 'Expires=900', 'Expires=899', 'wrong-signature'],
    ['validity beyond 15 minutes', 'Expires=900', 'Expires=90000', 'malformed'],
    ['action', 'Action=connect', 'Action=drop', 'malformed'],
    ['service', 'rds-db', 's3', 'malformed'],
  ])('is refused when its %s was changed', async (_, from, to, reason) => {
    const changed = (await token()).replace(from, to);
    expect(changed).toContain(to);
    expect(verifyPresigned(changed, { iam })).toBe(reason);
  });

  test.each(['', 'password', 'host:5432/?', 'host/?Action=connect'])('%j is no token', (text) => {
    expect(verifyPresigned(text, { iam })).toBe('malformed');
  });
});
