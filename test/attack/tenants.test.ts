/** One bank's callers try everything to learn something of the other: no name, no label, no figure, no difference. */
import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunningSystem } from '../end-to-end/running-system.ts';
import {
  BANKS,
  type BankCaller,
  bankCallers,
  bankSystem,
  environmentOf,
  environmentRoutes,
  foreignIn,
  otherBank,
  withoutIds,
} from './banks.ts';
import { answerOf, eventOf, functionOf } from './past-the-gateway.ts';

let system: RunningSystem;
let callers: BankCaller[] = [];

beforeAll(async () => {
  system = await bankSystem();
  callers = await bankCallers(system);
  await system.record();
});

const asked = (by: BankCaller, target: string, headers: Record<string, string> = {}) =>
  system.ask(target, { token: by.token, headers });

describe('every route, by client and person of each bank', () => {
  test('answers of the bank’s own environment', async () => {
    for (const by of callers) {
      for (const { path } of environmentRoutes) {
        const { status, text } = await asked(by, `${path}?environment=${environmentOf(by.bank)}`);
        expect([path, by.name, status]).toEqual([path, by.name, 200]);
        expect(foreignIn(text, by.bank)).toBeNull();
      }
    }
  });

  test('answers of the other bank’s environment as of one that does not exist, to the last byte', async () => {
    for (const by of callers) {
      for (const { path, otherEnvironment } of environmentRoutes) {
        const own = environmentOf(by.bank);
        const ways = (name: string) => [
          `${path}?environment=${name}`,
          ...(otherEnvironment === undefined ? [] : [`${path}?environment=${own}&${otherEnvironment}=${name}`]),
          `${path}?environment=${own},${name}`,
        ];
        for (const foreign of [environmentOf(otherBank(by.bank)), 'shop-acc']) {
          const nobodys = ways('nowhere-prod');
          for (const [index, target] of ways(foreign).entries()) {
            const refused = await asked(by, target);
            expect(refused.status, target).toBeGreaterThanOrEqual(400);
            expect(withoutIds(refused)).toBe(withoutIds(await asked(by, nobodys[index] ?? '')));
            // No upstream was asked, whose time would tell that something is there.
            expect(refused.headers.get('server-timing')).toMatch(/^total;dur=\d/);
          }
        }
      }
    }
  });

  test('shows nothing of the other bank in any answer that is not about one environment', async () => {
    const fleets = environmentRoutes.filter(({ fleet }) => fleet !== undefined);
    expect(fleets.length).toBeGreaterThan(2);
    for (const by of callers) {
      const targets = [
        ...['/environments', '/grants', '/metrics'],
        ...fleets.flatMap(({ path, fleet }) => {
          const [may] = fleet?.may ?? [];
          const summary = fleet?.asks ? `&${fleet.asks}=true` : may === undefined ? '' : `&${may}`;
          const labels = ['label=stage:prod', 'label=bank:*', `label=bank:${otherBank(by.bank)}`, 'label=app:*'];
          return ['environment=*', ...labels].map((which) => `${path}?${which}${summary}`);
        }),
      ];
      for (const target of targets) {
        const { status, text } = await asked(by, target);
        expect([target, by.name, status]).toEqual([target, by.name, 200]);
        expect(foreignIn(text, by.bank), target).toBeNull();
      }
    }
  });
});

