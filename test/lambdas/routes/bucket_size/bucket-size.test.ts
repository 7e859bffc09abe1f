import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import type { Bucket as ConfiguredBucket } from '../../../../lambdas/environment-settings.ts';
import type { EnvironmentRequest } from '../../../../lambdas/exchange.ts';
import { InvalidParameterError } from '../../../../lambdas/request-errors.ts';
import { bucketSize, type Position } from '../../../../lambdas/routes/bucket_size/bucket-size.ts';
import type { BucketSizeParameters } from '../../../../lambdas/routes/bucket_size/chosen-buckets.ts';
import { route } from '../../../../lambdas/routes/bucket_size/route.ts';
import { knownMetrics, metricAverages } from '../../../../lambdas/upstreams/cloudwatch/metrics.ts';
import { listBucket } from '../../../../lambdas/upstreams/s3/listing/listing.ts';
import { unfinishedUploads } from '../../../../lambdas/upstreams/s3/listing/uploads.ts';
import { forgetThrottling } from '../../../../lambdas/upstreams/throttling.ts';
import { sampleStore } from '../../../../local/samples/buckets.ts';
import { sampleMetrics } from '../../../../local/samples/metrics.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { bucketOf, iamWith, REGION } from '../../../packages/local-aws/s3/client.ts';
import { actAs } from '../../process-credentials.ts';

const somebody = principal([EVERYTHING]);
const UUID_AT_START = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const WHOLE: ConfiguredBucket = { bucket: 'shop-prod-files', region: REGION, prefix: null, key_pattern: null };
const SHARED: ConfiguredBucket = {
  bucket: 'shop-shared-files',
  region: REGION,
  prefix: 'acc-',
  key_pattern: UUID_AT_START,
};
const NEW: ConfiguredBucket = { ...WHOLE, bucket: 'brand-new' };
/** CloudWatch has its size and no number of objects. */
const UNCOUNTED: ConfiguredBucket = { ...WHOLE, bucket: 'uncounted' };
const store = sampleStore(REGION);
let s3: HttpService;
let cloudwatch: HttpService;
let restore: () => void;

beforeAll(async () => {
  const metrics = [...sampleMetrics(store), sizeOnly(UNCOUNTED.bucket)];
  store.set('brand-new', bucketOf('brand-new', []));
  s3 = await startS3({ iam: iamWith(somebody), store });
  cloudwatch = await startCloudWatch({ iam: iamWith(somebody), metrics });
  restore = actAs(somebody, {
    AWS_ENDPOINT_URL_S3: s3.address.href,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.address.href,
  });
});
afterEach(() => {
  forgetThrottling();
  s3.faults.clear();
  cloudwatch.faults.clear();
});
afterAll(async () => {
  restore();
  await Promise.all([s3.stop(), cloudwatch.stop()]);
});

interface Asked {
  parameters?: Partial<BucketSizeParameters>;
  limit?: number;
  position?: Position | null;
  /** Requests to S3 before the listing's time is up. */
  budget?: number;
  /** Until the deadline of the request. */
  milliseconds?: number;
  /** Requests to S3 after which a listing has no time left. */
  refusals?: number;
}

async function ask(buckets: readonly ConfiguredBucket[], asked: Asked = {}) {
  const context: Context = {
    deadline: new Deadline(Date.now() + (asked.milliseconds ?? 20_000)),
    timing: new Timing(),
  };
  const request = {
    environment: { name: 'shop-prod', labels: {}, offers: ['bucket_size'], buckets },
    parameters: {
      bucket: undefined,
      source: undefined,
      prefix: undefined,
      depth: undefined,
      days: undefined,
      ...asked.parameters,
    },
    limit: asked.limit ?? 100,
    position: asked.position ?? null,
    deadline: context.deadline,
  } as unknown as EnvironmentRequest<BucketSizeParameters, Position>;
  let left = asked.budget ?? Number.POSITIVE_INFINITY;
  const answer = await bucketSize(request, {
    averages: (queries, period, region) => metricAverages(queries, period, region, context),
    known: (query, region) => knownMetrics(query, region, context),
    list: (listing, position, deadline) => {
      const limited = new Deadline(deadline.at);
      limited.signal = () => (left-- > 0 ? deadline.signal() : AbortSignal.abort());
      const enough = s3.faults.requests() + (asked.refusals ?? Number.POSITIVE_INFINITY);
      limited.remaining = () => (s3.faults.requests() < enough ? deadline.remaining() : 0);
      return listBucket({ ...listing, page_keys: 300 }, position, { ...context, deadline: limited });
    },
    uploads: (bucket, deadline) => unfinishedUploads(bucket, { ...context, deadline }),
  });
  // What goes out is what the route declares.
  expect(route.answer.safeParse(answer.body).error).toBeUndefined();
  return answer;
}

