import { compareKeys } from '@mrt/local-aws/s3/key-order.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf, type StoredVersion } from '@mrt/local-aws/s3/store.ts';
import { KEY_SHAPES, syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../../lambdas/context.ts';
import { UpstreamThrottledError, UpstreamTimeoutError } from '../../../../../lambdas/upstream-errors.ts';
import type { Entries } from '../../../../../lambdas/upstreams/s3/listing/entries.ts';
import { Lister, listBucket } from '../../../../../lambdas/upstreams/s3/listing/listing.ts';
import { isUnfinished, type ListingPosition } from '../../../../../lambdas/upstreams/s3/listing/position.ts';
import type { Range } from '../../../../../lambdas/upstreams/s3/listing/range.ts';
import { Ranges } from '../../../../../lambdas/upstreams/s3/listing/ranges.ts';
import type { ListingRequest } from '../../../../../lambdas/upstreams/s3/listing/request.ts';
import { type CountRules, Tally, type TallyState } from '../../../../../lambdas/upstreams/s3/listing/tally.ts';
import { forgetThrottling } from '../../../../../lambdas/upstreams/throttling.ts';
import { EVERYTHING, principal } from '../../../../packages/local-aws/iam/principal.ts';
import { bucketOf, iamWith, REGION, storeOf } from '../../../../packages/local-aws/s3/client.ts';
import fc from '../../../../properties.ts';
import { actAs } from '../../../process-credentials.ts';

const somebody = principal([EVERYTHING]);
let endpoint: HttpService;
let store: Map<string, Bucket>;
let restore: () => void;

beforeEach(async () => {
  store = storeOf();
  endpoint = await startS3({ iam: iamWith(somebody), store });
  restore = actAs(somebody, { AWS_ENDPOINT_URL_S3: endpoint.address.href });
});

afterEach(async () => {
  forgetThrottling();
  restore();
  await endpoint.stop();
});

/** Lets so many requests through; then the time is up. */
class RequestBudget extends Deadline {
  #left: number;
  constructor(requests: number) {
    super(Date.now() + 20_000);
    this.#left = requests;
  }
  override signal(): AbortSignal {
    return this.#left-- > 0 ? super.signal() : AbortSignal.abort();
  }
}

function context(deadline = new Deadline(Date.now() + 20_000)): Context {
  return { deadline, timing: new Timing() };
}

function request(changes: Partial<ListingRequest> = {}, rules: Partial<ListingRequest['rules']> = {}): ListingRequest {
  return {
    bucket: 'b',
    region: REGION,
    what: 'objects',
    position_bytes: 4_000,
    rules: { prefix: '', pattern: null, pattern_after: '', depth: 0, ...rules },
    ...changes,
  };
}

function tallyOf(state: TallyState | null): Tally {
  return state === null ? new Tally() : Tally.from(state);
}

/** Counts objects of an even size a second time. */
class EvenTally extends Tally {
  readonly #counted: () => void;
  constructor(state: TallyState | null, counted: () => void) {
    super();
    this.#counted = counted;
    if (state !== null) this.merge(Tally.from(state));
  }
  override count(entries: Entries, upto: string | null, rules: CountRules): void {
    this.#counted();
    super.count(entries, upto, rules);
    for (let i = 0; i < entries.count; i++) {
      const isIn = upto === null || compareKeys(entries.key(i), upto) <= 0;
      if (isIn && (entries.sizes[i] ?? 0) % 2 === 0) this.deleteMarkers++;
    }
  }
}

/** Follows the positions to the end, each time with so many requests. */
async function listInParts(wanted: ListingRequest, requests: number): Promise<{ tally: Tally; answers: Tally[] }> {
  const answers: Tally[] = [];
  let position: ListingPosition | null = null;
  do {
    const result = await listBucket(wanted, position, context(new RequestBudget(requests)));
    answers.push(result.tally);
    expect(answers.length).toBeLessThan(5_000);
    // Through JSON, as in a cursor.
    position = JSON.parse(JSON.stringify(result.position));
    if (position !== null && position.ranges.length > 1) {
      expect(JSON.stringify(position).length).toBeLessThanOrEqual(wanted.position_bytes);
    }
  } while (position !== null);
  return { tally: answers.at(-1) as Tally, answers };
}

const anyKeys = fc.uniqueArray(
  fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }).filter((key) => !key.includes('\0')),
    fc.uuid(),
    fc.tuple(fc.nat(30), fc.nat(99)).map(([day, n]) => `2026/${day}/${n}`),
    fc.nat(999).map((n) => `one/deep/prefix/that/is/shared/${n}`),
    fc.stringMatching(/^größe[ +%/][a-zä-ü]{1,4}$/),
    fc.stringMatching(/^[-/]{1,40}[ab]$/),
  ),
  { maxLength: 120 },
);