describe('one request of a bank’s client is followed by its ids', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const target = '/users?environment=bank-a-prod&name=nobody@example.com';
  const lines = (log: string) =>
    system
      .logged(log)
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
  /** Audit line and request line, which are written a moment after the answer. */
  async function linesOf(id: string | null) {
    const own = () => lines('users').filter((line) => line['request_id'] === id);
    await expect.poll(() => own().map(({ event }) => event)).toEqual(['mrt.audit', 'mrt.request']);
    return own();
  }
  async function sessionsOf(databaseUser: string): Promise<string[]> {
    const client = new Client({ connectionString: system.databases.postgres?.url('postgres') ?? '' });
    await client.connect();
    const sessions = 'SELECT application_name AS name FROM pg_stat_activity WHERE usename = $1';
    const { rows } = await client.query(sessions, [databaseUser]).finally(() => client.end());
    return rows.map(({ name }) => String(name));
  }

  test('from the access log over both lines of the function to the database’s session, CloudTrail and the answer', async () => {
    const [by] = callers as [BankCaller];
    const reply = await asked(by, target, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    expect(reply.status).toBe(200);
    const id = reply.headers.get('x-request-id');
    await expect.poll(() => lines('access').map(({ requestId }) => requestId)).toContain(id);
    const both = await linesOf(id);
    for (const line of both) {
      expect(line).toMatchObject({
        trace_id: TRACE,
        parent_span_id: '00f067aa0ba902b7',
        spiffe_id: 'spiffe://mrt.local/tenant/bank-a/client/bank-a-client',
        tenant: 'bank-a',
        role_session: expect.stringMatching(/^mrt-banks-users-[0-9a-f]{8}$/),
      });
    }
    expect(await sessionsOf('mrt_bank_a')).toContain(`mrt-api ${id} ${TRACE}`);
    const assumed = lines('cloudtrail').map((record) => record['requestParameters']);
    expect(assumed).toContainEqual({
      roleArn: 'arn:aws:iam::000000000000:role/mrt-banks-tenant-bank-a',
      roleSessionName: both[0]?.['role_session'],
      durationSeconds: 3600,
      sourceIdentity: 'mrt-banks-users',
      principalTags: { tenant: 'bank-a', spiffe_id: 'spiffe://mrt.local/function/banks/users' },
    });
  });

  test('also when the database’s session is kept from an earlier request', async () => {
    const [by] = callers as [BankCaller];
    const names = [];
    for (let time = 0; time < 3; time += 1) {
      const reply = await asked(by, target);
      for (const { role_session } of await linesOf(reply.headers.get('x-request-id'))) names.push(role_session);
    }
    const known = lines('cloudtrail').map((record) => Object(record['requestParameters']).roleSessionName);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(names).toHaveLength(6);
  });
});

describe('the total of a fleet', () => {
  test('is the bank’s own, and the operator’s is that of all of them', async () => {
    const target = '/users?environment=*&summary=true';
    const counted = async (token?: string) => {
      const { json } = await system.ask(target, token === undefined ? {} : { token });
      const names = (json['environments'] as { environment: string }[]).map(({ environment }) => environment);
      return { names, users: (json['total'] as { users: number }).users };
    };
    const [a, , b] = await Promise.all(callers.map(({ token }) => counted(token)));
    expect(a?.names).toEqual(['bank-a-prod']);
    expect(b?.names).toEqual(['bank-b-prod']);
    const all = await counted();
    expect(a?.users).toBeGreaterThan(0);
    expect(all.users).toBeGreaterThan((a?.users ?? 0) + (b?.users ?? 0));
    expect(all.names).toEqual(['bank-a-prod', 'bank-b-prod', 'shop-acc']);
  });
});

