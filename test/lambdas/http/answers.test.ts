import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Timing } from '../../../lambdas/context.ts';
import { problemOf } from '../../../lambdas/faults.ts';
import { CursorSigner, readCursor } from '../../../lambdas/http/cursor.ts';
import { logRequest, newRequestLine } from '../../../lambdas/http/log.ts';
import { InvalidCursorError, MissingScopeError, UnknownNameError } from '../../../lambdas/request-errors.ts';
import {
  DatabaseUnavailableError,
  UpstreamFailedError,
  UpstreamThrottledError,
} from '../../../lambdas/upstream-errors.ts';
import { answerOf, json, PEOPLE_CLIENT, serveRoute } from './small-route.ts';

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
      const { ask, asked } = await serveRoute();
      const response = await ask({ query });
      expect(response.status).toBe(400);
      expect(json(response)).toMatchObject({ title: 'Invalid parameter', errors: [{ parameter }] });
      expect(asked).toHaveLength(0);
    });
  }

  test('all faults of a query are told at once, each once', async () => {
    const { ask } = await serveRoute();
    const errors = async (query: string) => json(await ask({ query: `environment=shop-prod&${query}` }))['errors'];
    expect(await errors('color=red&min_bytes=x&limit=0&limit=2')).toEqual([
      { parameter: 'color', message: 'is not a parameter of this route' },
      { parameter: 'limit', message: 'must be given once' },
      { parameter: 'limit', message: 'must be a whole number from 1 to 1000 (10000 with Accept: text/csv)' },
      { parameter: 'min_bytes', message: 'must be a whole number from 0 to 1000000' },
    ]);
    expect(await errors('color=red&color=red&color=blue')).toEqual([
      { parameter: 'color', message: 'is not a parameter of this route' },
    ]);
    expect(await errors('since=180d')).toHaveLength(1);
  });

  test('an unknown name gets the names that were perhaps meant', async () => {
    const { ask } = await serveRoute();
    const message = async (query: string) =>
      (json(await ask({ query }))['errors'] as { message: string }[])[0]?.message;
    expect(await message('enviroment=shop-prod')).toBe('is not a parameter of this route (did you mean environment?)');
    expect(await message('Limit=5')).toContain('did you mean limit?');
    expect(await message('xyzzy=5')).toBe('is not a parameter of this route');
  });

  test('the limit’s two bounds are told at once, whichever was passed', async () => {
    const { ask } = await serveRoute();
    const message = async (limit: number, accept: string) =>
      json(await ask({ query: `environment=shop-prod&limit=${limit}`, headers: { accept } }))['detail'];
    const both = 'limit must be a whole number from 1 to 1000 (10000 with Accept: text/csv).';
    expect(await message(20_000, 'application/json')).toBe(both);
    expect(await message(5_000, 'application/json')).toBe(both);
    expect(await message(10_001, 'text/csv')).toBe(both);
  });

  test.each(['0000-01-01', '0000-12-31T23:59:59Z', '2026-02-30', '2026-13-01', '10000-01-01'])(
    'the time %s, which no database takes, is a 400',
    async (time) => {
      const { ask } = await serveRoute();
      expect(json(await ask({ query: `environment=shop-prod&since=${time}` }))).toMatchObject({
        status: 400,
        errors: [{ parameter: 'since' }],
      });
    },
  );

  test.each(['0001-01-01', '9999-12-31T23:59:59Z', '2024-02-29'])('the time %s is taken', async (time) => {
    const { ask } = await serveRoute();
    expect((await ask({ query: `environment=shop-prod&since=${time}` })).status).toBe(200);
  });

  test('good ones arrive typed', async () => {
    const { ask, asked } = await serveRoute();
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
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const { ask, asked } = await serveRoute();
    const headers = { 'x-prometheus-scrape-timeout-seconds': '11' };
    await ask({ query: 'environment=shop-prod&budget_s=20', headers });
    await ask({ query: 'environment=shop-prod&budget_s=3', headers });
    const left = asked.map(({ deadline }) => Math.ceil(deadline.remaining() / 1000));
    expect(left).toEqual([10, 3]);
  });
});

