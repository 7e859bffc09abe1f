/** Several environments in one answer: nothing of a neighbour may be seen in it, in no sum, no page and no ETag. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type Reply, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { withdrawFromRole } from '../end-to-end/withdrawn-permission.ts';
import { attackedStage, FLEET_SCOPES } from './attacked-stage.ts';
import { member } from './callers.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrt-fleet-'));
let system: RunningSystem;
/** What the summaries say while nothing is recorded. */
let beforeFirstRun: Reply[];
/** The same of users, where its function may not list the bucket. */
let withoutListing: Reply;
/** By what they may read. */
const tokens: Record<'both' | 'acc' | 'prod' | 'depot' | 'mixed', string> = {
  both: '',
  acc: '',
  prod: '',
  depot: '',
  mixed: '',
};

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0.02, config: attackedStage(directory), changeTemplate: withoutThrottles });
  tokens.both = await system.token();
  const restore = withdrawFromRole(system, 'users', 's3:ListBucket');
  withoutListing = await ask('/users?summary=true&environment=*', 'both').finally(restore);
  beforeFirstRun = await Promise.all(SUMMARIES.map((route) => ask(`${route}environment=*`, 'both')));
  await system.record();
  tokens.acc = await system.token({ ...member('acc'), scopes: FLEET_SCOPES });
  tokens.prod = await system.token({ ...member('prod'), scopes: FLEET_SCOPES });
  tokens.depot = await system.token({ client: 'depot-client', scopes: FLEET_SCOPES });
  tokens.mixed = await system.token({ ...member('acc-users', 'prod-tables'), scopes: FLEET_SCOPES });
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await system.end();
});

const ask = async (target: string, token: keyof typeof tokens, headers: Record<string, string> = {}) =>
  system.ask(target, { token: tokens[token], headers });
const names = (json: Json) => (json['environments'] as Json[]).map((one) => one['environment']);
const SUMMARIES = [
  '/bucket_size?',
  '/table_size?summary=true&',
  '/users?summary=true&',
  '/micro_flow_constants?summary=true&',
  '/storage_audit?summary=true&',
];

describe.each(SUMMARIES)('GET %s', (route) => {
  test('* is what the caller may read', async () => {
    expect(names((await ask(`${route}environment=*`, 'both')).json)).toEqual(['shop-acc', 'shop-prod']);
    expect(names((await ask(`${route}environment=*`, 'acc')).json)).toEqual(['shop-acc']);
  });

  test('a total is of the caller’s own environments: those of one and of the other add up to those of both', async () => {
    const totals = await Promise.all(
      (['acc', 'prod', 'both'] as const).map(async (caller) => {
        const { json } = await ask(`${route}environment=*`, caller);
        return json['total'] as Record<string, number>;
      }),
    );
    const [acc = {}, prod = {}, both = {}] = totals;
    expect(Object.keys(both).length).toBeGreaterThan(1);
    for (const [name, sum] of Object.entries(both)) {
      expect([name, (acc[name] ?? 0) + (prod[name] ?? 0)]).toEqual([name, sum]);
    }
  });

  test('an answer holds no word of an environment that is not the caller’s', async () => {
    for (const accept of ['application/json', 'text/plain', 'application/openmetrics-text']) {
      const { status, text } = await ask(`${route}environment=*`, 'acc', { accept });
      expect(status).toBe(200);
      expect(text).toContain('shop-acc');
      expect(text).not.toMatch(/shop-prod|shop_prod|depot/);
    }
  });

  test.each(['shop-acc,shop-prod', 'shop-acc,nowhere', 'shop-acc,constructor'])(
    'a list with a name that is not theirs is the 404 of one that does not exist: %s',
    async (list) => {
      const reply = await ask(`${route}environment=${list}`, 'acc');
      const nowhere = await ask(`${route}environment=nowhere,shop-acc`, 'acc');
      expect(reply.status).toBe(404);
      const { request_id: _, ...problem } = reply.json;
      const { request_id: __, ...other } = nowhere.json;
      expect(problem).toEqual(other);
    },
  );

  test('a label finds nothing beyond the caller’s rights', async () => {
    expect(names((await ask(`${route}label=stage:prod`, 'acc')).json)).toEqual([]);
    expect(names((await ask(`${route}label=app:shop`, 'acc')).json)).toEqual(['shop-acc']);
    expect(names((await ask(`${route}label=app:shop&label=stage:prod`, 'both')).json)).toEqual(['shop-prod']);
    // As lists of programs travel.
    expect(names((await ask(`${route}label=app:shop,stage:prod`, 'both')).json)).toEqual(['shop-prod']);
  });

  test('an ETag is bound to the rights: that of another caller is no 304', async () => {
    const of = async (caller: keyof typeof tokens) => (await ask(`${route}environment=*`, caller)).headers.get('etag');
    const etag = (await of('both')) ?? '';
    expect(etag).not.toBe('');
    expect(await of('acc')).not.toBe(etag);
    expect((await ask(`${route}environment=*`, 'both', { 'if-none-match': etag })).status).toBe(304);
    expect((await ask(`${route}environment=*`, 'acc', { 'if-none-match': etag })).status).toBe(200);
  });

  test('a cursor is bound to the rights and to the choice', async () => {
    const { json } = await ask(`${route}environment=*&limit=1`, 'both');
    const cursor = json['next_cursor'];
    expect(names((await ask(`${route}environment=*&limit=1&cursor=${cursor}`, 'both')).json)).toEqual(['shop-prod']);
    for (const [target, caller] of [
      [`environment=*&limit=1&cursor=${cursor}`, 'prod'],
      [`environment=shop-acc,shop-prod&cursor=${cursor}`, 'both'],
      [`label=app:shop&cursor=${cursor}`, 'both'],
    ] as const) {
      const reply = await ask(`${route}${target}`, caller);
      expect([target, reply.status, reply.json['title']]).toEqual([target, 400, 'Invalid cursor']);
    }
  });
});

