/** What a program sees when something fails, and what the client does first. */
import {
  ConnectionError,
  GatewayError,
  MrtClient,
  ProblemError,
  type Retries,
  type Retry,
  TokenError,
} from '@mrt/client';
import { describe, expect, test } from 'vitest';
import { brokenOff, type FakeApi, fakeApi, gateway, json, type Prepared, problem } from './fake-api.ts';

const GOOD = { environments: [], complete: true, next_cursor: null };

function clientOf({ fetch }: FakeApi, retries: Retries = { attempts: 1 }) {
  const waits: Retry[] = [];
  const api = 'https://maas-api.example.com';
  const client = new MrtClient({ api, token: () => 'good', fetch, retries, onRetry: (retry) => waits.push(retry) });
  return { client, waits };
}

/** What the one answer is thrown as. */
async function thrownFor(answer: Prepared): Promise<unknown> {
  return clientOf(fakeApi(answer))
    .client.get('/environments')
    .catch((error: unknown) => error);
}

describe('an error', () => {
  test('is the problem that the API names, with its slug and request id', async () => {
    const error = await thrownFor(
      problem(400, 'invalid-parameter', {}, { errors: [{ parameter: 'limit', message: 'must be a whole number' }] }),
    );
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      name: 'ProblemError',
      slug: 'invalid-parameter',
      status: 400,
      requestId: 'request-1',
      retryAfterSeconds: null,
      message: 'What it is. What to do. limit must be a whole number',
    });
  });

  test('says once what the detail and the list of parameters both say', async () => {
    const message = 'must be a whole number';
    const more = { detail: `limit ${message}.`, errors: [{ parameter: 'limit', message }] };
    const error = await thrownFor(problem(400, 'invalid-parameter', {}, more));
    expect(error).toMatchObject({ message: `What it is. limit ${message}.` });
  });

  test('is the gateway’s where there is no problem', async () => {
    const error = await thrownFor(gateway(403));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ status: 403, requestId: 'gateway-1' });
    expect(error).toHaveProperty('message', '403: the access token has none of the scopes that this path needs');
  });

  test.each([
    ['a page of HTML', new Response('<h1>Bad gateway</h1>', { status: 400 })],
    ['JSON that is no problem', json(null, { status: 400 })],
    ['a good status with no JSON', new Response('<h1>Welcome to the hotel’s network</h1>')],
  ])('is one of something in between for %s', async (_, answer) => {
    expect(await thrownFor(answer)).toBeInstanceOf(GatewayError);
  });

  test('is one of the connection where no answer came, with its cause', async () => {
    const cause = new TypeError('fetch failed');
    const error = await thrownFor(cause);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ cause, message: 'maas-api.example.com does not answer' });
  });

  test('never shows the token', async () => {
    for (const answer of [problem(403, 'missing-scope'), gateway(401), new TypeError('fetch failed')]) {
      expect(JSON.stringify(await thrownFor(answer))).not.toContain('good');
    }
  });

  test('is what the provider of tokens throws, as it is', async () => {
    const own = new Error('please sign in');
    const client = new MrtClient({ api: 'https://maas-api.example.com', token: () => Promise.reject(own) });
    await expect(client.get('/environments')).rejects.toBe(own);
  });
});

describe('a request is repeated', () => {
  test.each([
    ['no answer', () => new TypeError('fetch failed')],
    ['a body that broke off', brokenOff],
    ['the gateway’s 429', () => gateway(429)],
    ['the gateway’s 500', () => gateway(500)],
    ['the gateway’s 503', () => gateway(503)],
    ['a problem with Retry-After', () => problem(503, 'upstream-throttled', { 'retry-after': '0' })],
  ])('after %s', async (_, answer) => {
    const api = fakeApi(answer(), json(GOOD));
    const { client, waits } = clientOf(api, {});
    expect(await client.get('/environments')).toEqual(GOOD);
    expect(waits).toHaveLength(1);
    expect(waits[0]?.waitSeconds).toBeGreaterThanOrEqual(0.2);
    expect(waits[0]?.waitSeconds).toBeLessThanOrEqual(0.4);
  });

  test('no sooner than Retry-After says', async () => {
    const { client, waits } = clientOf(fakeApi(gateway(429, { 'retry-after': '1' }), json(GOOD)), {});
    const begun = performance.now();
    await client.get('/environments');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
    expect(waits).toMatchObject([{ attempt: 1, waitSeconds: 1, error: { status: 429 } }]);
  });

  test('not where Retry-After is longer than what is left of the budget', async () => {
    const api = fakeApi(problem(503, 'keys-unavailable', { 'retry-after': '60' }), json(GOOD));
    const { client, waits } = clientOf(api, {});
    await expect(client.get('/environments')).rejects.toMatchObject({ retryAfterSeconds: 60 });
    expect([api.asked.length, waits]).toEqual([1, []]);
  });

  test('no more often than it may be', async () => {
    const api = fakeApi(gateway(500), gateway(500), json(GOOD));
    await expect(clientOf(api, { attempts: 2 }).client.get('/environments')).rejects.toMatchObject({ status: 500 });
    expect(api.asked).toHaveLength(2);
  });

  test.each([
    ['400', () => problem(400, 'invalid-parameter')],
    ['the gateway’s 403', () => gateway(403)],
    ['the gateway’s 404', () => gateway(404)],
    ['a problem that waiting does not cure', () => problem(503, 'database-unavailable')],
    ['an internal error', () => problem(500, 'internal')],
  ])('never after %s', async (_, answer) => {
    const api = fakeApi(answer(), json(GOOD));
    await expect(clientOf(api, {}).client.get('/environments')).rejects.toThrow();
    expect(api.asked).toHaveLength(1);
  });
});

