/**
 * Hostile requests at the whole running system. Each is answered with a status that the OpenAPI document names and
 * with the body that belongs to it; none with a 5xx, for no fault is injected; and nothing that came in comes out in a
 * header, in a log or in the text of a SQL statement. `MRT_FUZZ_REQUESTS` and `MRT_FUZZ_SEED` set how many and which
 * (`.ci/deep.d/fuzz.sh` sends 20,000).
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import fc from '../properties.ts';
import { type HostileRequest, hostileRequest, MARK, seenCursors } from './hostile-requests.ts';

const REQUESTS = Number(process.env['MRT_FUZZ_REQUESTS'] ?? 900);
const SEED = Number(process.env['MRT_FUZZ_SEED'] ?? 8);
/** Side by side; under the reserved concurrency, so that nothing is refused for being one too many. */
const AT_ONCE = 6;
/** The deadline of a request is 25 s, and the gateway's limit 30 s. */
const HANG_MS = 28_000;

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}
const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let system: RunningSystem;
let token: string;
const statuses = new Map<number, number>();

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0.01, changeTemplate: withoutThrottles });
  token = await system.token({ claims: { exp: Math.floor(Date.now() / 1000) + 86_400 } });
  // The server shall log every statement, and no parameter's value: what is left is the text that we send.
  const client = new Client(system.databases.postgres?.url('postgres'));
  await client.connect();
  for (const setting of [
    "log_statement = 'all'",
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
  ]) {
    await client.query(`ALTER SYSTEM SET ${setting}`);
  }
  await client.query('SELECT pg_reload_conf()');
  await client.end();
});
afterAll(async () => {
  agent.destroy();
  await system.end();
});

/** Over the bare parser of Node: `fetch` would put the address right first. */
function send({ method, path, query, headers }: HostileRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(system.endpoints.api);
    const all = { ...headers, authorization: `Bearer ${token}` };
    const sent = request({ agent, hostname, port, method, path: `${path}?${query}`, headers: all }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject).once('end', () => {
        const bytes = Buffer.concat(pieces);
        const gzip = response.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        const body = (gzip ? gunzipSync(bytes) : bytes).toString('utf8');
        const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(received), body });
      });
    });
    sent.setTimeout(HANG_MS, () => sent.destroy(new Error(`no answer in ${HANG_MS} ms`)));
    sent.once('error', reject).end();
  });
}

/** @throws Error in one line: request, status, and what is wrong with the answer */
/** Whether the request itself asks for an answer in less time than its work may take. */
function mayRunOut({ query, headers }: HostileRequest): boolean {
  return /(^|&)budget_s=/.test(query) || headers['x-prometheus-scrape-timeout-seconds'] !== undefined;
}

function check(asked: HostileRequest, answer: Answer): void {
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  try {
    expectPromised(asked, answer);
  } catch (error) {
    const [reason] = String((error as Error).message).split('\n');
    const question = `${asked.method} ${asked.path}?${asked.query}`;
    throw new Error(`${short(question, 300)} answered ${answer.status}: ${short(reason ?? '', 300)}`);
  }
}

const short = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);

function expectPromised(asked: HostileRequest, { status, headers, body }: Answer): void {
  const documented = Object.keys(paths[asked.path]?.[asked.method.toLowerCase()]?.responses ?? {});
  expect(documented, 'docs/openapi.json names no such status (npm run generate writes it)').toContain(String(status));
  // Nothing is broken here: whatever a caller sends, no alarm of an operator may go off.
  if (status >= 500) expect([status, mayRunOut(asked)], body).toEqual([504, true]);
  for (const [name, text] of Object.entries(headers)) {
    // The next page's address repeats the question; there it must stay inside the angle brackets.
    if (name === 'link') expect(text).toMatch(/^<[^<>"\s]+>; rel="next"$/);
    else expect(`${name}: ${text}`).not.toContain(MARK);
  }
  expect(headers['set-cookie']).toBeUndefined();
  expect(headers['access-control-allow-origin']).toBeUndefined();
  if (asked.method === 'HEAD' || status === 304) {
    expect(body).toBe('');
    return;
  }
  if (status !== 200) {
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, title: expect.any(String), instance: asked.path });
    return;
  }
  if (!headers['content-type']?.startsWith('application/json')) return;
  const { next_cursor } = JSON.parse(body) as { next_cursor: string | null };
  if (next_cursor !== null) seenCursors.set(asked.path, next_cursor);
}

test(`${REQUESTS} hostile requests, seed ${SEED}`, { timeout: 1_000 * REQUESTS }, async () => {
  const batch = fc.array(hostileRequest, { minLength: AT_ONCE, maxLength: AT_ONCE });
  const property = fc.asyncProperty(batch, async (requests) => {
    await Promise.all(requests.map(async (asked) => check(asked, await send(asked))));
  });
  const run = await fc.check(property, { seed: SEED, numRuns: Math.ceil(REQUESTS / AT_ONCE), endOnFailure: true });
  // The requests themselves are in the message in short; seed and path bring them back whole.
  if (run.failed)
    throw new Error(`${(run.errorInstance as Error).message} (seed ${SEED}, path ${run.counterexamplePath})`);
  // The attack got past the first check: all kinds of answers came.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 304, 400, 404, 406]));
});

test('nothing that came in is in a function’s log, and no line was broken or forged', () => {
  for (const file of system.functionLogs()) {
    const log = system.logged(file);
    expect(log, file).not.toContain(MARK);
    for (const line of log.split('\n').filter((text) => text !== '')) {
      expect(JSON.parse(line), file).toMatchObject({ event: expect.stringMatching(/^mrt\./) });
      expect(line).not.toContain('forged');
    }
  }
});

test('the access log has one whole line for each request', async () => {
  const lines = () => system.logged('access').trimEnd().split('\n');
  // A line is written when its answer has left.
  await expect.poll(() => lines().length).toBe([...statuses.values()].reduce((sum, count) => sum + count, 0));
  for (const line of lines()) expect(JSON.parse(line)).toHaveProperty('status');
});

test('no statement that reached PostgreSQL has anything of it in its text, or was malformed', () => {
  const log = system.logged('postgres');
  expect(log).toMatch(/LOG: {2}execute .*: SELECT/);
  expect(log).not.toContain(MARK);
  expect(log).not.toMatch(/syntax error|unterminated|does not exist/);
});
