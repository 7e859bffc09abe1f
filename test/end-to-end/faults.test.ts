/** Upstreams that stop, slow down or stay silent: an answer in bounded time, and recovery without a restart. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectCleanLogs } from './clean-logs.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
});
afterEach(() => {
  system.s3.faults.clear();
  system.cloudwatch.faults.clear();
});
afterAll(() => system.end());

const METRICS = '/bucket_size?environment=shop-prod';
const LISTING = '/bucket_size?environment=shop-prod&source=listing';
const CONSTANTS = '/micro_flow_constants?environment=shop-prod';
const firstBucket = (json: Json) => (json['buckets'] as Json[])[0] as Json;

describe('PostgreSQL', () => {
  test('stopped, it is a 503 within five seconds, and the next request after its return succeeds', async () => {
    expect((await system.ask('/table_size?environment=shop-prod')).status).toBe(200);
    await system.databases.postgres?.stop();
    for (const path of ['/table_size', '/users']) {
      const started = Date.now();
      const reply = await system.ask(`${path}?environment=shop-prod`);
      // A machine that does ten other things may take three times as long, and the deadline would be 25 s.
      expect(Date.now() - started).toBeLessThan(15_000);
      expect(reply.status).toBe(503);
      expect(reply.json).toMatchObject({
        title: 'Database unavailable',
        reason: 'unreachable',
        source: 'shop-prod-db',
      });
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await system.databases.postgres?.start();
    expect((await system.ask('/table_size?environment=shop-prod')).status).toBe(200);
    expect((await system.ask('/users?environment=shop-prod')).status).toBe(200);
  });

  test('restarted between two requests, nobody notices', async () => {
    expect((await system.ask('/users?environment=shop-prod')).status).toBe(200);
    await system.databases.postgres?.stop();
    await system.databases.postgres?.start();
    expect((await system.ask('/users?environment=shop-prod')).status).toBe(200);
  });
});

describe('S3', () => {
  test('that throttles for a while only slows a listing down', async () => {
    const whole = await system.ask(LISTING);
    system.s3.faults.inject({ kind: 'throttled', every: 4, operation: 'ListObjectsV2' });
    const slowed = await system.ask(LISTING);
    expect(firstBucket(slowed.json)['size_bytes']).toBe(firstBucket(whole.json)['size_bytes']);
  });

  test('that cuts connections in mid-body does not change a total', async () => {
    const whole = await system.ask(LISTING);
    system.s3.faults.inject({ kind: 'cut', every: 5, operation: 'ListObjectsV2' });
    expect(firstBucket((await system.ask(LISTING)).json)['size_bytes']).toBe(firstBucket(whole.json)['size_bytes']);
  });

  test.each([
    ['throttled', 'upstream-throttled'],
    ['silent', 'upstream-timeout'],
  ] as const)(
    'that is %s throughout ends with the budget, with null, the reason and a line in the log',
    async (kind, slug) => {
      // Another instance may know of the throttling before this test, and then does not even ask.
      system.functions.restart();
      // Warm, so that all of the short budget is the listing's.
      expect((await system.ask(METRICS)).status).toBe(200);
      system.s3.faults.inject({ kind, every: 1, operation: 'ListObjectsV2' });
      const started = Date.now();
      const { status, json } = await system.ask(`${LISTING}&budget_s=2`);
      expect(Date.now() - started).toBeLessThan(15_000);
      expect([status, json['complete']]).toEqual([200, false]);
      const unknown = { size_bytes: null, object_count: null };
      expect(json['total']).toEqual(unknown);
      expect(firstBucket(json)).toMatchObject({ ...unknown, error: { type: expect.stringContaining(slug) } });

      const csv = await system.ask(`${LISTING}&budget_s=2`, { headers: { accept: 'text/csv' } });
      expect(csv.headers.get('x-complete')).toBe('false');
      expect(csv.text.split('\r\n')[1]).toBe(
        `shop-prod,shop-prod-files,eu-west-1,,,,listing,,false,/problems/${slug},`,
      );
      const line =
        system
          .logged('bucket_size')
          .trimEnd()
          .split('\n')
          .findLast((text) => text.includes('mrt.request')) ?? '';
      expect(JSON.parse(line)).toMatchObject({ status: 200, faults: [{ source: 's3', reason: slug }] });
    },
  );

  test('that throttles a source is remembered: the next callers hear at once when to come again', async () => {
    system.functions.restart();
    expect((await system.ask(CONSTANTS)).status).toBe(200);
    system.s3.faults.inject({ kind: 'throttled', every: 1 });
    const before = system.s3.faults.requests();
    const first = await system.ask(CONSTANTS);
    const asked = system.s3.faults.requests();
    const second = await system.ask(CONSTANTS);
    for (const reply of [first, second]) {
      expect([reply.status, reply.json['title']]).toEqual([503, 'Upstream throttled']);
      expect(reply.headers.get('retry-after')).toBe('5');
    }
    expect(asked).toBeGreaterThan(before);
    expect(system.s3.faults.requests()).toBe(asked);
    system.functions.restart();
  });

  test('that throttles a cold read of the keys costs nobody the answer', async () => {
    system.functions.restart();
    system.s3.faults.inject({ kind: 'throttled', every: 2, operation: 'GetObject' });
    expect((await system.ask('/environments')).status).toBe(200);
    expect((await system.ask(METRICS)).status).toBe(200);
  });

  test('that fails for the archive is named by the archive’s configured name', async () => {
    system.s3.faults.inject({ kind: 'denied', every: 1, operation: 'ListObjectsV2' });
    system.functions.restart();
    const reply = await system.ask(CONSTANTS);
    expect(reply.text).toContain('shop-archive');
    expect(reply.text).not.toContain('shop-deployments');
  });

  test('without keys nobody gets in, and the next request after their return succeeds', async () => {
    system.s3.faults.inject({ kind: 'failed', every: 1, operation: 'GetObject' });
    system.functions.restart();
    expect((await system.ask('/environments')).json).toMatchObject({ status: 503, title: 'Keys unavailable' });
    system.s3.faults.clear();
    expect((await system.ask('/environments')).status).toBe(200);
  });
});

describe('CloudWatch', () => {
  test('that is silent gives the bucket an error of its own, in bounded time', async () => {
    system.cloudwatch.faults.inject({ kind: 'silent', every: 1 });
    const reply = await system.ask(`${METRICS}&budget_s=3`);
    expect([reply.status, reply.json['complete']]).toEqual([200, false]);
    expect(firstBucket(reply.json)['error']).not.toBeNull();
  });

  test('that throttles now and then is asked again', async () => {
    system.cloudwatch.faults.inject({ kind: 'throttled', every: 2 });
    expect(firstBucket((await system.ask(METRICS)).json)['size_bytes']).toBeGreaterThan(0);
  });

  test('that is gone does not spoil table sizes', async () => {
    system.cloudwatch.faults.inject({ kind: 'failed', every: 1 });
    const reply = await system.ask('/table_size?environment=shop-prod');
    expect(reply.status).toBe(200);
    expect((reply.json['tables'] as Json[]).length).toBeGreaterThan(0);
  });
});

test('nothing of all this has left a token, a person, SQL or an address of AWS in the logs', () => {
  expectCleanLogs(system);
});
