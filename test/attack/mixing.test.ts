/**
 * Many callers at once, each with data of its own: no answer has anything of another request, environment or caller.
 * Afterwards the logs of it all are searched for what must not be in them, and the audit lines read.
 */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Json, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { type ConcurrentRequest, concurrentRequests, names } from './concurrent-requests.ts';

const ROUNDS = 8;
let system: RunningSystem;
const tokens: Record<string, string> = {};
let requests: ConcurrentRequest[] = [];

beforeAll(async () => {
  system = await sharedSystem();
  tokens['machine'] = await system.token();
  tokens['pets'] = await system.token({ client: 'pet-shop-client' });
  tokens['others'] = await system.token({ client: 'depot-client' });
  tokens['person'] = await system.token({ person: 'sales-operators' });
  const logins: Record<string, Set<string>> = {};
  for (const [environment, database] of [
    ['shop-prod', 'shop_prod'],
    ['shop-acc', 'shop_acc'],
    ['pet-shop-prod', 'pet_shop_prod'],
  ] as const) {
    const client = new Client(system.databases.postgres?.url(database));
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT name FROM "system$user"');
    logins[environment] = new Set(rows.map(({ name }) => name));
    await client.end();
  }
  requests = concurrentRequests(logins);
});
afterAll(() => system.end());

/** What each request is asked with, so that its audit line can be told from all others. */
const reasons: string[] = [];

test('no answer mixes two requests', async () => {
  // The last cursor, the last ETag and the last name of one caller are of no use to the next.
  for (let round = 0; round < ROUNDS; round++) {
    const asked = requests.map(async ({ by, target, right }, index) => {
      const reason = `ticket ${round}-${index}`;
      const reply = await system.ask(target, { token: tokens[by] ?? null, headers: { 'x-reason': reason } });
      // One too many at once is refused as Lambda does: no answer of anybody.
      if (reply.text === '{"message":"Service Unavailable"}') return;
      right(reply);
      if (target.includes('clear=true')) reasons.push(reason);
    });
    await Promise.all(asked);
  }
  expect(reasons.length).toBeGreaterThan(ROUNDS);
});

test('an ETag of one caller does not tell another that nothing changed', async () => {
  for (const target of ['/environments', '/bucket_size?environment=shop-prod']) {
    const etag = (await system.ask(target)).headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const headers = { 'if-none-match': etag };
    expect((await system.ask(target, { headers })).status).toBe(304);
    for (const token of [tokens['others'] ?? '', tokens['person'] ?? '']) {
      expect((await system.ask(target, { token, headers })).status).not.toBe(304);
    }
  }
});

describe('the logs of it all', () => {
  const SECRET = '/micro_flow_constants?environment=shop-prod&reveal=true&module=Encryption&limit=10';
  let written = '';
  let person = '';
  let secrets: string[] = [];

  beforeAll(async () => {
    const one = await system.ask('/users?environment=shop-prod&clear=true&kind=named&fields=name&limit=3', {
      headers: { 'x-reason': 'ticket clear' },
    });
    person = names(one.json, 'users', 'name').at(-1) ?? '';
    await system.ask(`/users?environment=shop-prod&name=${encodeURIComponent(person)}`, {
      headers: { 'x-reason': 'ticket name' },
    });
    const revealed = await system.ask(SECRET, { headers: { 'x-reason': 'ticket reveal' } });
    secrets = names(revealed.json, 'constants', 'value').filter((value) => value.length > 5);
    // Errors are where internals like to slip out.
    system.s3.faults.inject({ kind: 'failed', every: 1 });
    system.cloudwatch.faults.inject({ kind: 'failed', every: 1 });
    await system.databases.postgres?.stop();
    for (const { target } of requests) await system.ask(target);
    system.functions.restart();
    for (const { target } of requests) await system.ask(target);
    await system.ask('/users?environment=shop-prod', { token: `${tokens['machine']}x` });
    await system.databases.postgres?.start();
    // Lines are written a moment after their answers.
    for (const [name, reason] of [
      ['users', 'ticket name'],
      ['micro_flow_constants', 'ticket reveal'],
    ] as const) {
      await vi.waitFor(() => expect(system.logged(name)).toContain(reason), 20_000);
    }
    written = ['access', ...system.functionLogs()].map((name) => system.logged(name)).join('');
  });

  test('have no token, key, secret, person, SQL, host, bucket, ARN or stack in them', () => {
    expect(secrets.length).toBeGreaterThan(0);
    expect(person).not.toBe('');
    const credentials = [...system.principals.values()].flatMap((one) => [
      one.accessKeyId,
      one.secretAccessKey,
      one.sessionToken,
    ]);
    const named = [person, ...secrets, ...Object.values(tokens), ...credentials, system.endpoints.client_secret];
    expect(named.filter((text) => written.includes(text))).toEqual([]);
    for (const shape of [
      /eyJ[\w-]{10}/,
      /[\w.]+@[\w-]+\.\w+/,
      /\bSELECT\b|\bFROM\b|pg_catalog/,
      /arn:aws/,
      /amazonaws|localhost/,
      /X-Amz-/i,
      /shop-prod-files|shop-deployments|keybucket/,
      /system\$user|mendixsystem/,
      /-----BEGIN/,
      /\n\s+at /,
      /node_modules/,
    ]) {
      expect(written.match(shape)?.[0]).toBeUndefined();
    }
  });

  test('have an audit line for each clear answer, reveal and exact name, whole and with its reason', () => {
    const lines = written
      .split('\n')
      .filter((line) => line.includes('"mrt.audit"'))
      .map((line) => JSON.parse(line) as Json);
    const given = [...reasons, 'ticket clear', 'ticket name', 'ticket reveal'];
    for (const reason of given)
      expect(
        lines.filter((line) => line['reason'] === reason),
        reason,
      ).toHaveLength(1);
    for (const line of lines) {
      // Who is refused for his token has no SPIFFE ID.
      const { spiffe_id, ...always } = line;
      expect(spiffe_id ?? 'spiffe://').toMatch(/^spiffe:\/\//);
      expect(Object.keys(always).toSorted((a, b) => a.localeCompare(b))).toEqual([
        'clear',
        'decisions',
        'environments',
        'event',
        'fields',
        'filters',
        'principal',
        'reason',
        'request_id',
        'route',
        'rows',
        'span_id',
        'status',
        'time',
        'trace_id',
      ]);
    }
    const by = (reason: string) => lines.find((line) => line['reason'] === reason);
    expect(by('ticket clear')).toMatchObject({
      principal: 'client:sample-client',
      route: 'users',
      environments: ['shop-prod'],
      clear: true,
      rows: 3,
      status: 200,
    });
    expect(by('ticket name')).toMatchObject({ filters: ['name'], clear: false });
    expect(by('ticket reveal')).toMatchObject({
      route: 'micro_flow_constants',
      filters: ['module', 'reveal'],
      clear: true,
    });
  });
});
