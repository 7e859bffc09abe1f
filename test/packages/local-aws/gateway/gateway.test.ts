import { request } from 'node:http';
import { connect } from 'node:net';
import type { DeployedApi, DeployedRoute } from '@mrt/local-aws/cloudformation/deployed-api.ts';
import { issuedToken, type TokenOptions } from '@mrt/local-aws/cognito/issued-token.ts';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { type ClientLimits, Gateway } from '@mrt/local-aws/gateway/gateway.ts';
import type { Integration } from '@mrt/local-aws/gateway/integration.ts';
import { ThrottledError } from '@mrt/local-aws/lambda/running-function.ts';
import { errorOutcome, type Outcome } from '@mrt/local-aws/lambda/runtime-api.ts';
import { generateKeyPair, type JWTVerifyGetKey, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ISSUER, POOL } from '../cognito/sample-pool.ts';

const AUTHORIZER = {
  identitySource: '$request.header.Authorization',
  issuer: ISSUER,
  audiences: ['machine', 'people'],
};
const route = (key: string, settings: Partial<DeployedRoute> = {}): DeployedRoute => {
  const [method = '', path = ''] = key.split(' ');
  const defaults = {
    authorizer: AUTHORIZER,
    scopes: ['mrt/users.read'],
    functionArn: 'arn',
    timeoutMilliseconds: 30_000,
  };
  return { ...{ key, method, path }, ...defaults, ...settings };
};

let endpoint: TokenEndpoint;
let api: DeployedApi;
let integration: Integration;
/** What the function got. */
let events: Record<string, never>[];
let lines: string[];
let gateway: Gateway | undefined;
let address: string;
let keys: JWTVerifyGetKey;

const answers = (value: unknown): Outcome => ({ error: null, payload: Buffer.from(JSON.stringify(value)) });

beforeAll(async () => {
  endpoint = await TokenEndpoint.start({ pool: POOL, region: 'eu-west-1' });
});
afterAll(() => endpoint.close());