describe('pages', () => {
  const paged = async (request: { position: unknown }) => ({
    ...answerOf(['a']),
    next: { after: Number(request.position ?? 0) + 1 },
  });

  test('a cursor brings its position back, with a Link to the next page', async () => {
    const { ask, asked } = await serveRoute(paged);
    const first = await ask({ query: 'environment=shop-prod&limit=7' });
    const cursor = String(json(first)['next_cursor']);
    expect(first.headers['link']).toBe(
      `<https://maas-api.example.com/table_size?environment=shop-prod&limit=7&cursor=${cursor}>; rel="next"`,
    );
    await ask({ query: `environment=shop-prod&limit=9&cursor=${cursor}` });
    expect(asked[1]?.position).toEqual({ after: 1 });
  });

  test('a cursor with another filter, or any flipped character, is an invalid-cursor', async () => {
    const { ask } = await serveRoute(paged);
    const cursor = String(json(await ask())['next_cursor']);
    const flipped = [...cursor].map((c, at) => `${cursor.slice(0, at)}${c === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`);
    for (const bad of flipped.filter((candidate) => candidate !== cursor)) {
      expect((await ask({ query: `environment=shop-prod&cursor=${bad}` })).status).toBe(400);
    }
    const other = await ask({ query: `environment=shop-prod&min_bytes=1&cursor=${cursor}` });
    expect(json(other)).toMatchObject({ status: 400, title: 'Invalid cursor' });
  });

  test('a cursor is good for a day at least, and not for ever', async () => {
    const { stored } = await serveRoute();
    const binding = { route: 'users', environment: 'shop-prod', filters: [] };
    const cursor = new CursorSigner(binding, stored.keys, 0).sign({ id: '7' });
    expect(readCursor(cursor, binding, stored.keys, 24 * 3_600_000)).toEqual({ id: '7' });
    expect(() => readCursor(cursor, binding, stored.keys, 49 * 3_600_000)).toThrow(InvalidCursorError);
    expect(() => readCursor(cursor, { ...binding, environment: 'shop-acc' }, stored.keys, 0)).toThrow(
      InvalidCursorError,
    );
    expect(() => readCursor(cursor, { ...binding, route: 'table_size' }, stored.keys, 0)).toThrow(InvalidCursorError);
  });

  test('a cursor that was signed with other keys of the same version is an invalid-cursor', async () => {
    const [ours, theirs] = [await serveRoute(), await serveRoute()];
    const binding = { route: 'users', environment: 'shop-prod', filters: [] };
    const cursor = new CursorSigner(binding, theirs.stored.keys, 0).sign({ id: '7' });
    expect(readCursor(cursor, binding, theirs.stored.keys, 0)).toEqual({ id: '7' });
    expect(() => readCursor(cursor, binding, ours.stored.keys, 0)).toThrow(InvalidCursorError);
  });

  test('a cursor has one spelling: the spare bits of its last character are not for playing', async () => {
    const { stored } = await serveRoute();
    const binding = { route: 'users', environment: 'shop-prod', filters: [] };
    const cursor = new CursorSigner(binding, stored.keys, 0).sign({ id: '7' });
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spare = alphabet[alphabet.indexOf(cursor.at(-1) ?? '') ^ 1] ?? '';
    const respelt = `${cursor.slice(0, -1)}${spare}`;
    const bytesOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
    expect(bytesOf(respelt)).toEqual(bytesOf(cursor));
    expect(() => readCursor(respelt, binding, stored.keys, 0)).toThrow(InvalidCursorError);
  });

  test('the previous key still serves; one before that does not', async () => {
    const { ask, stored } = await serveRoute(paged);
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
    const { ask, asked } = await serveRoute(async () => ({
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
    const { ask } = await serveRoute(async () => answerOf(['=1+1', 'a,"b"', '@x', 'plain', '+1', "-2'"]));
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

  test.each(['\t=1+1', '\r=1+1', '\n=1+1', '-1', '@a'])('the cell %j starts with a quote', async (name) => {
    const { ask } = await serveRoute(async () => answerOf([name]));
    const [, ...lines] = String((await ask({ headers: { accept: 'text/csv' } })).body).split('name,size,tags\r\n');
    expect(lines.join('')).toMatch(/^"?'/);
  });

  test('CSV has the columns that the client picked, in the order of the table', async () => {
    const { ask } = await serveRoute();
    const response = await ask({ query: 'environment=shop-prod&fields=tags,name', headers: { accept: 'text/csv' } });
    expect(response.body).toBe('name,tags\r\none,a b\r\n');
  });

  test('a parameter whose answer is no table is a 406 with CSV, and its name is in the advice', async () => {
    const { ask } = await serveRoute();
    const query = 'environment=shop-prod&summary=true';
    expect(json(await ask({ query, headers: { accept: 'text/csv' } }))).toMatchObject({
      status: 406,
      detail: 'With summary the answer is no table: ask for application/json.',
    });
    const either = await ask({ query, headers: { accept: 'text/csv, application/json;q=0.1' } });
    expect(either.headers['content-type']).toBe('application/json');
    const off = await ask({ query: 'environment=shop-prod&summary=false', headers: { accept: 'text/csv' } });
    expect(off.status).toBe(200);
  });

  test('a field that has no place in a table is refused with CSV, not dropped without a word', async () => {
    const { ask } = await serveRoute();
    const query = 'environment=shop-prod&fields=name,more';
    expect(json(await ask({ query, headers: { accept: 'text/csv' } }))).toMatchObject({
      status: 406,
      detail: 'With fields the answer is no table: ask for application/json.',
    });
    expect((await ask({ query })).status).toBe(200);
    expect((await ask({ query: 'environment=shop-prod', headers: { accept: 'text/csv' } })).status).toBe(200);
  });

  test('a route without a table has no CSV', async () => {
    const { ask } = await serveRoute(undefined, { csv: null });
    expect((await ask({ headers: { accept: 'text/csv' } })).status).toBe(406);
    expect((await ask({ headers: { accept: 'text/csv, */*;q=0.1' } })).headers['content-type']).toBe(
      'application/json',
    );
  });

  test('q-values decide; what the route does not have is a 406', async () => {
    const { ask } = await serveRoute();
    const type = async (accept: string) => (await ask({ headers: { accept } })).headers['content-type'];
    expect(await type('text/csv;q=0.5, application/json;q=0.9')).toBe('application/json');
    expect(await type('text/*, application/json;q=0.1')).toContain('text/csv');
    expect(await type('*/*')).toBe('application/json');
    // A weight above 1, or none that can be read, rules its form out.
    expect(await type('application/json;q=0.1, text/csv;q=2')).toBe('application/json');
    expect(await type('application/json;q=0.1, text/csv;q=x')).toBe('application/json');
    expect((await ask({ headers: { accept: 'application/xml' } })).status).toBe(406);
    expect((await ask({ headers: { accept: 'application/json;q=0' } })).status).toBe(406);
  });

  test('CSV may have 10,000 rows a page, JSON 1,000', async () => {
    const { ask } = await serveRoute();
    const query = 'environment=shop-prod&limit=10000';
    expect((await ask({ query, headers: { accept: 'text/csv' } })).status).toBe(200);
    expect((await ask({ query })).status).toBe(400);
  });

  test('bodies over 1 kB are gzip-encoded for those who take it', async () => {
    const { ask } = await serveRoute(async () => answerOf(Array.from({ length: 100 }, (_, n) => `table-${n}`)));
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
    const { ask } = await serveRoute(async () => ({ ...answerOf(['a']), as_of }));
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

  test('each thing that an answer depends on makes another ETag', async () => {
    const { ask, settings } = await serveRoute(async ({ parameters }) => ({
      ...answerOf(['a']),
      revision: String(parameters['table'] ?? ''),
    }));
    const etag = async (asked: Parameters<typeof ask>[0] = {}) => String((await ask(asked)).headers['etag']);
    const person = { sub: 'somebody', client_id: PEOPLE_CLIENT, 'cognito:groups': ['operators'] };
    const seen = [
      await etag(),
      await etag({ headers: { accept: 'text/csv' } }),
      await etag({ query: 'environment=shop-prod&limit=5' }),
      await etag({ query: 'environment=shop-prod&table=x' }),
      await etag({ claims: { scope: 'mrt/table_size.read' } }),
      await etag({ claims: person }),
    ];
    settings.configuration_version = 'c2';
    seen.push(await etag());
    expect(new Set(seen).size).toBe(seen.length);
    expect(await etag()).toBe(seen.at(-1));
  });

  test('while no newer data can exist, the domain is not asked', async () => {
    const fresh_until = new Date(Date.now() + 60_000).toISOString();
    const { ask, asked } = await serveRoute(async () => ({ ...answerOf(['a']), fresh_until }));
    const etag = String((await ask()).headers['etag']);
    expect((await ask({ headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(asked).toHaveLength(1);
  });

  test('clear text is no-store, without ETag, and an audit line without values', async () => {
    const { ask } = await serveRoute(async () => ({ ...answerOf(['jane@example.com']), disclosed: ['name'] }));
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
    const { ask, settings } = await serveRoute();
    settings.limits.reason_required = true;
    const query = 'environment=shop-prod&clear=true';
    expect(json(await ask({ query }))).toMatchObject({ status: 400, title: 'Reason required' });
    expect((await ask({ query, headers: { 'x-reason': 'why' } })).status).toBe(200);
    expect((await ask({ query, headers: { 'x-reason': 'x'.repeat(201) } })).status).toBe(400);
  });
});

describe('a part that failed inside a 200', () => {
  const faults = [
    { source: 's3', reason: 'access-denied' },
    { source: 'cloudwatch', reason: 'upstream-throttled' },
  ];

  test('is in the log line by source and reason, and counted in the metrics', async () => {
    const { ask } = await serveRoute(async () => ({ ...answerOf(['a']), faults }));
    expect((await ask()).status).toBe(200);
    expect(lines()[0]).toMatchObject({ status: 200, faults, part_faults: 2, upstream_throttled: 1, server_errors: 0 });
    expect(written[0]).toContain('{"Name":"part_faults","Unit":"Count"}');
  });

  test('is none when nothing failed', async () => {
    const { ask } = await serveRoute();
    await ask();
    expect(lines()[0]).toMatchObject({ faults: [], part_faults: 0, upstream_throttled: 0 });
  });

  test('each throttled answer of an upstream counts, though a later try made it good', () => {
    const timing = new Timing();
    const line = newRequestLine({ method: 'GET', header: () => undefined, id: 'r' }, 'test', 'x', timing);
    for (let n = 0; n < 3; n++) timing.countThrottled();
    logRequest(line);
    logRequest({ ...line, timing: new Timing(), problem: problemOf(new UpstreamThrottledError('s3')) });
    expect(lines().map((written) => written['upstream_throttled'])).toEqual([3, 1]);
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
    [
      'a name that nothing bears',
      new UnknownNameError('table', 'sales.ordr', ['sales$order']),
      404,
      {
        title: 'Unknown name',
        ...{ parameter: 'table', name: 'sales.ordr', near: ['sales$order'] },
        detail: 'Nothing in the environment has the name that table gives. Did you mean sales$order?',
      },
    ],
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
      const { ask } = await serveRoute(async () => Promise.reject(error));
      const response = await ask();
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(json(response)).toMatchObject({ ...members, instance: '/table_size', request_id: 'request-1' });
    });
  }

  test('anything else is a bare 500 and a log line with the error’s name and place, without its message', async () => {
    const { ask } = await serveRoute(async () => Promise.reject(new TypeError('SELECT password FROM db.internal')));
    const response = await ask();
    expect(response.status).toBe(500);
    expect(String(response.body) + written.join('')).not.toMatch(/SELECT|db\.internal/);
    expect(lines().at(-1)).toMatchObject({ event: 'mrt.request', status: 500, error: [{ name: 'TypeError' }] });
  });

  test('each request is one log line, without token or value', async () => {
    const { ask, token } = await serveRoute();
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
