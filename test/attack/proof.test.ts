/**
 * Who is behind a request, and how it is told apart in every log: names that a client gives itself, traces that are no
 * traces, and one request followed from the client to the database session.
 */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TABLES = '/table_size?environment=shop-prod&limit=1';
let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

type Line = Record<string, unknown>;
/** Lines of a function's log about one request, of which the last is `mrt.request`: they are written a moment after the answer. */
async function linesOf(name: string, requestId: string | null): Promise<Line[]> {
  const isWhole = (lines: Line[]) => lines.some(({ event }) => event === 'mrt.request');
  await expect.poll(() => isWhole(linesNow(name, requestId))).toBe(true);
  return linesNow(name, requestId);
}

function linesNow(name: string, requestId: string | null): Line[] {
  const lines = system.logged(name).split('\n');
  const json = lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
  return json.filter((line) => line['request_id'] === requestId);
}

/** What the database calls its sessions. */
async function applicationNames(): Promise<string[]> {
  const url = system.databases.postgres?.url('postgres');
  if (url === undefined) throw new Error('the run has no PostgreSQL of its own');
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT application_name AS name FROM pg_stat_activity WHERE usename LIKE 'mrt%'",
  );
  await client.end();
  return rows.map(({ name }) => String(name));
}

test('one request is found by its ids in the gateway’s log, the function’s, the audit’s and the database’s session', async () => {
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  const reply = await system.ask('/users?environment=shop-prod&name=nobody@example.com', { headers });
  const id = reply.headers.get('x-request-id');
  expect(reply.status).toBe(200);
  const [audit, request] = await linesOf('users', id);
  expect([audit?.['event'], request?.['event']]).toEqual(['mrt.audit', 'mrt.request']);
  for (const line of [audit, request]) {
    expect(line).toMatchObject({
      trace_id: TRACE,
      parent_span_id: '00f067aa0ba902b7',
      spiffe_id: expect.stringMatching(/^spiffe:\/\/mrt\.local\//),
    });
  }
  await expect.poll(() => system.logged('access')).toContain(`"requestId":"${id}"`);
  expect(await applicationNames()).toContain(`mrt-api ${id} ${TRACE}`);
});

describe('a client that names itself', () => {
  test('by x-spiffe-id or x-caller is not believed: no line, no answer and no signature has the name', async () => {
    const evil = 'spiffe://mrt.local/operator/client/admin';
    const headers = { 'x-spiffe-id': evil, 'x-caller': evil, 'accept-signature': 'mrt=()' };
    const reply = await system.ask(TABLES, { headers });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-caller')).not.toBe(evil);
    expect([...reply.headers].join('\n') + reply.text).not.toContain(evil);
    expect(system.logged('table_size')).not.toContain(evil);
  });
});

describe('a trace that is none', () => {
  test.each([
    ['of another length', `00-${TRACE}-01`],
    ['with SQL in it', `00-${TRACE}-00f067aa0ba902b7-01'; SELECT pg_sleep(9); --`],
    ['with a line of JSON in it', `00-${TRACE}-{"event":"mrt.audit","principal":"client:forged"}-01`],
    ['of 4,000 characters', `00-${TRACE}-00f067aa0ba902b7-${'0'.repeat(4000)}`],
    ['of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ])('%s leads to a trace of our own, in the log and in the database', async (_, traceparent) => {
    const reply = await system.ask(TABLES, { headers: { traceparent } });
    expect(reply.status).toBe(200);
    const id = reply.headers.get('x-request-id');
    const [line] = await linesOf('table_size', id);
    expect(line?.['trace_id']).toMatch(/^[0-9a-f]{32}$/);
    expect(line?.['trace_id']).not.toBe(TRACE);
    expect(line).not.toHaveProperty('parent_span_id');
    const names = await applicationNames();
    expect(names.filter((name) => !/^mrt-api( [A-Za-z0-9+/=_-]+ [0-9a-f]{32})?$/.test(name))).toEqual([]);
    expect(names).toContain(`mrt-api ${id} ${line?.['trace_id']}`);
  });
});

test('who looks for environments by their names is seen in the audit, with the reason that the answer does not give', async () => {
  const reply = await system.ask('/users?environment=depot-prod&name=x');
  const [audit] = await linesOf('users', reply.headers.get('x-request-id'));
  const refused = {
    step: 'environment',
    allowed: false,
    reason: expect.stringMatching(/^not-(permitted|configured)$/),
  };
  expect(audit?.['decisions']).toContainEqual(expect.objectContaining(refused));
  expect(reply.text).not.toMatch(/not-(permitted|configured)/);
});