function objectsOf(bucket: string, counts: (key: string) => boolean = () => true) {
  const objects = store.get(bucket)?.objects;
  let [bytes, count] = [0, 0];
  for (let i = 0; i < (objects?.length ?? 0); i++) {
    const object = objects?.at(i);
    if (object === undefined || !counts(object.key)) continue;
    bytes += object.size;
    count++;
  }
  return { size_bytes: bytes, object_count: count };
}

function sizeOnly(bucket: string): Metric {
  const at = Date.parse(`${dayBeforeNewest(0)}T00:00:00Z`);
  return {
    namespace: 'AWS/S3',
    name: 'BucketSizeBytes',
    dimensions: { BucketName: bucket, StorageType: 'StandardStorage' },
    unit: 'Bytes',
    points: (from, to) => (from <= at && at < to ? [{ at, value: 1_000 }] : []),
  };
}

/** The date of so many days before CloudWatch's newest point, which is yesterday's. */
function dayBeforeNewest(days: number): string {
  return new Date(Date.now() - (days + 1) * 86_400_000).toISOString().slice(0, 10);
}

describe('metrics', () => {
  test('are the newest whole day with its time, all storage types summed, overheads apart and included', async () => {
    const { body } = await ask([WHOLE]);
    const [row] = body.buckets;
    const types = row?.storage_types ?? [];
    expect(row).toMatchObject({ source: 'metrics', complete: true, error: null, history: null, listing: null });
    expect(types.reduce((sum, type) => sum + type.size_bytes, 0)).toBe(row?.size_bytes);
    expect(types.map(({ storage_type }) => storage_type)).toContain('StandardStorage');
    expect(types.find(({ overhead }) => overhead)?.storage_type).toMatch(/Overhead$/);
    expect(row?.as_of).toBe(
      new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000).toISOString().replace('.000', ''),
    );
    expect(body.total).toEqual({ size_bytes: row?.size_bytes, object_count: row?.object_count });
  });

  test('of the past keep their gaps, and a storage type that was given up long ago', async () => {
    const { body } = await ask([WHOLE], { parameters: { days: 90 } });
    const history = body.buckets[0]?.history ?? [];
    expect(history.length).toBeGreaterThan(60);
    expect(history.length).toBeLessThan(90);
    expect(history.map(({ date }) => date)).toEqual(history.map(({ date }) => date).toSorted());
    // A day that lacks one of its storage types is no day, whatever the others say.
    expect(history.filter(({ date }) => date === dayBeforeNewest(9) || date === dayBeforeNewest(24))).toEqual([]);
    expect(history[0]?.by_storage_type).toHaveProperty('ReducedRedundancyStorage');
    expect(history.at(-1)?.by_storage_type).not.toHaveProperty('ReducedRedundancyStorage');
    expect(body.buckets[0]?.growth).toMatchObject({ days: 30 });
  });

  test('whose number of objects is a day late are those of the newest day that has it', async () => {
    const { body } = await ask([{ ...WHOLE, bucket: 'depot-prod-files' }]);
    expect(body.buckets[0]).toMatchObject({ as_of: `${dayBeforeNewest(1)}T00:00:00Z`, complete: true, error: null });
    expect(body.buckets[0]?.object_count).toBeGreaterThan(0);
  });

  test('without a number of objects say so', async () => {
    const { body, faults } = await ask([UNCOUNTED]);
    expect(body.buckets[0]).toMatchObject({
      size_bytes: 1_000,
      object_count: null,
      complete: false,
      error: { reason: 'partial-data' },
    });
    expect(body).toMatchObject({ total: { size_bytes: 1_000, object_count: null }, complete: false });
    expect(faults).toEqual([{ source: 'cloudwatch', reason: 'partial-data' }]);
  });

  test('of a bucket without a data point are not known, which is not zero and not an error', async () => {
    const { body } = await ask([NEW], { parameters: { days: 3 } });
    expect(body.buckets[0]).toMatchObject({ size_bytes: null, as_of: null, history: [], growth: null, error: null });
    expect(body.total).toEqual({ size_bytes: null, object_count: null });
  });

  test('are refused for a shared bucket, whose total would be the neighbours’ too', async () => {
    const { body } = await ask([WHOLE, SHARED], { parameters: { source: 'metrics' } });
    expect(body.buckets[1]).toMatchObject({
      size_bytes: null,
      error: { type: '/problems/metrics-cover-whole-bucket' },
    });
    expect(body.complete).toBe(false);
    // A sum without one of its parts is no sum.
    expect(body.total).toEqual({ size_bytes: null, object_count: null });
  });

  test('that fail are their bucket’s own error, and others answer', async () => {
    const { body } = await ask([{ ...NEW, region: 'us-east-1' }, WHOLE]);
    expect(body.buckets[0]).toMatchObject({
      size_bytes: null,
      error: { type: '/problems/upstream-failed', status: 502 },
    });
    expect(body.buckets[1]?.error).toBeNull();
  });

  test('that CloudWatch gives only in part are an error, not a smaller size', async () => {
    cloudwatch.faults.inject({ kind: 'partial', every: 1 });
    const { body } = await ask([WHOLE]);
    expect(body.buckets[0]).toMatchObject({ size_bytes: null, error: { reason: 'partial-data' } });
  });
});

