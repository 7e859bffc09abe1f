/** What a newcomer sees after `npm start`: each route on the sample apps, over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectCleanLogs } from './clean-logs.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;
const list = (json: Json, name: string) => json[name] as Json[];

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

describe('everywhere', () => {
  test('/health answers without a token', async () => {
    const reply = await system.ask('/health', { token: null });
    expect([reply.status, reply.json['status']]).toEqual([200, 'ok']);
    expect(reply.headers.get('x-request-id')).not.toBeNull();
  });

  test('/environments lists the three that the sample client may read, and not the others', async () => {
    const { json } = await system.ask('/environments');
    expect(list(json, 'environments').map((one) => one['environment'])).toEqual(['etl-prod', 'shop-acc', 'shop-prod']);
    const page = await system.ask('/environments?limit=2');
    const next = await system.ask(`/environments?limit=2&cursor=${page.json['next_cursor']}`);
    expect(list(next.json, 'environments').map((one) => one['environment'])).toEqual(['shop-prod']);
    expect(next.json['next_cursor']).toBeNull();
  });

  test('HEAD gives the headers of GET', async () => {
    const reply = await system.ask('/users?environment=shop-prod', { method: 'HEAD' });
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect(reply.headers.get('server-timing')).toContain('total');
  });

  test('an unchanged answer is a 304', async () => {
    const etag = (await system.ask('/environments')).headers.get('etag') ?? '';
    expect((await system.ask('/environments', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('/bucket_size', () => {
  test('metrics: the newest daily number, by storage type', async () => {
    const { json } = await system.ask('/bucket_size?environment=shop-prod&days=90');
    const [bucket] = list(json, 'buckets');
    expect(bucket).toMatchObject({ bucket: 'shop-prod-files', source: 'metrics', error: null });
    expect(bucket?.['size_bytes']).toBeGreaterThan(0);
    expect(list(bucket as Json, 'storage_types').length).toBeGreaterThan(1);
    expect(list(bucket as Json, 'history').length).toBeGreaterThan(60);
    expect(bucket?.['growth']).toMatchObject({ days: 30 });
  });

  test('both: the difference is explained to the byte', async () => {
    const { json } = await system.ask('/bucket_size?environment=shop-prod&source=both');
    const bucket = list(json, 'buckets')[0] as Json;
    const difference = bucket['difference'] as Json;
    const parts = list(difference, 'parts');
    expect(parts.map((part) => part['what'])).toContain('noncurrent_versions');
    expect(parts.reduce((sum, part) => sum + Number(part['size_bytes']), 0)).toBe(difference['size_bytes']);
    expect(parts.find((part) => part['what'] === 'unexplained')).toMatchObject({ size_bytes: 0, object_count: 0 });
  });

  test('an environment with a prefix counts its own keys only, and never the neighbours’ metrics', async () => {
    const listed = await system.ask('/bucket_size?environment=shop-acc');
    expect(list(listed.json, 'buckets')[0]).toMatchObject({ source: 'listing', prefix: 'acc-', error: null });
    const metrics = await system.ask('/bucket_size?environment=shop-acc&source=metrics');
    expect(JSON.stringify(metrics.json)).toContain('metrics-cover-whole-bucket');
  });

  test('as CSV is refused where columns would be dropped without a word', async () => {
    const headers = { accept: 'text/csv' };
    for (const query of ['source=both', 'days=5']) {
      const { status, json } = await system.ask(`/bucket_size?environment=shop-prod&${query}`, { headers });
      expect([status, json['title']]).toEqual([406, 'Not acceptable']);
    }
    const { text } = await system.ask('/bucket_size?environment=shop-prod&source=metrics', { headers });
    expect(text).toMatch(/^environment,bucket,/);
  });

  test('a bucket of others is an unknown-bucket', async () => {
    const { status, json } = await system.ask('/bucket_size?environment=shop-prod&bucket=depot-prod-files');
    expect([status, json['title']]).toEqual([404, 'Unknown bucket']);
  });
});

describe('/table_size', () => {
  test('the biggest table comes first, with its entity and exact sizes that add up', async () => {
    const { json } = await system.ask('/table_size?environment=shop-prod&limit=5');
    const tables = list(json, 'tables');
    const biggest = tables[0] as Json;
    expect(biggest).toMatchObject({ exact: true, locked: false, kind: 'entity' });
    expect(biggest['entity']).toMatch(/^[A-Z]\w+\.\w+$/);
    expect(Number(biggest['table_bytes']) + Number(biggest['index_bytes']) + Number(biggest['toast_bytes'])).toBe(
      biggest['total_bytes'],
    );
    const sizes = tables.map((table) => Number(table['total_bytes']));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test('paging gives each table once', async () => {
    const names: unknown[] = [];
    let cursor = '';
    do {
      const { json } = await system.ask(`/table_size?environment=shop-prod&limit=40${cursor}`);
      names.push(...list(json, 'tables').map((table) => table['table']));
      cursor = json['next_cursor'] === null ? '' : `&cursor=${json['next_cursor']}`;
    } while (cursor !== '');
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(140);
  });

  test('an older catalog answers too', async () => {
    const { json } = await system.ask('/table_size?environment=shop-acc&limit=1000');
    expect(list(json, 'tables').map((table) => table['entity'])).toContain('System.User');
  });
});

describe('/users', () => {
  test('a page is masked, in id order, with roles', async () => {
    const { json } = await system.ask('/users?environment=shop-prod&kind=named&limit=200');
    const users = list(json, 'users');
    expect(users).toHaveLength(200);
    expect(json['masked']).toBe(true);
    expect(users.every((user) => /^v\d+:/.test(String(user['identity'])))).toBe(true);
    const ids = users.map((user) => BigInt(String(user['id'])));
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(users.some((user) => (user['roles'] as string[]).length > 0)).toBe(true);
  });

  test('clear=true shows personal data, uncached, and needs its scope', async () => {
    const clear = await system.ask('/users?environment=shop-prod&kind=named&limit=3&clear=true');
    expect(clear.json['masked']).toBe(false);
    expect(clear.headers.get('cache-control')).toBe('no-store');
    const reader = await system.token({ scopes: ['mrt/users.read'] });
    const refused = await system.ask('/users?environment=shop-prod&clear=true', { token: reader });
    expect([refused.status, refused.json['title']]).toEqual([403, 'Missing scope']);
  });

  test('the number of users', async () => {
    const { json } = await system.ask('/users?environment=shop-prod&count=exact&limit=1');
    expect(json['count']).toMatchObject({ value: 500 });
  });

  test('CSV has the same rows', async () => {
    const target = '/users?environment=shop-acc&limit=10';
    const { json } = await system.ask(target);
    const csv = await system.ask(target, { headers: { accept: 'text/csv' } });
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(11);
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(list(json, 'users').map((user) => user['id']));
    expect(csv.headers.get('link')).toContain('rel="next"');
  });
});

describe('/micro_flow_constants', () => {
  test('the obsolete and the missing one are found', async () => {
    const obsolete = await system.ask('/micro_flow_constants?environment=shop-prod&state=obsolete');
    expect(list(obsolete.json, 'constants')).toHaveLength(1);
    const { json } = await system.ask('/micro_flow_constants?environment=shop-prod');
    expect(json['summary']).toMatchObject({ obsolete: 1 });
  });

  test('secrets are masked, and revealed by name with the scope only', async () => {
    const { json } = await system.ask(
      '/micro_flow_constants?environment=shop-prod&secret=true&value_known=true&empty=false',
    );
    const secret = list(json, 'constants')[0] as Json;
    expect(secret).toMatchObject({ masked: true, value: null });
    const target = `/micro_flow_constants?environment=shop-prod&reveal=true&name=${secret['name']}`;
    const revealed = await system.ask(target);
    expect(list(revealed.json, 'constants')[0]).toMatchObject({ masked: false, value: expect.anything() });
    const reader = await system.token({ scopes: ['mrt/micro_flow_constants.read'] });
    expect((await system.ask(target, { token: reader })).status).toBe(403);
  });

  test('drift between the two environments', async () => {
    const { json } = await system.ask('/micro_flow_constants?environment=shop-prod&compare=shop-acc');
    expect(json['compared_with']).toBe('shop-acc');
    expect(list(json, 'differences').length).toBeGreaterThan(0);
  });
});

test('nothing of all this has left a token, a person, SQL or an address of AWS in the logs', () => {
  expectCleanLogs(system);
});