describe('what a caller sends besides', () => {
  const HEADERS = ['x-tenant', 'x-tenant-id', 'x-mrt-tenant', 'x-spiffe-id', 'x-forwarded-user', 'x-amz-tagging'];

  test('a header that names the other bank changes no answer', async () => {
    for (const by of callers) {
      const other = otherBank(by.bank);
      for (const target of ['/environments', `/users?environment=${environmentOf(other)}`]) {
        const plain = withoutIds(await asked(by, target));
        for (const header of HEADERS) {
          for (const value of [other, `spiffe://mrt.local/tenant/${other}/client/${other}-client`]) {
            expect(withoutIds(await asked(by, target, { [header]: value })), header).toBe(plain);
          }
        }
      }
    }
  });

  test('a claim that a client may choose changes no answer', async () => {
    const client = { client: 'bank-a-client' };
    const plain = withoutIds(await system.ask('/environments', { token: await system.token(client) }));
    for (const claims of [
      { tenant: 'bank-b' },
      { 'custom:tenant': 'bank-b', email: 'somebody@bank-b.example.com' },
      { 'cognito:groups': ['bank-b-operators', 'operators'] },
      { username: 'bank-b_somebody', sub_tenant: 'spiffe://mrt.local/operator/client/sample-client' },
    ]) {
      const token = await system.token({ ...client, claims });
      expect(withoutIds(await system.ask('/environments', { token }))).toBe(plain);
    }
  });

  test('a person called like a client, or like a function, is neither', async () => {
    for (const group of ['bank-b-client', 'sample-client', 'function', 'constructor']) {
      const claims = { 'cognito:groups': [group], username: 'sample-client' };
      const token = await system.token({ person: 'bank-a-operators', claims });
      expect((await system.ask('/environments', { token })).status).toBe(403);
    }
  });

  test('groups of two owners give nothing, and not both', async () => {
    for (const groups of [
      ['bank-a-operators', 'bank-b-operators'],
      ['bank-a-operators', 'operators'],
    ]) {
      const token = await system.token({ person: 'bank-a-operators', claims: { 'cognito:groups': groups } });
      const refused = await system.ask('/environments', { token });
      expect(refused.status).toBe(403);
      expect(refused.text).not.toMatch(/bank-b|tenant/i);
    }
  });

  test('an event that is made past the gateway, with the other’s claims in it, is not believed', async () => {
    const [by] = callers;
    const event = eventOf({
      ...{ path: '/users', query: 'environment=bank-b-prod', authorization: `Bearer ${by?.token}` },
      claims: { client_id: 'bank-b-client', scope: 'mrt/users.read', tenant: 'bank-b' },
      headers: { 'x-spiffe-id': 'spiffe://mrt.local/tenant/bank-b/client/bank-b-client' },
    });
    expect(answerOf(await functionOf(system, 'users').invoke(event))).toMatchObject({ status: 404 });
  });
});

describe('what an answer leaves behind', () => {
  test('a cursor of one bank is no cursor of the other’s', async () => {
    const cursorOf = async (by: BankCaller, target: string) => {
      const { json } = await asked(by, target);
      return encodeURIComponent(String(json['next_cursor'] ?? expect.unreachable(target)));
    };
    const [a, , b] = callers as [BankCaller, BankCaller, BankCaller];
    for (const path of ['/users', '/table_size', '/micro_flow_constants']) {
      const cursor = await cursorOf(b, `${path}?environment=bank-b-prod&limit=1`);
      expect((await asked(b, `${path}?environment=bank-b-prod&limit=1&cursor=${cursor}`)).status).toBe(200);
      expect((await asked(a, `${path}?environment=bank-a-prod&limit=1&cursor=${cursor}`)).status).toBe(400);
      expect((await asked(a, `${path}?environment=bank-b-prod&limit=1&cursor=${cursor}`)).status).toBe(404);
    }
    const grants = await cursorOf(b, '/grants?limit=1');
    expect((await asked(b, `/grants?limit=1&cursor=${grants}`)).status).toBe(200);
    expect((await asked(a, `/grants?limit=1&cursor=${grants}`)).status).toBe(400);
    const operators = encodeURIComponent(String((await system.ask('/environments?limit=1')).json['next_cursor']));
    expect((await system.ask(`/environments?limit=1&cursor=${operators}`)).status).toBe(200);
    for (const by of callers) expect((await asked(by, `/environments?limit=1&cursor=${operators}`)).status).toBe(400);
  });

  test('an ETag of one bank, or of the operator, does not tell the other that nothing changed', async () => {
    const targets = ['/environments', '/grants', '/bucket_size', '/users?environment=*&summary=true'];
    for (const target of targets) {
      const etags = new Map<string, string>();
      const operator = (await system.ask(target)).headers.get('etag') ?? '';
      for (const by of callers) etags.set(by.bank, (await asked(by, target)).headers.get('etag') ?? '');
      expect(new Set([...etags.values(), operator]).size, target).toBe(BANKS.length + 1);
      for (const by of callers) {
        const headers = { 'if-none-match': `${etags.get(otherBank(by.bank))}, ${operator || '"none"'}` };
        expect((await asked(by, target, headers)).status).not.toBe(304);
      }
    }
  });
});