describe('a listing', () => {
  test('is the default where environments share a bucket, and counts only its own keys', async () => {
    const { body } = await ask([SHARED]);
    const own = objectsOf('shop-shared-files', (key) => key.startsWith('acc-') && /^[0-9a-f]{8}-/.test(key.slice(4)));
    expect(own.object_count).toBeGreaterThan(0);
    expect(own.object_count).toBeLessThan(objectsOf('shop-shared-files', (key) => key.startsWith('acc-')).object_count);
    expect(body.buckets[0]).toMatchObject({ ...own, source: 'listing', prefix: 'acc-', complete: true });
  });

  test('never reaches beyond the environment’s prefix, whatever prefix is asked for', async () => {
    const all = (await ask([SHARED])).body.buckets[0];
    for (const [prefix, expected] of [
      ['acc-', all?.object_count],
      ['a', all?.object_count],
      ['acc2', 0],
      ['test-', 0],
    ] as const) {
      const { body } = await ask([SHARED], { parameters: { source: 'listing', prefix } });
      expect(body.buckets[0]?.object_count).toBe(expected);
    }
  });

  test('cut by its budget goes on by the cursor to exactly the uncut total', async () => {
    const uncut = (await ask([WHOLE, SHARED], { parameters: { source: 'listing' } })).body;
    expect(uncut.buckets[0]).toMatchObject(objectsOf('shop-prod-files'));
    let position: Position | null = null;
    let answers = 0;
    for (;;) {
      const answer = await ask([WHOLE, SHARED], { parameters: { source: 'listing' }, budget: 9, position });
      expect(Buffer.byteLength(JSON.stringify(answer.next))).toBeLessThan(4_400);
      answers++;
      position = answer.next === null ? null : JSON.parse(JSON.stringify(answer.next));
      if (position === null) {
        expect(answer.body.total).toEqual(uncut.total);
        expect(answer.body.buckets.at(-1)).toMatchObject({ complete: true });
        break;
      }
      expect(answer.body.complete).toBe(false);
      expect(answer.body.total.size_bytes).toBeLessThan(uncut.total.size_bytes ?? 0);
    }
    expect(answers).toBeGreaterThan(3);
  });

  test('pages over buckets, and the last total is that of all', async () => {
    const first = await ask([WHOLE, SHARED], { parameters: { source: 'listing' }, limit: 1 });
    const second = await ask([WHOLE, SHARED], { parameters: { source: 'listing' }, limit: 1, position: first.next });
    expect([first.body.buckets.length, second.body.buckets.length, second.next]).toEqual([1, 1, null]);
    expect(second.body.total.object_count).toBe(
      (first.body.buckets[0]?.object_count ?? 0) + (second.body.buckets[0]?.object_count ?? 0),
    );
  });

  test('of a bucket that is gone is that bucket’s error, and others answer', async () => {
    const { body } = await ask([{ ...WHOLE, bucket: 'gone' }, WHOLE], { parameters: { source: 'listing' } });
    expect(body.buckets[0]).toMatchObject({ size_bytes: null, error: { reason: 'not-found' } });
    expect(body.buckets[1]).toMatchObject(objectsOf('shop-prod-files'));
  });
});

/** Each way to have no page of a listing in time, with what the row then says. */
const NO_PAGE = [
  ['throttled', 'upstream-throttled'],
  ['failed', 'upstream-timeout'],
  ['silent', 'upstream-timeout'],
] as const;

