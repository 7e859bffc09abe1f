/** Bad requests, at the gateway and behind it: the status and the body that api.md promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import { expectCleanLogs } from './clean-logs.ts';
import { type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;
const guarded = routes.filter((route) => route.scopes !== null);
const aboutEnvironments = guarded.filter((route) => route.environment);

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

describe.each(guarded.map((route) => [route.path, route] as const))('%s', (path, route) => {
  const environment = route.needs.includes('airflow') ? 'etl-prod' : 'shop-prod';
  const target = route.environment ? `${path}?environment=${environment}` : path;

  test('no token, garbage, a foreign token, an ID token', async () => {
    const foreign = await system.token({ claims: { iss: 'https://login.example.com' } });
    const id = await system.token({ use: 'id', person: 'sales-operators' });
    for (const token of [null, 'garbage', foreign, id]) {
      const reply = await system.ask(target, { token });
      expect([401, 403]).toContain(reply.status);
      if (token !== id) expect([reply.status, reply.text]).toEqual([401, '{"message":"Unauthorized"}']);
      expect(reply.headers.get('apigw-requestid')).not.toBeNull();
    }
  });

  test('a wrong scope is the gateway’s 403', async () => {
    // Any scope opens /environments; every other route has scopes of its own.
    const foreign = ALL_SCOPES.find((scope) => !route.scopes?.includes(scope)) ?? 'mrt/users.read';
    const token = await system.token({ scopes: [foreign] });
    const reply = await system.ask(target, { token });
    if (path === '/environments') expect(reply.status).toBe(200);
    else expect([reply.status, reply.text]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test('another method is a 404', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await system.ask(target, { method })).text).toBe('{"message":"Not Found"}');
    }
  });

  test('an unknown parameter, a repeated one, a limit out of range, a broken cursor', async () => {
    const join = target.includes('?') ? '&' : '?';
    const ofPages = [
      ['limit=0', 'limit'],
      ['limit=100000', 'limit'],
      ['limit=5&limit=5', 'limit'],
    ];
    for (const [extra, parameter] of [['colour=red', 'colour'], ...(route.rows === null ? [] : ofPages)]) {
      const reply = await system.ask(`${target}${join}${extra}`);
      expect(reply.status).toBe(400);
      expect(reply.json).toMatchObject({ title: 'Invalid parameter', errors: [{ parameter }] });
    }
    for (const cursor of ['x', 'v1.abc.def', `v1.e30.${'A'.repeat(43)}`]) {
      const reply = await system.ask(`${target}${join}cursor=${cursor}`);
      // A route without rows has no pages, and so no such parameter.
      expect([reply.status, reply.json['title']]).toEqual([
        400,
        route.rows === null ? 'Invalid parameter' : 'Invalid cursor',
      ]);
    }
  });
});

describe.each(aboutEnvironments.map((route) => route.path))('%s', (path) => {
  test('an environment of others is answered as one that does not exist', async () => {
    const others = await system.ask(`${path}?environment=depot-prod`);
    const nobodys = await system.ask(`${path}?environment=nowhere`);
    expect(others.status).toBe(404);
    const { request_id: _, ...body } = others.json;
    const { request_id: __, ...same } = nobodys.json;
    expect(body).toEqual(same);
  });

  test('no environment where there are several', async () => {
    const reply = await system.ask(path);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      title: 'Environment required',
      environments: ['etl-prod', 'shop-acc', 'shop-prod'],
    });
  });
});

test('an unknown path is the gateway’s 404', async () => {
  expect((await system.ask('/nothing')).text).toBe('{"message":"Not Found"}');
});

test('a route that an environment is not configured for is not-offered', async () => {
  const token = await system.token({ client: 'depot-client' });
  const metrics = await system.ask('/bucket_size?environment=depot-prod', { token });
  expect(metrics.status).toBe(200);
});

test('nothing of all this has left a token, a person, SQL or an address of AWS in the logs', () => {
  expectCleanLogs(system);
});
