import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../../../lambdas/upstream-errors.ts';
import { listBucket } from '../../../../lambdas/upstreams/s3/listing/listing.ts';
import type { ListingPosition } from '../../../../lambdas/upstreams/s3/listing/position.ts';
import { unfinishedUploads } from '../../../../lambdas/upstreams/s3/listing/uploads.ts';
import { newestObject } from '../../../../lambdas/upstreams/s3/newest.ts';
import { readObject } from '../../../../lambdas/upstreams/s3/objects.ts';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

let server: Server;
/** Given in turn; the last one for ever. */
let answers: Answer[];
let requests: number;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  requests = 0;
  server = createServer((_, response) => {
    const answer = answers[Math.min(requests++, answers.length - 1)];
    response.writeHead(answer?.status ?? 500, answer?.headers ?? {}).end(answer?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const context = (): Context => ({ deadline: new Deadline(Date.now() + 10_000), timing: new Timing() });
const place = { bucket: 'b', region: 'eu-west-1' };
const rules = { prefix: '', pattern: null, pattern_after: '', depth: 0 };
const listing = (what: 'objects' | 'versions') => () =>
  listBucket({ ...place, what, rules, position_bytes: 4_000 }, null, context());
const object = (options: object) => () =>
  readObject({ ...place, name: 's3', key: 'k' }, { max_bytes: 100, ...options }, context());

const xml = (root: string, content: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}</${root}>`;
const entry = '<Key>a</Key><LastModified>2026-03-04T05:06:07.000Z</LastModified><ETag>"1"</ETag><Size>7</Size>';
const page = (root: string, content: string) => xml(root, `<IsTruncated>false</IsTruncated>${content}`);
const stored = { etag: '"1"', 'last-modified': 'Wed, 04 Mar 2026 05:06:07 GMT' };

/** Every reader, with a good answer to it. */
const READERS: Record<string, { read: () => Promise<unknown>; good: Answer }> = {
  'the listing': {
    read: listing('objects'),
    good: { status: 200, body: page('ListBucketResult', `<Contents>${entry}</Contents>`) },
  },
  'the listing of versions': {
    read: listing('versions'),
    good: { status: 200, body: page('ListVersionsResult', `<Version>${entry}</Version>`) },
  },
  'the list of uploads': {
    read: () => unfinishedUploads({ bucket: 'b', region: 'eu-west-1' }, context()),
    good: { status: 200, body: page('ListMultipartUploadsResult', '') },
  },
  'the newest object': {
    read: () => newestObject({ ...place, name: 's3', prefix: '', suffix: '' }, context()),
    good: { status: 200, body: page('ListBucketResult', `<Contents>${entry}</Contents>`) },
  },
  'a whole object': { read: object({}), good: { status: 200, headers: stored, body: 'content' } },
  'a range of an object': {
    read: object({ range: { from: 2, to: 5 } }),
    good: { status: 206, headers: { ...stored, 'content-range': 'bytes 2-5/7' }, body: 'nten' },
  },
  'the end of an object': {
    read: object({ range: { last: 50 } }),
    good: { status: 206, headers: { ...stored, 'content-range': 'bytes 0-6/7' }, body: 'content' },
  },
};
const LISTS = Object.keys(READERS).slice(0, 4);
const error = (code: string, more = '') => xml('Error', `<Code>${code}</Code><Message>m</Message>${more}`);
const reader = (name: string) => READERS[name] ?? expect.unreachable();

/** What S3 says when waiting changes nothing, with the reason that the answer gives. */
const REFUSALS: [string, string, Answer][] = [
  ['a wrong clock', 'clock-skew', { status: 403, body: error('RequestTimeTooSkewed') }],
  ['an unknown key id', 'credentials', { status: 403, body: error('InvalidAccessKeyId') }],
  ['a signature that does not fit', 'credentials', { status: 403, body: error('SignatureDoesNotMatch') }],
  ['expired credentials', 'credentials', { status: 400, body: error('ExpiredToken') }],
  ['a malformed credential', 'credentials', { status: 400, body: error('AuthorizationHeaderMalformed') }],
  ['a policy', 'access-denied', { status: 403, body: error('AccessDenied') }],
  ['a 403 without a body', 'access-denied', { status: 403 }],
  ['a bucket that AWS has closed', 'access-disabled', { status: 403, body: error('AllAccessDisabled') }],
  ['an archived object', 'archived', { status: 403, body: error('InvalidObjectState') }],
  ['a redirect', 'wrong-region', { status: 301, body: error('PermanentRedirect') }],
  ['a redirect without a body', 'wrong-region', { status: 301, headers: { 'x-amz-bucket-region': 'eu-central-1' } }],
  ['a bare redirect', 'wrong-region', { status: 301 }],
  ['a temporary redirect', 'wrong-region', { status: 307, body: error('TemporaryRedirect') }],
  [
    'another Region’s signature',
    'wrong-region',
    { status: 400, body: error('AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>') },
  ],
  [
    'another Region’s 403',
    'wrong-region',
    { status: 403, headers: { 'x-amz-bucket-region': 'eu-central-1' }, body: error('AccessDenied') },
  ],
  [
    'its own Region’s 403',
    'access-denied',
    { status: 403, headers: { 'x-amz-bucket-region': 'eu-west-1' }, body: error('AccessDenied') },
  ],
  ['a request that it does not know', 'refused', { status: 501, body: error('NotImplemented') }],
  ['another 400', 'refused', { status: 400, body: error('InvalidArgument') }],
];

/** Answers that are not what was asked for, to a list. */
const NOT_A_LIST: [string, Answer][] = [
  ['an empty body', { status: 200 }],
  ['another root element', { status: 200, body: page('ListAllMyBucketsResult', '') }],
  ['HTML', { status: 200, body: '<!DOCTYPE html><html><body><p>Sign in</p></body></html>' }],
  ['text', { status: 200, body: 'ok' }],
  ['an unknown error with status 200', { status: 200, body: error('SomethingNew') }],
  ['a page that does not say whether it is the last', { status: 200, body: xml('ListBucketResult', '') }],
];

/** What is gone when asked again, as it comes from S3. */
const PASSING: [string, Answer][] = [
  ['SlowDown', { status: 503, body: error('SlowDown') }],
  ['a 503 without a body', { status: 503 }],
  ['a 429', { status: 429 }],
  ['an internal error', { status: 500, body: error('InternalError') }],
  ['a 502 of HTML', { status: 502, body: '<html></html>' }],
  ['a request that took too long to arrive', { status: 400, body: error('RequestTimeout') }],
];

describe.each(Object.keys(READERS))('%s', (name) => {
  test.each(REFUSALS)('is told %s by its reason, at once', async (_, reason, answer) => {
    answers = [answer];
    const failure = await reader(name)
      .read()
      .catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(UpstreamFailedError);
    expect(failure).toMatchObject({ source: 's3', reason });
    expect(requests).toBe(1);
  });

  test.each(PASSING)('is asked for again after %s', async (_, answer) => {
    answers = [answer, answer, reader(name).good];
    await expect(reader(name).read()).resolves.toBeDefined();
    expect(requests).toBe(3);
  });
});

describe.each(LISTS)('%s', (name) => {
  test.each(NOT_A_LIST)('is asked for again after %s', async (_, answer) => {
    answers = [answer, reader(name).good];
    await expect(reader(name).read()).resolves.toBeDefined();
    expect(requests).toBe(2);
  });

  test.each([
    ['half a document', (body: string) => body.slice(0, -5)],
    ['an answer that broke off in an entry', (body: string) => body.slice(0, body.length / 2)],
  ])('is asked for again after %s', async (_, cut) => {
    const { good, read } = reader(name);
    answers = [{ status: 200, body: cut(good.body ?? '') }, good];
    await expect(read()).resolves.toBeDefined();
    expect(requests).toBe(2);
  });

  test('is asked for again after an error with status 200, and is throttled where that says so', async () => {
    answers = [
      { status: 200, body: error('InternalError') },
      { status: 200, body: error('SlowDown') },
      reader(name).good,
    ];
    await expect(reader(name).read()).resolves.toBeDefined();
    expect(requests).toBe(3);
  });

  test('with status 200 and a refusal in the body is refused at once', async () => {
    answers = [{ status: 200, body: error('AccessDenied') }];
    await expect(reader(name).read()).rejects.toMatchObject({ reason: 'access-denied' });
    expect(requests).toBe(1);
  });
});

describe('a range', () => {
  test.each([
    ['the whole object', { status: 200, headers: stored, body: 'content' }],
    ['another range', { status: 206, headers: { ...stored, 'content-range': 'bytes 0-3/7' }, body: 'cont' }],
    ['fewer bytes than it says', { status: 206, headers: { ...stored, 'content-range': 'bytes 2-5/7' }, body: 'nt' }],
    ['no word of which bytes it has', { status: 206, headers: stored, body: 'nten' }],
  ])('is not taken for what was asked for when S3 gives %s', async (_, answer) => {
    answers = [answer];
    await expect(reader('a range of an object').read()).rejects.toMatchObject({ reason: 'invalid-answer' });
  });

  test('has the size of the whole object, and may end with it', async () => {
    answers = [{ status: 206, headers: { ...stored, 'content-range': 'bytes 2-6/7' }, body: 'ntent' }];
    await expect(object({ range: { from: 2, to: 20 } })()).resolves.toMatchObject({ size: 7, etag: '"1"' });
  });
});

test('SlowDown that does not end is throttling, after five requests', async () => {
  answers = [{ status: 503, body: error('SlowDown') }];
  await expect(reader('a whole object').read()).rejects.toThrow(UpstreamThrottledError);
  expect(requests).toBe(5);
});

test('an object without an ETag or a date, larger than the limit, or not modified unasked, is no answer', async () => {
  answers = [{ status: 200, body: 'a page of a proxy' }];
  await expect(reader('a whole object').read()).rejects.toMatchObject({ reason: 'invalid-answer' });
  answers = [{ status: 200, headers: stored, body: 'x'.repeat(101) }];
  await expect(reader('a whole object').read()).rejects.toMatchObject({ reason: 'too-large' });
  answers = [{ status: 304 }];
  await expect(reader('a whole object').read()).rejects.toThrow(UpstreamFailedError);
});

describe('keys that S3 does not encode', () => {
  const plain = (root: string, element: string, more = '') => ({
    status: 200,
    body: page(root, `<${element}><Key>app+1%41 100%.mda</Key>${more}</${element}>`),
  });
  const members = '<LastModified>2026-03-04T05:06:07.000Z</LastModified><ETag>"1"</ETag><Size>7</Size>';

  test('are the names of archives as they stand', async () => {
    answers = [plain('ListBucketResult', 'Contents', members)];
    await expect(reader('the newest object').read()).resolves.toMatchObject({ key: 'app+1%41 100%.mda' });
  });

  test('are the names of uploads as they stand', async () => {
    const paths: string[] = [];
    server.on('request', ({ url }) => paths.push(url ?? ''));
    const part = '<Part><PartNumber>1</PartNumber><Size>5</Size></Part>';
    answers = [
      plain('ListMultipartUploadsResult', 'Upload', '<UploadId>u</UploadId>'),
      { status: 200, body: page('ListPartsResult', part) },
    ];
    await expect(reader('the list of uploads').read()).resolves.toEqual({ size_bytes: 5, object_count: 1 });
    expect(paths[1]).toBe('/b/app%2B1%2541%20100%25.mda?uploadId=u');
  });
});

describe('a server that lists something else than asked for is refused, not counted', () => {
  const objects = (keys: string[], truncated = false) => ({
    status: 200,
    body: xml(
      'ListBucketResult',
      `<IsTruncated>${truncated}</IsTruncated>${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}`,
    ),
  });
  const list = (prefix: string, what: 'objects' | 'versions' = 'objects', position: ListingPosition | null = null) =>
    listBucket({ ...place, what, rules: { ...rules, prefix }, position_bytes: 4_000 }, position, {
      deadline: new Deadline(Date.now() + 1_500),
      timing: new Timing(),
    });

  test('when it ignores where to start', async () => {
    answers = [objects(['a', 'b'], true)];
    const { tally, position } = await list('');
    expect(tally.current.objects).toBe(2);
    const again = await list('', 'objects', position);
    expect(again.tally.current.objects).toBe(2);
    expect(again.interruption).not.toBeNull();
  });

  test('when it ignores the prefix', async () => {
    answers = [objects(['a', 'b'])];
    await expect(list('b')).rejects.toThrow();
  });

  test('when it has another order', async () => {
    answers = [objects(['c', 'a', 'b'])];
    await expect(list('')).rejects.toThrow();
  });

  test('when its versions go on where they were', async () => {
    const body = xml(
      'ListVersionsResult',
      `<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker><Version><Key>a</Key><VersionId>v</VersionId><IsLatest>true</IsLatest><Size>1</Size></Version>`,
    );
    answers = [{ status: 200, body }];
    const { tally, position } = await list('', 'versions');
    expect(tally.current.objects).toBe(1);
    expect((await list('', 'versions', position)).interruption).not.toBeNull();
  });
});

test('a key is counted although its page broke off and others were written before it meanwhile', async () => {
  const keysOf = (keys: string[]) => keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('');
  const head = (truncated: boolean) => `<EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>`;
  const whole = xml('ListBucketResult', `${head(true)}${keysOf(['a', 'b', 'c'])}`);
  // The first try brings a, b and c and breaks off; then a1 is written, and c is on the next page.
  answers = [
    { status: 200, body: whole.slice(0, whole.indexOf('</ListBucketResult>')) },
    { status: 200, body: xml('ListBucketResult', `${head(true)}${keysOf(['a', 'a1', 'b'])}`) },
    { status: 200, body: xml('ListBucketResult', `${head(false)}${keysOf(['c'])}`) },
  ];
  const { tally } = await listBucket({ ...place, what: 'objects', rules, position_bytes: 4_000 }, null, context());
  expect(tally.current.objects).toBe(4);
});