describe('a listing', () => {
  test('counts each key once, for any keys, page size, budget and size of cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyKeys,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(150, 400, 4_000),
        async (keys, page_keys, requests, position_bytes) => {
          const bucket = bucketOf('b', keys);
          store.set('b', bucket);
          const { tally } = await listInParts(request({ page_keys, position_bytes }), requests);
          const bytes = keys.reduce((sum, _, i) => sum + i + 1, 0);
          expect(tally.current).toEqual({ objects: keys.length, bytes });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is exact while S3 throttles, fails and drops connections', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyKeys,
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 3, max: 6 }),
        async (keys, page_keys, every) => {
          store.set('b', bucketOf('b', keys));
          endpoint.faults.clear();
          endpoint.faults.inject({ kind: 'throttled', every: every + 4 });
          endpoint.faults.inject({ kind: 'cut', every });
          endpoint.faults.inject({ kind: 'failed', every: every + 2 });
          const { tally } = await listBucket(request({ page_keys }), null, context());
          expect(tally.current.objects).toBe(keys.length);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('counts with what its caller gives in place of sums, across cuts, and waits for it before each page', async () => {
    const keys = syntheticKeys('uuid', 2_000);
    store.set('b', bucketOf('b', keys));
    let isReady = false;
    let early = 0;
    const inspection = {
      tally: (state: TallyState | null) => new EvenTally(state, () => (early += isReady ? 0 : 1)),
      ready: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        isReady = true;
      },
      enough: () => false,
    };
    const { tally } = await listInParts(request({ page_keys: 50, inspection }), 8);
    expect(early).toBe(0);
    expect(tally.current).toEqual({ objects: 2_000, bytes: (2_000 * 2_001) / 2 });
    expect(tally.deleteMarkers).toBe(1_000);
  });

  test('ends when its caller has enough, and goes on from there', async () => {
    store.set('b', bucketOf('b', syntheticKeys('uuid', 1_000)));
    let pages = 0;
    const inspection = { tally: tallyOf, ready: async () => void pages++, enough: () => pages >= 3 };
    const first = await listBucket(request({ page_keys: 50, inspection }), null, context());
    expect(first.interruption).toBeNull();
    expect(first.tally.current.objects).toBeGreaterThan(0);
    expect(first.tally.current.objects).toBeLessThan(1_000);
    const { tally, position } = await listBucket(request({ page_keys: 50 }), first.position, context());
    expect(position).toBeNull();
    expect(tally.current.objects).toBe(1_000);
  });

  test.each(KEY_SHAPES)('of %s keys is exact and opens more than one connection', async (shape) => {
    const keys = syntheticKeys(shape, 5_000);
    store.set('b', bucketOf('b', keys));
    endpoint.faults.delay_ms = 2;
    const { tally, position } = await listBucket(request({ page_keys: 50 }), null, context());
    expect(tally.current).toEqual({ objects: 5_000, bytes: (5_000 * 5_001) / 2 });
    expect(position).toBeNull();
    // Splitting costs requests; it must not cost multiples of the 100 that the keys need.
    expect(endpoint.faults.requests()).toBeLessThan(350);
  });

  test('with one key a page takes a request for each: one key says nothing of how densely they lie', async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `${i.toString(16).padStart(2, '0')}-object`);
    store.set('b', bucketOf('b', keys));
    const before = endpoint.faults.requests();
    const { tally } = await listBucket(request({ page_keys: 1 }), null, context());
    expect(tally.current.objects).toBe(60);
    expect(endpoint.faults.requests() - before).toBe(60);
  });

  test('of three keys takes one request', async () => {
    store.set('b', bucketOf('b', ['a', 'b', 'c']));
    await listBucket(request(), null, context());
    expect(endpoint.faults.requests()).toBe(1);
  });

  test('counts only what lies below its prefix and fits the pattern after it', async () => {
    const uuid = '0b4d1c52-9f7e-4c1d-8a51-3f0f6f2a7c11';
    store.set('b', bucketOf('b', [`shop${uuid}`, `shop2${uuid}`, `shop${uuid}.v1`, 'shop', 'shop/x', `acc${uuid}`]));
    const rules = { prefix: 'shop', pattern: /^[0-9a-f]{8}-/u, pattern_after: 'shop' };
    const { tally } = await listBucket(request({}, rules), null, context());
    expect(tally.current.objects).toBe(2);
  });

  test('sums up by prefix, and over all answers shows each prefix once, with everything below it', async () => {
    await fc.assert(
      fc.asyncProperty(anyKeys, fc.integer({ min: 1, max: 9 }), async (keys, requests) => {
        store.set('b', bucketOf('b', keys));
        const expected = new Map<string, number>();
        for (const key of keys) {
          const parts = key.split('/').slice(0, -1);
          for (let depth = 1; depth <= Math.min(2, parts.length); depth++) {
            const prefix = `${parts.slice(0, depth).join('/')}/`;
            expected.set(prefix, (expected.get(prefix) ?? 0) + 1);
          }
        }
        const found: [string, number][] = [];
        let position: ListingPosition | null = null;
        do {
          const result = await listBucket(
            request({ page_keys: 7 }, { depth: 2 }),
            position,
            context(new RequestBudget(requests)),
          );
          position = result.position;
          for (const [prefix, { objects }] of result.tally.prefixes) {
            if (!isUnfinished(prefix, position)) found.push([prefix, objects]);
          }
        } while (position !== null);
        expect(new Map(found)).toEqual(expected);
        expect(found.length).toBe(expected.size);
      }),
      { numRuns: 40 },
    );
  });

  test('of very many prefixes answers with some thousands at a time', async () => {
    const keys = Array.from({ length: 12_000 }, (_, i) => `${i}/x`);
    store.set('b', bucketOf('b', keys));
    const found = new Set<string>();
    let position: ListingPosition | null = null;
    let answers = 0;
    do {
      const result = await listBucket(request({}, { depth: 1 }), position, context());
      position = result.position;
      expect(result.tally.prefixes.size).toBeLessThan(12_000);
      for (const prefix of result.tally.prefixes.keys()) if (!isUnfinished(prefix, position)) found.add(prefix);
      answers++;
    } while (position !== null);
    expect(found.size).toBe(12_000);
    expect(answers).toBeGreaterThan(1);
  });

  test('sums up by storage class', async () => {
    const objects = [
      ...(bucketOf('b', ['a', 'b']).objects as never[]),
      ...(bucketOf('b', ['c'], { storage_class: 'GLACIER' }).objects as never[]),
    ];
    store.set('b', new Bucket({ name: 'b', region: REGION, objects }));
    const { tally } = await listBucket(request(), null, context());
    expect(Object.fromEntries(tally.classes)).toEqual({
      STANDARD: { objects: 2, bytes: 3 },
      GLACIER: { objects: 1, bytes: 1 },
    });
  });

  test('of a bucket that is not there is an error at once', async () => {
    await expect(listBucket(request({ bucket: 'gone' }), null, context())).rejects.toMatchObject({
      reason: 'not-found',
    });
    expect(endpoint.faults.requests()).toBe(1);
  });

  test('without permission is an error at once', async () => {
    store.set('b', bucketOf('b', ['a']));
    endpoint.faults.inject({ kind: 'denied', every: 1 });
    await expect(listBucket(request(), null, context())).rejects.toMatchObject({ reason: 'access-denied' });
    expect(endpoint.faults.requests()).toBe(1);
  });

  test('gives up on a fault that does not go away', async () => {
    store.set('b', bucketOf('b', ['a']));
    endpoint.faults.inject({ kind: 'failed', every: 1 });
    await expect(listBucket(request(), null, context())).rejects.toMatchObject({ reason: 'failed' });
  });

  const cutShort = () => context(new Deadline(Date.now() + 400));

  /** Is over when so many requests more have been refused. */
  function refused(requests = 3): Context {
    const enough = endpoint.faults.requests() + requests;
    const deadline = new Deadline(Date.now() + 20_000);
    deadline.remaining = () => (endpoint.faults.requests() < enough ? deadline.at - Date.now() : 0);
    return context(deadline);
  }

  test.each(['objects', 'versions'] as const)(
    'of %s of which no page came is an error with its reason, never 0',
    async (what) => {
      store.set('b', bucketOf('b', ['a']));
      endpoint.faults.inject({ kind: 'throttled', every: 1 });
      await expect(listBucket(request({ what }), null, refused())).rejects.toThrow(UpstreamThrottledError);
      endpoint.faults.clear();
      forgetThrottling();
      for (const kind of ['failed', 'silent'] as const) {
        endpoint.faults.clear();
        endpoint.faults.inject({ kind, every: 1 });
        await expect(listBucket(request({ what }), null, cutShort())).rejects.toThrow(UpstreamTimeoutError);
      }
    },
  );

  test('that goes on and gets no page keeps what was counted, and says why it got no further', async () => {
    store.set('b', bucketOf('b', syntheticKeys('uuid', 3_000)));
    const first = await listBucket(request({ page_keys: 100 }), null, context(new RequestBudget(8)));
    endpoint.faults.inject({ kind: 'throttled', every: 1 });
    const second = await listBucket(request({ page_keys: 100 }), first.position, refused());
    expect(first).toMatchObject({ interruption: null });
    expect(second.tally.current).toEqual(first.tally.current);
    expect(second.interruption).toBeInstanceOf(UpstreamThrottledError);
    endpoint.faults.clear();
    const third = await listBucket(request({ page_keys: 100 }), second.position, context());
    expect(third).toMatchObject({ position: null, interruption: null });
    expect(third.tally.current.objects).toBe(3_000);
  });

  test.each(['split', 'prefixCount'] as const)(
    'in which %s goes wrong ends with that error, and leaves nothing under way',
    async (method) => {
      store.set('b', bucketOf('b', syntheticKeys('uuid', 3_000)));
      const wrong = new RangeError('wrong');
      class WrongRanges extends Ranges {
        override split(): Range | null {
          if (method === 'split' && endpoint.faults.requests() > 3) throw wrong;
          return super.split();
        }
        override prefixCount(): number {
          if (method === 'prefixCount' && endpoint.faults.requests() > 3) throw wrong;
          return super.prefixCount();
        }
      }
      const lister = new Lister(request({ page_keys: 50 }, { depth: 1 }), new WrongRanges('', null), context());
      await expect(lister.run()).rejects.toBe(wrong);
      const asked = endpoint.faults.requests();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(endpoint.faults.requests()).toBe(asked);
    },
  );

  test('whose server falls silent ends at its deadline with a position', async () => {
    store.set('b', bucketOf('b', syntheticKeys('uuid', 3_000)));
    endpoint.faults.inject({ kind: 'silent', every: 2 });
    const { tally, position } = await listBucket(request(), null, context(new Deadline(Date.now() + 1_500)));
    expect(tally.current.objects).toBeGreaterThan(0);
    expect(position).not.toBeNull();
  });
});