test('the same value at two banks has another fingerprint at each, also in the operator’s eyes', async () => {
  const [a, , b] = callers as [BankCaller, BankCaller, BankCaller];
  const fingerprints = async (bank: string, token?: string) => {
    const target = `/micro_flow_constants?environment=${bank}-prod&limit=1000`;
    const { json } = await system.ask(target, token === undefined ? {} : { token });
    const rows = json['constants'] as { name: string; value: unknown; fingerprint: string | null }[];
    return new Map(rows.map(({ name, value, fingerprint }) => [name, { value, fingerprint }]));
  };
  const [ofA, ofB] = [await fingerprints('bank-a', a.token), await fingerprints('bank-b', b.token)];
  const same = [...ofA].filter(([name, { value, fingerprint }]) => fingerprint && ofB.get(name)?.value === value);
  expect(same.length).toBeGreaterThan(3);
  for (const [name, { fingerprint }] of same) expect(ofB.get(name)?.fingerprint, name).not.toBe(fingerprint);
  expect(await fingerprints('bank-a')).toEqual(ofA);
});

test('the operator sees both, compares them, and each caller with what it may really read', async () => {
  const compared = await system.ask('/micro_flow_constants?environment=bank-a-prod&compare=bank-b-prod&limit=100');
  expect(compared.status).toBe(200);
  expect(compared.text).toContain('BANK-A-');
  const { json } = await system.ask('/grants');
  const all = new Map((json['grants'] as { caller: string; environments: string[] }[]).map((one) => [one.caller, one]));
  expect(all.get('bank-a-client')?.environments).toEqual(['bank-a-prod']);
  expect(all.get('bank-b-operators')?.environments).toEqual(['bank-b-prod']);
  expect(all.get('sample-client')?.environments).toEqual(['bank-a-prod', 'bank-b-prod', 'shop-acc']);
});

/** `.ci/deep.d/tenants.sh` asks 10,000; here it is what a minute of everybody's time is worth. */
const REQUESTS = Number(process.env['MRT_TENANT_REQUESTS'] ?? 400);

test('of many mixed requests at warm instances none has anything of another bank', { timeout: 600_000 }, async () => {
  const targets = [
    ...environmentRoutes.map(
      ({ path }) =>
        (bank: string) =>
          `${path}?environment=${bank}-prod&limit=3`,
    ),
    ...['/environments', '/grants', '/metrics', '/bucket_size'].map((path) => () => path),
    (bank: string) => `/users?environment=${bank}-prod&clear=true&limit=20`,
    (bank: string) => `/users?environment=${bank === 'bank-a' ? 'bank-b' : 'bank-a'}-prod`,
    () => '/table_size?environment=*&summary=true',
  ];
  let seen = 0;
  for (let from = 0; from < REQUESTS; from += 8) {
    const some = Array.from({ length: 8 }, async (_, place) => {
      const number = from + place;
      const by = callers[number % callers.length] as BankCaller;
      const target = (targets[Math.floor(number / 3) % targets.length] ?? (() => '/environments'))(by.bank);
      const { status, text } = await asked(by, target, { 'x-reason': 'mixing' });
      if (text === '{"message":"Service Unavailable"}') return;
      expect([200, 404], `${target} ${text}`).toContain(status);
      expect(foreignIn(text, by.bank), target).toBeNull();
      if (status === 200 && text.includes(by.bank)) seen += 1;
    });
    await Promise.all(some);
  }
  expect(seen).toBeGreaterThan(REQUESTS / 2);
});
