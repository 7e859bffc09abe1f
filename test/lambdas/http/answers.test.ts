import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  DatabaseUnavailableError,
  InvalidCursorError,
  MissingScopeError,
  UpstreamFailedError,
  UpstreamThrottledError,
} from '../../../lambdas/errors.ts';
import { CursorSigner, readCursor } from '../../../lambdas/http/cursor.ts';
import { answerOf, entrance, json } from './entrance.ts';

let written: string[] = [];
const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);

beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('parameters', () => {
  const wrong: [string, string][] = [
    ['color=red', 'color'],
    ['environment=shop-prod&environment=shop-prod', 'environment'],
    ['environment=shop-prod&limit=0', 'limit'],
    ['environment=shop-prod&limit=1001', 'limit'],
    ['environment=shop-prod&limit=1e2', 'limit'],
    ['environment=shop-prod&limit=', 'limit'],
    ['environment=shop-prod&min_bytes=-1', 'min_bytes'],
    ['environment=shop-prod&clear=yes', 'clear'],
    ['environment=shop-prod&fields=name,name', 'fields'],
    ['environment=shop-prod&fields=password', 'fields'],
    ['environment=shop-prod&table=%FF', 'table'],
    ['environment=shop-prod&table=a%00b', 'table'],
    ['environment=shop-prod&__proto__=1', '__proto__'],
    ['environment=shop-prod&budget_s=26', 'budget_s'],
  ];
  for (const [query, parameter] of wrong) {
    test(`${query} is a 400 that names ${parameter}`, async () => {
      const { ask, asked } = await entrance();
      const response = await ask({ query });
      expect(response.status).toBe(400);
      expect(json(response)).toMatchObject({ title: 'Invalid parameter', errors: [{ parameter }] });
      expect(asked).toHaveLength(0);
    });
  }

  test('good ones arrive typed', async () => {
    const { ask, asked } = await entrance();
    await ask({ query: 'environment=shop-prod&min_bytes=10&clear=true&fields=name,size&table=a+b%24c&limit=5' });
    expect(asked[0]?.parameters).toMatchObject({
      min_bytes: 10,
      clear: true,
      fields: ['name', 'size'],
      table: 'a b$c',
    });
    expect(asked[0]?.limit).toBe(5);
  });

  test('the deadline is the least of budget_s and Prometheus’s timeout less one', async () => {
    const { ask, asked } = await entrance();
    const headers = { 'x-prometheus-scrape-timeout-seconds': '11' };
    await ask({ query: 'environment=shop-prod&budget_s=20', headers });
    await ask({ query: 'environment=shop-prod&budget_s=3', headers });
    const left = asked.map(({ deadline }) => Math.ceil(deadline.remaining() / 1000));
    expect(left[0]).toBeLessThanOrEqual(10);
    expect(left[0]).toBeGreaterThan(8);
    expect(left[1]).toBeLessThanOrEqual(3);
  });
});