beforeEach(() => {
  keys = endpoint.signer.publishedKeys;
  events = [];
  lines = [];
  api = {
    ...{ id: 'abc123', stage: '$default', cors: null, throttles: {}, accessLogFormat: null },
    routes: [route('GET /users'), route('HEAD /users'), route('GET /health', { authorizer: null, scopes: [] })],
  };
  integration = {
    ...{ permitted: true, timeoutMilliseconds: 30_000 },
    invoke: async (event) => {
      events.push(JSON.parse(event));
      return answers({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' });
    },
  };
});
afterEach(() => gateway?.close());

async function open(limits?: Partial<ClientLimits>): Promise<void> {
  gateway = new Gateway({
    api,
    place: { account: '000000000000', apiId: api.id, stage: api.stage },
    keysOf: () => keys,
    integration: () => integration,
    writeAccessLine: (line) => lines.push(line),
    ...(limits !== undefined && { limits }),
  });
  address = `http://127.0.0.1:${await gateway.listen(0)}`;
}

const token = (options: TokenOptions = {}) => issuedToken(endpoint, options);
const withToken = async (options?: TokenOptions) => ({ authorization: `Bearer ${await token(options)}` });

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(address + path, { method, headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

describe('a client that takes its time', () => {
  /** All that comes back until the gateway closes the connection. */
  async function received(text: string): Promise<string> {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.on('error', () => undefined).write(text);
    let answer = '';
    for await (const piece of socket.setEncoding('utf8') as AsyncIterable<string>) answer += piece;
    return answer;
  }
  const SLOW = { headersMs: 200, requestMs: 400, silenceMs: 5_000 };

  test('over its headers is sent away', async () => {
    await open(SLOW);
    const answer = await received('GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('{"message":"Request Timeout"}');
  });

  test('over its body is sent away, and no function is asked', async () => {
    await open(SLOW);
    const answer = await received('GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(events).toEqual([]);
  });

  test('and says nothing while nothing is sent is closed', async () => {
    integration = { ...integration, invoke: () => new Promise<never>(() => undefined) };
    await open({ silenceMs: 200 });
    expect(await received('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')).toBe('');
  });

  test('but is in time gets its answer', async () => {
    await open(SLOW);
    expect(await received('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

test('keys that cannot be looked up say nothing about the token: a 500, and no 401', async () => {
  keys = () => Promise.reject(new TypeError('fetch failed'));
  await open();
  const response = await fetch(`${address}/users`, { headers: { authorization: `Bearer ${await token()}` } });
  expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

describe('the authorizer', () => {
  test("lets in a token with one of the route's scopes", async () => {
    await open();
    expect(await ask('/users', await withToken())).toMatchObject({ status: 200, body: '{"ok":true}' });
  });

  test('takes the bare token, and `bearer` in any case', async () => {
    await open();
    expect((await ask('/users', { authorization: await token() })).status).toBe(200);
    expect((await ask('/users', { authorization: `bEARER ${await token()}` })).status).toBe(200);
  });

  test("answers a request without a token with API Gateway's 401", async () => {
    await open();
    const { status, headers, body } = await ask('/users');
    expect({ status, body }).toEqual({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(events).toEqual([]);
  });

  test('does not ask for a token on an open route', async () => {
    await open();
    expect((await ask('/health')).status).toBe(200);
    expect(events[0]).not.toHaveProperty('requestContext.authorizer');
  });

  test('says when only the audience is wrong', async () => {
    await open();
    const { status, headers } = await ask('/users', await withToken({ claims: { client_id: 'somebody' } }));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
    );
  });

  test('ignores client_id when the token has an audience', async () => {
    await open();
    expect((await ask('/users', await withToken({ claims: { aud: 'elsewhere' } }))).status).toBe(401);
    expect((await ask('/users', await withToken({ claims: { aud: 'machine', client_id: 'x' } }))).status).toBe(200);
  });

  const now = Math.floor(Date.now() / 1000);
  test.each([
    ['another issuer', { iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other' }],
    ['a past expiry', { exp: now - 1 }],
    ['a start in the future', { nbf: now + 60 }],
    ['an issue in the future', { iat: now + 60 }],
  ])('refuses a token with %s', async (_what, claims) => {
    await open();
    expect(await ask('/users', await withToken({ claims }))).toMatchObject({
      status: 401,
      body: '{"message":"Unauthorized"}',
    });
  });

  test('refuses a token of another key, and one without a signature', async () => {
    await open();
    const { privateKey } = await generateKeyPair('RS256');
    const foreign = new SignJWT({ client_id: 'machine', scope: 'mrt/users.read' })
      .setIssuer(ISSUER)
      .setExpirationTime('1h');
    const signed = await foreign.setProtectedHeader({ alg: 'RS256', kid: 'unknown' }).sign(privateKey);
    expect((await ask('/users', { authorization: `Bearer ${signed}` })).status).toBe(401);
    const [, payload] = (await token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect((await ask('/users', { authorization: `Bearer ${none}.${payload}.` })).status).toBe(401);
  });

  test('lets in what a rotated key signs', async () => {
    await open();
    await ask('/users', await withToken());
    await endpoint.signer.rotate();
    expect((await ask('/users', await withToken())).status).toBe(200);
  });

  test('answers 403 when no scope of the route is there', async () => {
    await open();
    const narrow = await withToken({ scopes: ['mrt/table_size.read'] });
    expect(await ask('/users', narrow)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  });

  test('keeps ID tokens out by the scopes that they lack', async () => {
    await open();
    expect((await ask('/users', await withToken({ person: 'sales-operators', use: 'id' }))).status).toBe(403);
  });
});

describe('the event', () => {
  test('has the shape of payload 2.0', async () => {
    await open();
    await ask('/users?name=a%20b&role=x&role=y', { ...(await withToken()), 'X-Reason': 'a check', cookie: 'a=1; b=2' });
    expect(events[0]).toMatchObject({
      ...{ version: '2.0', routeKey: 'GET /users', rawPath: '/users', rawQueryString: 'name=a%20b&role=x&role=y' },
      ...{ cookies: ['a=1', 'b=2'], queryStringParameters: { name: 'a b', role: 'x,y' }, isBase64Encoded: false },
      headers: { 'x-reason': 'a check', host: new URL(address).host, 'x-forwarded-proto': 'http' },
      requestContext: {
        ...{ accountId: '000000000000', apiId: 'abc123', domainName: '127.0.0.1', stage: '$default' },
        http: { method: 'GET', path: '/users', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
    expect(events[0]).not.toHaveProperty('headers.cookie');
    expect(events[0]).not.toHaveProperty('body');
  });

  test('leaves out what the request does not have', async () => {
    await open();
    await ask('/health');
    expect(events[0]).toMatchObject({ rawQueryString: '' });
    expect(events[0]).not.toHaveProperty('cookies');
    expect(events[0]).not.toHaveProperty('queryStringParameters');
  });

  test('gives every claim as text, lists as `[a b]`, and scopes as a list', async () => {
    await open();
    await ask(
      '/users',
      await withToken({ person: 'sales-operators', claims: { 'cognito:groups': ['a', 'b'], exp: 4_000_000_000 } }),
    );
    expect(events[0]).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: { claims: { 'cognito:groups': '[a b]', exp: '4000000000' }, scopes: ['openid', 'mrt/users.read'] },
        },
      },
    });
  });
});

describe('routes', () => {
  test.each([
    ['GET', '/nothing'],
    ['GET', '/users/'],
    ['POST', '/users'],
    ['HEAD', '/health'],
  ])('%s %s is the 404 of API Gateway', async (method, path) => {
    await open();
    const { status, body } = await ask(path, await withToken(), method);
    expect(status).toBe(404);
    if (method !== 'HEAD') expect(body).toBe('{"message":"Not Found"}');
  });

  test('HEAD has the headers of the answer and no body', async () => {
    await open();
    const { status, headers, body } = await ask('/users', await withToken(), 'HEAD');
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers.get('content-length')).toBe('11');
  });

  test('every answer carries an id of the gateway', async () => {
    await open();
    const ids = [(await ask('/health')).headers, (await ask('/nothing')).headers].map((each) =>
      each.get('apigw-requestid'),
    );
    expect(ids[0]).toMatch(/^[A-Za-z0-9+/]{15}=$/);
    expect(ids[1]).not.toBe(ids[0]);
  });
});

describe("the function's answer", () => {
  const answered = async (value: unknown) => {
    integration.invoke = async () => answers(value);
    await open();
    return ask('/health');
  };

  test('without a status is the body of a 200', async () => {
    expect(await answered({ body: 'hi' })).toMatchObject({ status: 200, body: '{"body":"hi"}' });
  });

  test('may be base64, and set cookies', async () => {
    const { body, headers } = await answered({
      ...{ statusCode: 200, isBase64Encoded: true, body: Buffer.from('zipped').toString('base64') },
      ...{ cookies: ['a=1', 'b=2'], headers: { ETag: '"1"' } },
    });
    expect(body).toBe('zipped');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('etag')).toBe('"1"');
  });

  test('keeps its 304 without a length', async () => {
    const { status, headers } = await answered({ statusCode: 304, headers: { etag: '"1"' } });
    expect(status).toBe(304);
    expect(headers.get('content-length')).toBeNull();
  });

  test('that is malformed is a 500', async () => {
    expect(await answered({ statusCode: 'fine' })).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
  });
});

describe('failures of the integration', () => {
  const failing = async (change: Partial<Integration>) => {
    Object.assign(integration, change);
    api.accessLogFormat = '{"status":"$context.status","error":"$context.integrationErrorMessage"}';
    await open();
    const { status, body } = await ask('/health');
    return { status, body, log: JSON.parse(lines[0] ?? '{}') };
  };

  test('a function that fails is a 500, with the reason in the access log', async () => {
    const { status, body, log } = await failing({ invoke: async () => errorOutcome('TypeError', 'no') });
    expect({ status, body }).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(log).toEqual({ status: '500', error: '{"errorType":"TypeError","errorMessage":"no"}' });
  });

  test('a missing permission is a 500', async () => {
    const { status, log } = await failing({ permitted: false });
    expect(status).toBe(500);
    expect(log.error).toContain("doesn't have permissions");
    expect(events).toEqual([]);
  });

  test('no free instance is a 503', async () => {
    const refuse = async () => {
      throw new ThrottledError('Rate Exceeded.');
    };
    expect(await failing({ invoke: refuse })).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });

  test('an answer after the time limit is a 503', async () => {
    const slow = () => new Promise<Outcome>((resolve) => setTimeout(resolve, 200, answers({})));
    expect(await failing({ invoke: slow, timeoutMilliseconds: 20 })).toMatchObject({
      status: 503,
      body: '{"message":"Service Unavailable"}',
    });
  });
});

test('an empty bucket of the throttle is a 429, before the authorizer', async () => {
  api.throttles = { 'GET /users': { rate: 0.001, burst: 1 } };
  await open();
  await ask('/users');
  expect(await ask('/users')).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
  expect((await ask('/health')).status).toBe(200);
});

describe('CORS', () => {
  beforeEach(() => {
    api.cors = {
      ...{ AllowOrigins: ['https://console.example.com'], AllowMethods: ['GET'], AllowHeaders: ['authorization'] },
      ...{ ExposeHeaders: ['ETag'], MaxAge: 60, AllowCredentials: false },
    };
  });
  const preflight = (origin: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const headers = { origin, 'access-control-request-method': 'GET' };
      request(`${address}/users`, { method: 'OPTIONS', headers }, (response) => {
        response.resume().once('end', () => resolve({ status: response.statusCode, ...response.headers }));
      })
        .once('error', reject)
        .end();
    });

  test('answers a preflight itself, without a token', async () => {
    await open();
    expect(await preflight('https://console.example.com')).toMatchObject({
      ...{ status: 204, 'access-control-allow-origin': 'https://console.example.com' },
      ...{ 'access-control-allow-methods': 'GET', 'access-control-max-age': '60' },
    });
    expect(events).toEqual([]);
  });

  test('tells another origin nothing', async () => {
    await open();
    expect(await preflight('https://elsewhere.example.com')).not.toHaveProperty('access-control-allow-origin');
  });

  test("puts its own headers in place of the function's", async () => {
    integration.invoke = async () => answers({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });
    await open();
    expect((await ask('/health')).headers.get('access-control-allow-origin')).toBeNull();
    const { headers } = await ask('/health', { origin: 'https://console.example.com' });
    expect(headers.get('access-control-allow-origin')).toBe('https://console.example.com');
    expect(headers.get('access-control-expose-headers')).toBe('ETag');
  });

  test('is off when the API has none: OPTIONS is a 404', async () => {
    api.cors = null;
    await open();
    expect(await preflight('https://console.example.com')).toMatchObject({ status: 404 });
  });
});

describe('limits of a request', () => {
  test('headers up to 10,240 bytes pass, more are a 431 in the shape of the other errors', async () => {
    await open();
    expect((await ask('/health', { 'x-long': 'a'.repeat(9500) })).status).toBe(200);
    expect(await ask('/health', { 'x-long': 'a'.repeat(10_300) })).toMatchObject({
      status: 431,
      body: '{"message":"Request Header Fields Too Large"}',
    });
  });

  test('what is no HTTP is a 400', async () => {
    await open();
    const said = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.once('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

test("the access log has the template's own format, with - for what is not there", async () => {
  api.accessLogFormat =
    '$context.routeKey|$context.status|$context.authorizer.claims.client_id|$context.authorizer.error|$context.path';
  await open();
  await ask('/users', await withToken());
  await ask('/users');
  await ask('/nothing');
  expect(lines).toEqual([
    'GET /users|200|machine|-|/users',
    'GET /users|401|-|missing: token not provided|/users',
    '-|404|-|-|/nothing',
  ]);
});