describe('scopes', () => {
  test('of one environment open nothing in another', async () => {
    expect(names((await ask('/users?summary=true&environment=*', 'mixed')).json)).toEqual(['shop-acc']);
    expect(names((await ask('/table_size?summary=true&environment=*', 'mixed')).json)).toEqual(['shop-prod']);
    expect((await ask('/users?summary=true&environment=shop-acc,shop-prod', 'mixed')).status).toBe(404);
  });

  test('that are not there are refused before the record is read', async () => {
    const { status, text } = await ask('/users?summary=true&environment=*', 'depot');
    expect([status, JSON.parse(text)['title']]).toEqual([403, 'Missing scope']);
  });
});

describe('GET /metrics', () => {
  test('is all that the caller may read, by scope and environment, and nothing of a neighbour', async () => {
    const all = await ask('/metrics', 'both');
    expect(all.status).toBe(200);
    expect(all.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const environment of ['shop-acc', 'shop-prod']) {
      for (const name of [
        'bucket_size_bytes',
        'table_total_bytes',
        'users',
        'constants',
        'storage_audit_bytes',
        'source_up',
      ]) {
        expect(all.text).toContain(`mrt_${name}{environment="${environment}"`);
      }
    }
    expect((await ask('/metrics', 'acc')).text).not.toMatch(/shop-prod|depot/);
    const mixed = (await ask('/metrics', 'mixed')).text;
    expect(mixed).toMatch(/mrt_users\{environment="shop-acc"/);
    expect(mixed).not.toMatch(/mrt_users\{environment="shop-prod"|mrt_table_total_bytes\{environment="shop-acc"/);
    expect(mixed).not.toMatch(/bucket_size|constants/);
  });

  test('comes in the form that Prometheus asks for first', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    const { headers, text } = await ask('/metrics', 'acc', { accept });
    expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect((await ask('/metrics', 'acc', { accept: 'text/csv' })).status).toBe(406);
  });
});

describe('GET /grants', () => {
  test('needs its own scope, and shows nothing of environments that are not the auditor’s', async () => {
    expect((await ask('/grants', 'prod')).status).toBe(403);
    const { status, json, text } = await ask('/grants', 'both');
    expect(status).toBe(200);
    expect((json['grants'] as Json[]).map(({ caller }) => caller)).toContain('sample-client');
    expect(text).not.toMatch(/depot/);
    const csv = await ask('/grants', 'both', { accept: 'text/csv' });
    expect(csv.text.split('\r\n')[0]).toBe('kind,caller,scopes,selectors,environments');
  });

  test('is an audit line each time, a 304 too', async () => {
    const { headers } = await ask('/grants', 'both', { 'x-reason': 'audit 7' });
    const again = await ask('/grants', 'both', { 'x-reason': 'audit 8', 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    // A line is written a moment after its answer.
    await expect.poll(() => system.logged('grants')).toContain('"audit 8"');
    const lines = system
      .logged('grants')
      .split('\n')
      .filter((line) => line.includes('"mrt.audit"'))
      .map((line) => JSON.parse(line) as Json);
    const of = (reason: string) => lines.filter((line) => line['reason'] === reason);
    expect(of('audit 7')).toMatchObject([
      { principal: 'client:sample-client', route: 'grants', clear: false, status: 200 },
    ]);
    expect(of('audit 8')).toMatchObject([{ status: 304 }]);
  });
});

describe('what rows would show', () => {
  test.each([
    '/users?environment=*',
    '/users?environment=*&summary=true&clear=true',
    '/users?environment=*&summary=true&name=ann',
    '/table_size?environment=*&summary=true&table=sales$order',
    '/table_size?environment=*&order_by=name',
    '/micro_flow_constants?environment=*&summary=true&reveal=true',
    '/micro_flow_constants?environment=*&compare=shop-acc&summary=true',
    '/bucket_size?environment=*&source=listing',
    '/bucket_size?environment=*&days=7',
    '/storage_audit?environment=*&list=orphaned',
    '/storage_audit?environment=*&files=only',
  ])('is of one environment: %s', async (target) => {
    const { status, json } = await ask(target, 'both');
    expect([status, json['title']]).toEqual([400, 'One environment only']);
  });

  test.each([
    ['environment=*,shop-acc', 'environment'],
    ['environment=shop-acc,,shop-prod', 'environment'],
    ['environment=shop-acc,shop-acc', 'environment'],
    ['environment=shop-acc&environment=shop-prod', 'environment'],
    [`environment=${Array.from({ length: 101 }, (_, i) => `e${i}`)}`, 'environment'],
    ['environment=*&label=prod', 'label'],
    ['environment=*&label=', 'label'],
    ['environment=*&label=stage:prod,shop-*', 'label'],
    ['environment=*&label=a:b:c', 'label'],
  ])('a choice that means nothing is a 400 that names it: %s', async (query, parameter) => {
    const { status, json } = await ask(`/bucket_size?${query}`, 'both');
    expect([status, (json['errors'] as Json[])[0]?.['parameter']]).toEqual([400, parameter]);
  });

  test('is no table: CSV is refused', async () => {
    const { status } = await ask('/bucket_size?environment=*', 'both', { accept: 'text/csv' });
    expect(status).toBe(406);
  });
});

describe('the record', () => {
  test('that is not there yet is said to be missing, and no permission is blamed', () => {
    for (const { status, json, text } of beforeFirstRun) {
      expect([status, json['complete']]).toEqual([200, false]);
      expect(json['record']).toMatchObject({ taken_at: null, reason: 'missing' });
      expect(text).toContain('Nothing is recorded yet');
      expect(text).not.toMatch(/access-denied|lack of permission/);
    }
    // A refusal stays one: that the view is not there is known by listing it.
    expect(withoutListing.json['record']).toMatchObject({ reason: 'access-denied' });
  });

  test('is read in one question to S3, however many environments', async () => {
    for (const route of SUMMARIES) {
      const { headers } = await ask(`${route}environment=*`, 'both');
      const upstreams = (headers.get('server-timing') ?? '').split(', ').map((share) => share.split(';')[0]);
      expect(upstreams.filter((name) => name !== 'total')).toEqual(['s3']);
    }
  });

  test('of one route is nothing that the function of another could read, and none of them can write', () => {
    const decide = (route: string, action: string, path: string, context: Record<string, string>) => {
      const { functions } = system.deployment;
      const arn = functions.find(({ logName }) => logName === route)?.arn ?? '';
      const principal = system.principals.get(arn);
      const bucket = functions.map(({ variables }) => variables['MRT_RECORD_BUCKET']).find(Boolean);
      if (principal === undefined) throw new Error(`no principal of ${route}`);
      return system.iam.decide(principal, action, `arn:aws:s3:::${bucket}${path}`, context).allowed;
    };
    const may = (route: string, action: string, key: string) => decide(route, action, `/${key}`, {});
    const mayList = (route: string, prefix: string) => decide(route, 's3:ListBucket', '', { 's3:prefix': prefix });
    const routes = ['bucket_size', 'table_size', 'users', 'micro_flow_constants', 'storage_audit'];
    for (const own of routes) {
      for (const view of [...routes, 'metrics']) {
        expect([own, view, may(own, 's3:GetObject', `latest/${view}.json.gz`)]).toEqual([own, view, own === view]);
        expect([own, view, mayList(own, `latest/${view}.json.gz`)]).toEqual([own, view, own === view]);
      }
      for (const key of [`latest/${own}.json.gz`, 'environments/shop-prod.json.gz', 'run.json']) {
        expect([own, key, may(own, 's3:PutObject', key)]).toEqual([own, key, false]);
      }
      expect(may(own, 's3:GetObject', 'environments/shop-prod.json.gz')).toBe(false);
    }
    const month = 'environment=a/month=2026-11/figures.parquet';
    for (const own of ['table_size', 'users', 'micro_flow_constants']) {
      for (const past of routes) {
        const [key, prefix] = [`history/route=${past}/${month}`, `history/route=${past}/environment=a/`];
        expect([own, past, may(own, 's3:GetObject', key)]).toEqual([own, past, own === past]);
        expect([own, past, mayList(own, prefix)]).toEqual([own, past, own === past]);
      }
      for (const prefix of ['', 'latest/', 'history/', 'environments/', `history/route=${own}`]) {
        expect([own, prefix, mayList(own, prefix)]).toEqual([own, prefix, false]);
      }
      const ofConstants = own === 'micro_flow_constants';
      expect([own, mayList(own, 'changes/a.json.gz')]).toEqual([own, ofConstants]);
      expect([own, may(own, 's3:GetObject', 'changes/a.json.gz')]).toEqual([own, ofConstants]);
    }
    expect(may('recorder', 's3:GetObject', `history/route=users/${month}`)).toBe(true);
    expect(may('recorder', 's3:PutObject', 'latest/users.json.gz')).toBe(true);
    expect(may('publisher', 's3:PutObject', 'latest/users.json.gz')).toBe(false);
  });
});