describe('pages', () => {
  const paged = async (request: { position: unknown }) => ({
    ...answerOf(['a']),
    next: { after: Number(request.position ?? 0) + 1 },
  });

  test('a cursor brings its position back, with a Link to the next page', async () => {
    const { ask, asked } = await entrance(paged);
    const first = await ask({ query: 'environment=shop-prod&limit=7' });
    const cursor = String(json(first)['next_cursor']);
    expect(first.headers['link']).toBe(
      `<https://maas-api.example.com/table_size?environment=shop-prod&limit=7&cursor=${cursor}>; rel="next"`,
    );
    await ask({ query: `environment=shop-prod&limit=9&cursor=${cursor}` });
    expect(asked[1]?.position).toEqual({ after: 1 });
  });

  test('a cursor with another filter, or any flipped character, is an invalid-cursor', async () => {
    const { ask } = await entrance(paged);
    const cursor = String(json(await ask())['next_cursor']);
    const flipped = [...cursor].map((c, at) => `${cursor.slice(0, at)}${c === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`);
    for (const bad of flipped.filter((candidate) => candidate !== cursor)) {
      expect((await ask({ query: `environment=shop-prod&cursor=${bad}` })).status).toBe(400);
    }
    const other = await ask({ query: `environment=shop-prod&min_bytes=1&cursor=${cursor}` });
    expect(json(other)).toMatchObject({ status: 400, title: 'Invalid cursor' });
  });

  test('a cursor is good for a day at least, and not for ever', async () => {
    const { stored } = await entrance();
    const binding = { route: 'users', environment: 'shop-prod', filters: [] };
    const cursor = new CursorSigner(binding, stored.keys, 0).sign({ id: '7' });
    expect(readCursor(cursor, binding, stored.keys, 24 * 3_600_000)).toEqual({ id: '7' });
    expect(() => readCursor(cursor, binding, stored.keys, 49 * 3_600_000)).toThrow(InvalidCursorError);
    expect(() => readCursor(cursor, { ...binding, environment: 'shop-acc' }, stored.keys, 0)).toThrow(
      InvalidCursorError,
    );
    expect(() => readCursor(cursor, { ...binding, route: 'table_size' }, stored.keys, 0)).toThrow(InvalidCursorError);
  });

  test('the previous key still serves; one before that does not', async () => {
    const { ask, stored } = await entrance(paged);
    const cursor = String(json(await ask())['next_cursor']);
    const { current } = stored.keys.cursor;
    stored.keys = {
      ...stored.keys,
      cursor: { current: { ...current, version: 'v3', key: stored.keys.identity.key }, previous: current },
    };
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
    expect((await ask({ query: `environment=shop-prod&cursor=${cursor}` })).status).toBe(200);
    stored.keys = {
      ...stored.keys,
      cursor: { current: { ...current, version: 'v4' }, previous: stored.keys.cursor.current },
    };
    vi.setSystemTime(Date.now() + 3_601_000);
    expect((await ask({ query: `environment=shop-prod&cursor=${cursor}` })).status).toBe(400);
  });

  test('a page that passes 6 MB is cut, and the cursor stands after its last row', async () => {
    const names = Array.from({ length: 900 }, (_, n) => `${n}`.padEnd(12_000, 'x'));
    const { ask, asked } = await entrance(async () => ({
      ...answerOf(names),
      positions: names.map((_, index) => ({ rows: index + 1 })),
    }));
    const response = await ask({ query: 'environment=shop-prod&limit=1000' });
    const { tables, next_cursor } = json(response) as { tables: unknown[]; next_cursor: string };
    expect(Buffer.byteLength(String(response.body))).toBeLessThan(6_000_000);
    expect(tables.length).toBeGreaterThan(400);
    await ask({ query: `environment=shop-prod&cursor=${next_cursor}` });
    expect(asked[1]?.position).toEqual({ rows: tables.length });
  });
});

