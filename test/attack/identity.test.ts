/**
 * Every trick with a token, at the gateway over HTTP and at each function's real bundle behind its back: whoever may
 * invoke a function cannot talk it into anything by what the event says.
 */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/routes.ts';
import { type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { claimsOf, type Forgery, forgeries, selfSigned } from './forged-tokens.ts';
import { functionOf, invokeDirectly } from './past-the-gateway.ts';

const guarded = routes.filter((route) => route.scopes !== null);
let system: RunningSystem;
let tricks: Forgery[];
let lured = 0;
const lure = createServer((_, response) => {
  lured += 1;
  response.end('{"keys":[]}');
});

beforeAll(async () => {
  system = await sharedSystem();
  await new Promise<void>((resolve) => lure.listen(0, '127.0.0.1', resolve));
  tricks = await forgeries(system, `http://127.0.0.1:${(lure.address() as AddressInfo).port}`);
});
afterAll(async () => {
  lure.close();
  await system.end();
});

/** Over a bare socket: `fetch` would join repeated headers. */
async function ask(path: string, authorization: readonly string[]): Promise<string> {
  const { hostname, port, host } = new URL(system.endpoints.api);
  const socket = connect(Number(port), hostname);
  const lines = authorization.map((value) => `authorization: ${value}\r\n`).join('');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines}connection: close\r\n\r\n`);
  let answer = '';
  for await (const piece of socket.setEncoding('utf8') as AsyncIterable<string>) answer += piece;
  return answer;
}

describe('at the gateway', () => {
  test('a good token is let in, so the tricks below are what is refused', async () => {
    expect(await ask('/environments', [`Bearer ${await system.token()}`])).toMatch(/^HTTP\/1.1 200 /);
  });

  test('every trick is refused before a function is asked, but those that only a function can see through', async () => {
    const wrong: string[] = [];
    for (const { trick, authorization, refusedBy } of tricks) {
      const [head = '', body = ''] = (await ask('/environments', authorization)).split('\r\n\r\n');
      const status = refusedBy === 'scopes' ? 403 : 401;
      const ownBody = refusedBy === 'function' ? '"title":"Invalid token"' : '{"message":"';
      if (!head.startsWith(`HTTP/1.1 ${status} `) || !body.includes(ownBody)) wrong.push(`${trick}: ${head}`);
    }
    expect(wrong).toEqual([]);
  });

  test('nobody fetched the keys that a token pointed to', () => {
    expect(lured).toBe(0);
  });
});

describe.each(guarded.map(({ name, path }) => [name, path] as const))(
  'the function of %s, past the gateway',
  (name, path) => {
    const query = 'environment=shop-prod';

    test('claims in the event alone are worth nothing', async () => {
      const claims = claimsOf(await system.token());
      const answer = await invokeDirectly(functionOf(system, name), { path, query, claims });
      expect([answer.status, answer.json['title']]).toEqual([401, 'Invalid token']);
    });

    test('every trick is a 401 beside forged claims', async () => {
      const claims = claimsOf(await system.token());
      const running = functionOf(system, name);
      const wrong: string[] = [];
      for (const { trick, authorization } of tricks) {
        const joined = authorization.length === 0 ? undefined : authorization.join(',');
        const answer = await invokeDirectly(running, { path, query, authorization: joined, claims });
        if (answer.status !== 401 || answer.json['title'] !== 'Invalid token') wrong.push(`${trick}: ${answer.status}`);
        // What was wrong is nobody's business.
        expect(answer.json['detail']).toBe('The access token is not valid here.');
      }
      expect(wrong).toEqual([]);
      expect(lured).toBe(0);
    });

    test('the token decides, and not the claims beside it', async () => {
      const claims = { ...claimsOf(await system.token()), scope: 'mrt/users.read mrt/bucket_size.read' };
      const authorization = `Bearer ${await system.token({ client: 'depot-client', scopes: ['openid'] })}`;
      const answer = await invokeDirectly(functionOf(system, name), { path, query, authorization, claims });
      expect([answer.status, answer.json['title']]).toEqual([403, 'Missing scope']);
    });

    test('a flood of unknown key ids costs no more than one look at the keys', async () => {
      const running = functionOf(system, name);
      const claims = claimsOf(await system.token());
      await invokeDirectly(running, { path, query, authorization: `Bearer ${await system.token()}` });
      const before = system.s3.faults.requests('GetObject');
      for (let n = 0; n < 100; n++) {
        const authorization = `Bearer ${selfSigned({ kid: `flood-${n}` }, claims)}`;
        expect((await invokeDirectly(running, { path, query, authorization })).status).toBe(401);
      }
      expect(system.s3.faults.requests('GetObject') - before).toBeLessThanOrEqual(1);
    });
  },
);

test('an event that is not the gateway’s does not get in either', async () => {
  for (const { name } of guarded) {
    for (const event of [
      '{}',
      '[]',
      'null',
      '{"headers":{},"requestContext":{}}',
      '{"Records":[{"eventSource":"aws:s3"}]}',
    ]) {
      const { error, payload } = await functionOf(system, name).invoke(event);
      expect(error, payload.toString()).toBe('Unhandled');
    }
  }
});
