import { afterEach, describe, expect, test, vi } from 'vitest';
import { BoundedCache } from '../../lambdas/bounded-cache.ts';
import { KnownAnswers, MAX_KNOWN_ANSWERS } from '../../lambdas/http/caching.ts';
import { KnownRights, MAX_KNOWN_RIGHTS } from '../../lambdas/http/rights.ts';
import { MAX_CATALOGS, UserCatalogMemory } from '../../lambdas/mendix/users/catalog-memory.ts';
import type { Queries } from '../../lambdas/mendix/users/queries.ts';

const DATABASE = {
  server: 'shop-db',
  host: 'db.example',
  port: 5432,
  user: 'mrt_reader',
  instance_identifier: null,
  session_timeout_seconds: 600,
  full_name_attributes: [],
  email_attributes: [],
};

afterEach(() => {
  vi.useRealTimers();
});

describe('a bounded cache', () => {
  test('gives what was set, and nothing else', () => {
    const cache = new BoundedCache<number>(2);
    cache.set('a', 1);
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([1, undefined, 1]);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  test('gives up what was not used for the longest time when one too many comes', () => {
    const cache = new BoundedCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  test('never holds more than its bound, whatever comes', () => {
    const cache = new BoundedCache<number>(10);
    for (let n = 0; n < 1_000; n++) cache.set(`key-${n}`, n);
    expect(cache.size).toBe(10);
    expect(cache.get('key-999')).toBe(999);
  });

  test('setting a key again is no second entry', () => {
    const cache = new BoundedCache<number>(2);
    for (const value of [1, 2, 3]) cache.set('a', value);
    cache.set('b', 4);
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([3, 4, 2]);
  });

  test('gives nothing whose time is over', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    const cache = new BoundedCache<number>(2);
    cache.set('a', 1, 1_100);
    expect(cache.get('a')).toBe(1);
    vi.setSystemTime(1_100);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});

/** Each memory: a flood of other keys pushes the first one out, and its bound is what does it. */
describe('a memory of a warm function is bounded:', () => {
  test('ETags of answers', () => {
    expect(MAX_KNOWN_ANSWERS).toBeLessThanOrEqual(1_000);
    const known = new KnownAnswers();
    const fresh_until = new Date(Date.now() + 60_000).toISOString();
    const remember = (key: string) => known.remember(key, `"${key}"`, { max_age: 1, fresh_until });
    remember('first');
    for (let n = 1; n < MAX_KNOWN_ANSWERS; n++) remember(`key-${n}`);
    expect(known.etag('key-1')).not.toBeNull();
    remember('one too many');
    expect(known.etag('first')).toBeNull();
  });

  test('rights of callers', () => {
    expect(MAX_KNOWN_RIGHTS).toBeLessThanOrEqual(1_000);
    let worked = 0;
    const environments = new Proxy(
      {},
      {
        ownKeys: () => {
          worked++;
          return [];
        },
      },
    );
    const rights = new KnownRights({ callers: { clients: {}, groups: {} }, environments }, []);
    const ask = (name: string) => rights.of({ kind: 'client', name, scopes: new Set() });
    ask('first');
    ask('first');
    expect(worked).toBe(1);
    for (let n = 1; n <= MAX_KNOWN_RIGHTS; n++) ask(`client-${n}`);
    ask('first');
    expect(worked).toBe(MAX_KNOWN_RIGHTS + 2);
  });

  test('catalogs of databases', async () => {
    expect(MAX_CATALOGS).toBeLessThanOrEqual(1_000);
    let reads = 0;
    const memory = new UserCatalogMemory();
    const user = { id: 'guid', name: 'System.User', table: 'system$user', depth: 0 };
    const queries: Queries = {
      each: () => expect.unreachable(),
      query: async <Row extends object>(text: string) => {
        if (text.includes('mendixsystem$entity')) reads++;
        const id = { table: 'system$user', column: 'id', type: 'int8', readable: true };
        return (text.includes('RECURSIVE') ? [user] : text.includes('pg_attribute') ? [id] : []) as unknown as Row[];
      },
    };
    const use = (name: string) => memory.use({ ...DATABASE, name }, queries, async () => null);
    await use('first');
    await use('first');
    expect(reads).toBe(1);
    for (let n = 1; n <= MAX_CATALOGS; n++) await use(`database-${n}`);
    await use('first');
    expect(reads).toBe(MAX_CATALOGS + 2);
  });
});

test('an entry that is set again is the newest, and others go before it', () => {
  const cache = new BoundedCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.set('a', 3);
  cache.set('c', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([3, undefined, 4]);
});