describe.each(NO_PAGE)('a bucket of which no page came in time, S3 being %s', (kind, slug) => {
  const UNKNOWN = { size_bytes: null, object_count: null };
  const error = { type: `/problems/${slug}` };
  /** Throttling is told after some refusals, however long they take; the others by the deadline. */
  const cut: Asked = kind === 'throttled' ? { refusals: 3 } : { milliseconds: 500 };

  test.each([
    ['a listing', WHOLE, { source: 'listing' }],
    ['a listing by prefixes', WHOLE, { source: 'listing', depth: 2 }],
    ['a share of a bucket', SHARED, {}],
  ] as const)('is not known, by %s, and the row says why', async (_, bucket, parameters) => {
    s3.faults.inject({ kind, every: 1 });
    const { body, faults, next } = await ask([bucket], { parameters, ...cut });
    expect(body).toMatchObject({ total: UNKNOWN, complete: false });
    expect(body.buckets).toMatchObject([{ ...UNKNOWN, complete: false, as_of: null, prefixes: null, error }]);
    expect(faults).toEqual([{ source: 's3', reason: slug }]);
    expect(next).toBeNull();
  });

  test('leaves its metrics as they are', async () => {
    s3.faults.inject({ kind, every: 1 });
    const { body, faults } = await ask([WHOLE], {
      parameters: { source: 'both' },
      ...cut,
      ...(cut.milliseconds && { milliseconds: 1_500 }),
    });
    expect(body.buckets).toMatchObject([{ listing: null, difference: null, complete: false, error }]);
    expect(body.buckets[0]?.size_bytes).toBeGreaterThan(0);
    expect(faults).toEqual([{ source: 's3', reason: slug }]);
  });

  test('is asked for again by the next page, when an earlier bucket took the time', async () => {
    const first = await ask([WHOLE, SHARED], { parameters: { source: 'listing' }, limit: 1 });
    s3.faults.inject({ kind, every: 1 });
    const second = await ask([NEW, WHOLE, SHARED], {
      parameters: { source: 'listing' },
      ...cut,
      position: first.next,
    });
    expect(second.body.total).toEqual(UNKNOWN);
    s3.faults.clear();
    forgetThrottling();
    s3.faults.inject({ kind, every: 2 });
    // The first request is answered, the second is not.
    const third = await ask([NEW, WHOLE], {
      parameters: { source: 'listing' },
      ...(kind === 'silent' ? { budget: 2, milliseconds: 1_500 } : { budget: 1 }),
    });
    expect(third.body.buckets.map(({ bucket }) => bucket)).toEqual(['brand-new']);
    expect(third.next).toMatchObject({ bucket: 'shop-prod-files', listing: null });
  });
});

test('a listing that got no further says so beside what was counted before', async () => {
  const parameters = { source: 'listing' } as const;
  const first = await ask([WHOLE], { parameters, budget: 5 });
  s3.faults.inject({ kind: 'throttled', every: 1 });
  const second = await ask([WHOLE], { parameters, position: first.next, refusals: 3 });
  expect(first.body.buckets[0]).toMatchObject({ error: null, complete: false });
  expect(second.body.buckets[0]).toMatchObject({
    size_bytes: first.body.buckets[0]?.size_bytes,
    complete: false,
    error: { type: '/problems/upstream-throttled' },
  });
  expect(second.faults).toEqual([{ source: 's3', reason: 'upstream-throttled' }]);
  expect(second.next).toEqual(first.next);
});