describe('a token that the API refuses', () => {
  test('is replaced once, and the request sent again at once', async () => {
    const api = fakeApi(gateway(401), json(GOOD));
    const refusals: (string | null)[] = [];
    const token = ({ refused }: { refused: string | null }) => {
      refusals.push(refused);
      return refused === null ? 'withdrawn' : 'fresh';
    };
    const client = new MrtClient({ api: 'https://maas-api.example.com', token, fetch: api.fetch });
    expect(await client.get('/environments')).toEqual(GOOD);
    expect(refusals).toEqual([null, 'withdrawn']);
    expect(api.asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer withdrawn', 'Bearer fresh']);
  });

  test('is an error when the next one is refused too', async () => {
    const api = fakeApi(gateway(401), problem(401, 'invalid-token'));
    let count = 0;
    const token = () => `token ${++count}`;
    const client = new MrtClient({ api: 'https://maas-api.example.com', token, fetch: api.fetch });
    await expect(client.get('/environments')).rejects.toMatchObject({ slug: 'invalid-token' });
    expect(api.asked).toHaveLength(2);
  });

  test('is not sent a second time', async () => {
    const api = fakeApi(gateway(401), json(GOOD));
    await expect(clientOf(api, {}).client.get('/environments')).rejects.toMatchObject({ status: 401 });
    expect(api.asked).toHaveLength(1);
  });
});

describe('an abort', () => {
  test('ends a request under way, with the signal’s own reason', async () => {
    const reason = new Error('the user has gone');
    const controller = new AbortController();
    const api = fakeApi(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
          controller.abort(reason);
        }),
    );
    const asking = clientOf(api, {}).client.get('/environments', {}, { signal: controller.signal });
    await expect(asking).rejects.toBe(reason);
  });

  test('ends a wait', async () => {
    const reason = new Error('the user has gone');
    const controller = new AbortController();
    const api = fakeApi(gateway(429, { 'retry-after': '20' }));
    const options = { signal: controller.signal, onRetry: () => controller.abort(reason) };
    const begun = performance.now();
    await expect(clientOf(api, {}).client.get('/environments', {}, options)).rejects.toBe(reason);
    // Of the twenty seconds that it would have waited.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  test('before the request sends nothing', async () => {
    const api = fakeApi(json(GOOD));
    const options = { signal: AbortSignal.abort() };
    await expect(clientOf(api).client.get('/environments', {}, options)).rejects.toThrow('aborted');
    expect(api.asked).toEqual([]);
  });

  test('that nobody asked for is an error of the connection: time is up', async () => {
    const api = fakeApi(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
        }),
    );
    const client = new MrtClient({
      api: 'https://maas-api.example.com',
      token: () => 'good',
      fetch: api.fetch,
      retries: { attempts: 1 },
      timeoutSeconds: 0.05,
    });
    await expect(client.get('/environments')).rejects.toThrow('maas-api.example.com does not answer within 0.05 s');
  });
});

test('a token endpoint that is away for a moment is asked again, one that refuses is not', async () => {
  const away = new TokenError('away', null, null);
  const wrong = new TokenError('wrong', 400, 'invalid_client');
  for (const [error, attempts] of [
    [away, 2],
    [wrong, 1],
  ] as const) {
    let count = 0;
    const token = () => {
      count += 1;
      throw error;
    };
    const client = new MrtClient({ api: 'https://maas-api.example.com', token, retries: { attempts: 2 } });
    await expect(client.get('/environments')).rejects.toBe(error);
    expect(count).toBe(attempts);
  }
});