describe('a listing of versions', () => {
  const anyHistory = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'b/c', 'ä', '\u{1f4e6}'), size: fc.nat(99), marker: fc.boolean() }),
    { maxLength: 60 },
  );

  test('counts current, older and deleted ones, for any history, page size and budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.uniqueArray(fc.constantFrom('a', 'b/c', 'c', '\uffee'), { maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        async (older, current, page_keys, requests) => {
          const history = older.map(
            ({ key, size, marker }, i): StoredVersion => ({
              key,
              size: marker ? 0 : size,
              last_modified: new Date(Date.UTC(2026, 0, 1) + i * 1_000),
              etag: etagOf(key),
              storage_class: 'STANDARD',
              version_id: `v${i}`,
              body: null,
              latest: false,
              delete_marker: marker,
            }),
          );
          const objects = bucketOf('b', [...current].sort(compareKeys), { version_id: 'now' }).objects;
          store.set('b', new Bucket({ name: 'b', region: REGION, objects, history }));
          const { tally } = await listInParts(request({ what: 'versions', page_keys }), requests);
          expect(tally.current.objects).toBe(current.length);
          const noncurrent = older.filter(({ marker }) => !marker);
          expect(tally.noncurrent).toEqual({
            objects: noncurrent.length,
            bytes: noncurrent.reduce((sum, { size }) => sum + size, 0),
          });
          expect(tally.deleteMarkers).toBe(older.length - noncurrent.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