describe('representations', () => {
  test('CSV has a header row, quotes, and no cell that a spreadsheet would run', async () => {
    const { ask } = await entrance(async () => answerOf(['=1+1', 'a,"b"', '@x', 'plain', '+1', "-2'"]));
    const response = await ask({ headers: { accept: 'text/csv' } });
    expect(String(response.body).split('\r\n')).toEqual([
      'name,size,tags',
      "'=1+1,1,a b",
      '"a,""b""",1,a b',
      "'@x,1,a b",
      'plain,1,a b',
      "'+1,1,a b",
      "'-2',1,a b",
      '',
    ]);
    expect(response.headers).toMatchObject({ 'x-complete': 'true', 'x-as-of': '2026-11-22T05:00:00Z' });
  });

  test('q-values decide; what the route does not have is a 406', async () => {
    const { ask } = await entrance();
    const type = async (accept: string) => (await ask({ headers: { accept } })).headers['content-type'];
    expect(await type('text/csv;q=0.5, application/json;q=0.9')).toBe('application/json');
    expect(await type('text/*, application/json;q=0.1')).toContain('text/csv');
    expect(await type('*/*')).toBe('application/json');
    expect((await ask({ headers: { accept: 'application/xml' } })).status).toBe(406);
    expect((await ask({ headers: { accept: 'application/json;q=0' } })).status).toBe(406);
  });

  test('CSV may have 10,000 rows a page, JSON 1,000', async () => {
    const { ask } = await entrance();
    const query = 'environment=shop-prod&limit=10000';
    expect((await ask({ query, headers: { accept: 'text/csv' } })).status).toBe(200);
    expect((await ask({ query })).status).toBe(400);
  });

  test('bodies over 1 kB are gzip-encoded for those who take it', async () => {
    const { ask } = await entrance(async () => answerOf(Array.from({ length: 100 }, (_, n) => `table-${n}`)));
    const zipped = await ask({ headers: { 'accept-encoding': 'br, gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(zipped.body as Buffer).toString())).toMatchObject({ complete: true });
    expect((await ask({ headers: { 'accept-encoding': 'gzip;q=0' } })).headers['content-encoding']).toBeUndefined();
    expect(zipped.headers['vary']).toBe('Accept, Accept-Encoding, Authorization');
  });
});

describe('caching', () => {
  test('an unchanged answer is a 304; another time, right or representation is not', async () => {
    let as_of = '2026-11-22T05:00:00Z';
    const { ask } = await entrance(async () => ({ ...answerOf(['a']), as_of }));
    const first = await ask();
    const etag = String(first.headers['etag']);
    expect(first.headers['cache-control']).toBe('private, max-age=30');
    const again = { 'if-none-match': etag };
    expect((await ask({ headers: again })).status).toBe(304);
    expect((await ask({ headers: { ...again, accept: 'text/csv' } })).status).toBe(200);
    expect((await ask({ headers: again, query: 'environment=shop-prod&min_bytes=1' })).status).toBe(200);
    as_of = '2026-11-22T06:00:00Z';
    expect((await ask({ headers: again })).status).toBe(200);
  });

  test('while no newer data can exist, the domain is not asked', async () => {
    const fresh_until = new Date(Date.now() + 60_000).toISOString();
    const { ask, asked } = await entrance(async () => ({ ...answerOf(['a']), fresh_until }));
    const etag = String((await ask()).headers['etag']);
    expect((await ask({ headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(asked).toHaveLength(1);
  });

  test('clear text is no-store, without ETag, and an audit line without values', async () => {
    const { ask } = await entrance(async () => ({ ...answerOf(['jane@example.com']), disclosed: ['name'] }));
    const response = await ask({
      query: 'environment=shop-prod&clear=true&table=secret',
      headers: { 'x-reason': 'ticket 7' },
    });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(response.headers['etag']).toBeUndefined();
    const audit = lines().find((line) => line['event'] === 'mrt.audit');
    expect(audit).toMatchObject({
      principal: 'client:reader',
      environments: ['shop-prod'],
      filters: ['clear', 'table'],
      fields: ['name'],
      rows: 1,
      clear: true,
      reason: 'ticket 7',
    });
    expect(written.join('')).not.toMatch(/secret|jane/);
  });

  test('a stage may want a reason', async () => {
    const { ask, settings } = await entrance();
    settings.limits.reason_required = true;
    const query = 'environment=shop-prod&clear=true';
    expect(json(await ask({ query }))).toMatchObject({ status: 400, title: 'Reason required' });
    expect((await ask({ query, headers: { 'x-reason': 'why' } })).status).toBe(200);
    expect((await ask({ query, headers: { 'x-reason': 'x'.repeat(201) } })).status).toBe(400);
  });
});

describe('failures', () => {
  const cases: [string, Error, number, Record<string, unknown>][] = [
    [
      'a database',
      new DatabaseUnavailableError('shop-db', 'grant-missing', 'system$user'),
      503,
      { reason: 'grant-missing', source: 'shop-db', table: 'system$user' },
    ],
    ['an upstream', new UpstreamFailedError('shop-archive', 'access-denied'), 502, { source: 'shop-archive' }],
    ['a throttled upstream', new UpstreamThrottledError('s3'), 503, { source: 's3' }],
    [
      'a scope that the domain misses',
      new MissingScopeError(['mrt/users.profile']),
      403,
      { scopes: ['mrt/users.profile'] },
    ],
  ];
  for (const [name, error, status, members] of cases) {
    test(`${name} has its problem`, async () => {
      const { ask } = await entrance(async () => Promise.reject(error));
      const response = await ask();
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(json(response)).toMatchObject({ ...members, instance: '/table_size', request_id: 'request-1' });
    });
  }

  test('anything else is a bare 500 and a log line with the error’s name and place, without its message', async () => {
    const { ask } = await entrance(async () => Promise.reject(new TypeError('SELECT password FROM db.internal')));
    const response = await ask();
    expect(response.status).toBe(500);
    expect(String(response.body) + written.join('')).not.toMatch(/SELECT|db\.internal/);
    expect(lines().at(-1)).toMatchObject({ event: 'mrt.request', status: 500, error: [{ name: 'TypeError' }] });
  });

  test('each request is one log line, without token or value', async () => {
    const { ask, token } = await entrance();
    const bearer = await token();
    await ask({ query: 'environment=shop-prod&table=my-table', headers: { authorization: `Bearer ${bearer}` } });
    expect(written).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      principal: 'client:reader',
      route: 'table_size',
      environment: 'shop-prod',
      status: 200,
      rows: 1,
      complete: true,
    });
    expect(lines()[0]).toMatchObject({ stage: 'test', server_errors: 0, duration_ms: expect.any(Number) });
    expect(written[0]).toContain('"Dimensions":[["stage","route"]]');
    expect(written[0]).not.toContain('my-table');
    expect(written[0]).not.toContain(bearer.slice(0, 20));
  });
});