describe('both', () => {
  test('explain the difference to the byte', async () => {
    const { body } = await ask([WHOLE], { parameters: { source: 'both' } });
    const [row] = body.buckets;
    expect(row?.listing).toMatchObject({ ...objectsOf('shop-prod-files'), complete: true });
    const parts = Object.fromEntries((row?.difference?.parts ?? []).map((part) => [part.what, part]));
    expect(parts['noncurrent_versions']?.size_bytes).toBeGreaterThan(0);
    expect(parts['unfinished_uploads']?.size_bytes).toBeGreaterThan(0);
    expect(parts['delete_markers']?.object_count).toBeGreaterThan(0);
    expect(parts['unexplained']).toEqual({
      what: 'unexplained',
      size_bytes: 0,
      object_count: 0,
      complete: true,
      reason: null,
    });
    expect(row?.complete).toBe(true);
  });

  test('say what they could not see', async () => {
    s3.faults.inject({ kind: 'denied', every: 1, operation: 'ListObjectVersions' });
    s3.faults.inject({ kind: 'denied', every: 1, operation: 'ListParts' });
    const { body, faults } = await ask([WHOLE], { parameters: { source: 'both' } });
    const [row] = body.buckets;
    expect(row?.listing).toMatchObject(objectsOf('shop-prod-files'));
    const parts = row?.difference?.parts ?? [];
    expect(parts.filter((part) => !part.complete)).toEqual(
      [
        ['noncurrent_versions', 'access-denied'],
        ['delete_markers', 'access-denied'],
        ['unfinished_uploads', 'access-denied'],
        ['unexplained', 'part-missing'],
      ].map(([what, reason]) => ({ what, reason, size_bytes: null, object_count: null, complete: false })),
    );
    expect(body.complete).toBe(false);
    expect(faults).toEqual([
      { source: 's3', reason: 'access-denied' },
      { source: 's3', reason: 'access-denied' },
    ]);
  });

  test('cut by the budget go on by the cursor to the same difference', async () => {
    const uncut = (await ask([WHOLE], { parameters: { source: 'both' } })).body.buckets[0];
    let position: Position | null = null;
    for (;;) {
      const answer = await ask([WHOLE], { parameters: { source: 'both' }, budget: 20, position });
      const [row] = answer.body.buckets;
      position = answer.next;
      if (position === null) {
        expect(row?.difference).toEqual(uncut?.difference);
        break;
      }
      expect(row).toMatchObject({ size_bytes: uncut?.size_bytes, difference: null, listing: { complete: false } });
    }
  });

  test('that both fail give the metrics’ fault in the row and count both, and no cache takes one failure for another', async () => {
    const parameters = { source: 'both' } as const;
    cloudwatch.faults.inject({ kind: 'partial', every: 1 });
    s3.faults.inject({ kind: 'denied', every: 1 });
    const { body, faults, revision } = await ask([WHOLE], { parameters });
    expect(body.buckets[0]?.error).toMatchObject({ source: 'cloudwatch', reason: 'partial-data' });
    expect(faults).toEqual([
      { source: 'cloudwatch', reason: 'partial-data' },
      { source: 's3', reason: 'access-denied' },
    ]);
    const other = await ask([{ ...WHOLE, bucket: 'gone' }], { parameters: { source: 'listing' } });
    s3.faults.clear();
    const another = await ask([{ ...WHOLE, bucket: 'gone' }], { parameters: { source: 'listing' } });
    expect(new Set([revision, other.revision, another.revision]).size).toBe(3);
  });

  test('keep the metrics when the listing fails', async () => {
    s3.faults.inject({ kind: 'denied', every: 1 });
    const { body } = await ask([WHOLE], { parameters: { source: 'both' } });
    expect(body.buckets[0]).toMatchObject({ listing: null, difference: null, error: { reason: 'access-denied' } });
    expect(body.buckets[0]?.size_bytes).toBeGreaterThan(0);
  });
});

describe('parameters', () => {
  test('that would do nothing are refused by name', async () => {
    const refused = async (parameters: Partial<BucketSizeParameters>) => {
      const error = await ask([WHOLE], { parameters }).catch((cause: unknown) => cause);
      return error instanceof InvalidParameterError ? error.faults.map(({ parameter }) => parameter) : undefined;
    };
    expect(await refused({ prefix: 'a' })).toEqual(['prefix']);
    expect(await refused({ source: 'both', depth: 1 })).toEqual(['depth']);
    expect(await refused({ source: 'listing', days: 3 })).toEqual(['days']);
    expect(await refused({ source: 'listing', prefix: 'a', depth: 1 })).toBeUndefined();
  });

  test('give each bucket its days where no source is named: none to one that is shared, as nothing measures its share', async () => {
    const { body } = await ask([WHOLE, SHARED], { parameters: { days: 3 } });
    expect(body.buckets.map(({ source, history }) => [source, history?.length ?? null])).toEqual([
      ['metrics', 3],
      ['listing', null],
    ]);
  });

  test('choose one bucket of the environment; another’s does not exist', async () => {
    const { body } = await ask([WHOLE, NEW], { parameters: { bucket: 'brand-new' } });
    expect(body.buckets.map(({ bucket }) => bucket)).toEqual(['brand-new']);
    await expect(ask([WHOLE], { parameters: { bucket: 'depot-prod-files' } })).rejects.toMatchObject({
      name: 'UnknownBucketError',
      near: [],
    });
    await expect(ask([WHOLE, NEW], { parameters: { bucket: 'brand_new' } })).rejects.toMatchObject({
      near: ['brand-new'],
    });
  });
});
