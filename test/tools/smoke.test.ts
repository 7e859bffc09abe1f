import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smoke, type Target } from '../../tools/smoke.ts';
import { adviceFor } from '../../tools/smoke-advice.ts';

/** Answers by path; anything else is the gateway's 404. */
let answers: Map<string, { status: number; body: unknown }>;
let server: Server;
let target: Target;

beforeEach(async () => {
  answers = new Map<string, { status: number; body: unknown }>([
    ['/health', { status: 200, body: { status: 'ok' } }],
    ['/oauth2/token', { status: 200, body: { access_token: 'good' } }],
    [
      '/environments',
      { status: 200, body: { environments: [{ environment: 'shop', offers: ['users', 'bucket_size'] }] } },
    ],
    ['/users?environment=shop', { status: 200, body: { users: [], complete: true } }],
    ['/bucket_size?environment=shop', { status: 200, body: { buckets: [{ bucket: 'files', error: null }] } }],
  ]);
  server = createServer((request, response) => {
    const path = request.url ?? '';
    const open = path === '/health' || path === '/oauth2/token';
    const answer =
      open || request.headers.authorization === 'Bearer good'
        ? (answers.get(path) ?? { status: 404, body: { message: 'Not Found' } })
        : { status: 401, body: { message: 'Unauthorized' } };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  target = { api, token_endpoint: `${api}/oauth2/token`, client_id: 'id', client_secret: 'secret' };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function failures(): Promise<Record<string, string | null>> {
  const advices: Record<string, string | null> = {};
  for await (const { question, advice } of smoke(target)) advices[question] = advice;
  return advices;
}

describe('smoke', () => {
  test('asks each route that each environment offers, and is content with a sound stage', async () => {
    expect(await failures()).toEqual({
      'GET /health': null,
      'GET /environments without a token': null,
      'GET /environments': null,
      'GET /users?environment=shop': null,
      'GET /bucket_size?environment=shop': null,
    });
  });

  test('finds an API that is open', async () => {
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const answer = answers.get(request.url ?? '') ?? { status: 404, body: {} };
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    expect(await failures()).toMatchObject({
      'GET /environments without a token': expect.stringContaining('200 instead of 401'),
    });
  });

  test('says what the database owner has to do', async () => {
    answers.set('/users?environment=shop', {
      status: 503,
      body: { type: 'https://x/problems/database-unavailable', reason: 'login-refused' },
    });
    expect((await failures())['GET /users?environment=shop']).toMatch(/mrt_reader\.sql.*resource_id/);
  });

  test('names the bucket that cannot be read, and where to look', async () => {
    const error = { type: 'https://x/problems/upstream-failed', reason: 'access-denied' };
    answers.set('/bucket_size?environment=shop', { status: 200, body: { buckets: [{ bucket: 'files', error }] } });
    expect((await failures())['GET /bucket_size?environment=shop']).toMatch(
      /^files: The request was refused for lack of permission.*policy/,
    );
  });

  test('names the fields that the database role may not read, and the file that was not there', async () => {
    answers.set('/users?environment=shop', {
      status: 200,
      body: { users: [], missing: [{ what: 'roles', reason: 'grant-missing', table: 'system$userrole' }] },
    });
    const source = { source: 'shop-config', error: { reason: 'not-advices', detail: 'It is not there.' } };
    answers.set('/bucket_size?environment=shop', { status: 200, body: { sources: [source] } });
    const advices = await failures();
    expect(advices['GET /users?environment=shop']).toMatch(/^roles \(system\$userrole\): .*mrt_reader\.sql/);
    expect(advices['GET /bucket_size?environment=shop']).toMatch(/^shop-config: It is not there/);
  });

  test('stops without a token, saying which variables are wrong', async () => {
    answers.set('/oauth2/token', { status: 400, body: { error: 'invalid_client' } });
    await expect(failures()).rejects.toThrow('MRT_CLIENT_ID');
  });
});

describe('advice', () => {
  const problem = (slug: string, reason?: string) => ({ type: `https://x/problems/${slug}`, reason });

  test.each([
    [503, problem('database-unavailable', 'unreachable'), 'security group'],
    [503, problem('database-unavailable', 'grant-missing'), 'mrt_reader.sql again'],
    [502, problem('upstream-failed', 'wrong-region'), 'another Region'],
    [503, problem('keys-unavailable'), 'runbook'],
    [504, problem('upstream-timeout'), 'endpoint'],
    [404, problem('not-offered'), 'not this one'],
    [404, { message: 'Not Found' }, 'older release'],
    [403, { message: 'Forbidden' }, 'scope'],
    [500, { message: 'Internal Server Error' }, 'log'],
  ])('for %i %j says where to look', (status, body, expected) => {
    expect(adviceFor({ status, body })).toContain(expected);
  });

  test('is none for an answer that is only not complete yet', () => {
    expect(
      adviceFor({ status: 200, body: { complete: false, buckets: [{ bucket: 'files', error: null }] } }),
    ).toBeNull();
  });
});
