import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerOf, CLIENT, ISSUER, json, PEOPLE_CLIENT, serveRoute } from './small-route.ts';

const second = () => Math.floor(Date.now() / 1000);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a token of ours lets its bearer in', () => {
  test('a machine client with the scope', async () => {
    const { ask } = await serveRoute();
    expect((await ask()).status).toBe(200);
  });

  test('a person, by group', async () => {
    const { ask } = await serveRoute();
    const person = { sub: 'a3c0f1de-0000-4000-8000-000000000001', client_id: PEOPLE_CLIENT };
    expect((await ask({ claims: { ...person, 'cognito:groups': ['operators'] } })).status).toBe(200);
    const lines = vi.mocked(process.stdout.write).mock.calls.map(([line]) => String(line));
    expect(lines.find((line) => line.includes('mrt.request'))).toContain(`"principal":"person:${person.sub}"`);
  });
});

describe('anything else is a 401 with the problem invalid-token', () => {
  const refused: [string, Record<string, unknown>][] = [
    ['an ID token', { token_use: 'id', aud: CLIENT }],
    ['a foreign issuer', { iss: 'https://login.example.com' }],
    ['another pool', { iss: `${ISSUER}x` }],
    ['another client', { client_id: 'strangerclient000000000001' }],
    ['an expired token', { exp: second() - 1 }],
    ['a token that is not valid yet', { nbf: second() + 600 }],
    ['no token_use', { token_use: undefined }],
  ];
  for (const [name, claims] of refused) {
    test(name, async () => {
      const { ask, asked } = await serveRoute();
      const response = await ask({ claims });
      expect(response.status).toBe(401);
      expect(json(response)).toMatchObject({
        type: 'https://maas-api.example.com/problems/invalid-token',
        status: 401,
      });
      expect(response.headers['www-authenticate']).toContain('Bearer');
      expect(asked).toHaveLength(0);
    });
  }

  test('no token, garbage, two headers joined, 9 kB', async () => {
    const { ask, token } = await serveRoute();
    const good = await token();
    const long = await token({ filler: 'x'.repeat(9_000) });
    for (const authorization of [
      '',
      'Bearer',
      'Basic abc',
      good.slice(0, -3),
      'Bearer a.b.c',
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${long}`,
    ]) {
      expect((await ask({ headers: { authorization } })).status).toBe(401);
    }
    expect((await ask({ claims: null })).status).toBe(401);
  });

  test('alg none, HS256 with the public key, a key of the token’s own, a tampered payload', async () => {
    const { ask, token, stored } = await serveRoute();
    const [header = '', payload = '', signature = ''] = (await token()).split('.');
    const none = `${base64url({ alg: 'none', kid: 'k1' })}.${payload}.`;
    const hs = `${base64url({ alg: 'HS256', kid: 'k1' })}.${payload}`;
    const hmac = createHmac('sha256', stored.jwks).update(hs).digest('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const tampered = `${header}.${base64url({ ...claims, scope: 'mrt/users.profile' })}.${signature}`;
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const jwk = await token({}, { jwk: own, jku: 'https://evil.example/jwks', kid: 'k9' });
    for (const forged of [none, `${hs}.${hmac}`, tampered, jwk]) {
      expect((await ask({ headers: { authorization: `Bearer ${forged}` } })).status).toBe(401);
    }
  });
});

describe('the keys', () => {
  test('a flood of unknown key ids costs one read a minute', async () => {
    const { ask, token, stored } = await serveRoute();
    await ask();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    for (let n = 0; n < 50; n++) {
      const authorization = `Bearer ${await token({}, { kid: `unknown-${n}` })}`;
      expect((await ask({ headers: { authorization } })).status).toBe(401);
    }
    expect(stored.reads.filter((name) => name === 'jwks.json')).toHaveLength(2);
  });

  test('the signing keys are read once, however many ask for them at the same time', async () => {
    const { ask, stored } = await serveRoute(async (_, keys) => {
      await Promise.all([keys(), keys()]);
      return { ...answerOf(['a']), next: { after: 1 } };
    });
    expect((await ask()).status).toBe(200);
    expect(stored.reads).toEqual(['jwks.json', 'keys.json']);
  });

  test('a rotated key is found by its new id', async () => {
    const { ask, token, stored } = await serveRoute();
    const rotated = stored.jwks.replace('"k1"', '"k2"');
    await ask();
    stored.jwks = rotated;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    const authorization = `Bearer ${await token({}, { kid: 'k2' })}`;
    expect((await ask({ headers: { authorization } })).status).toBe(200);
  });

  test('missing or malformed keys let nobody in, and the next request after their return succeeds', async () => {
    const { ask, stored } = await serveRoute();
    const good = stored.jwks;
    stored.failing = true;
    const refused = await ask();
    expect([refused.status, json(refused)['type']]).toEqual([
      503,
      'https://maas-api.example.com/problems/keys-unavailable',
    ]);
    expect(refused.headers['retry-after']).toBeDefined();
    stored.failing = false;
    stored.jwks = '{"keys":"none"}';
    expect((await ask()).status).toBe(503);
    stored.jwks = good;
    expect((await ask()).status).toBe(200);
  });

  test('our own keys, which are written at a rotation only, sign and verify on when they are a month old', async () => {
    const { ask, stored } = await serveRoute(async (_, keys) => {
      await keys();
      return { ...answerOf(['a']), next: { after: 1 } };
    });
    stored.written['keys.json'] = new Date(Date.now() - 29 * 86_400_000);
    const first = await ask();
    expect(first.status).toBe(200);
    const { next_cursor } = json(first);
    expect((await ask({ query: `environment=shop-prod&cursor=${next_cursor}` })).status).toBe(200);
  });

  test('Cognito’s keys, which are written every quarter of an hour, are refused when a day old', async () => {
    const { ask, stored } = await serveRoute();
    stored.written['jwks.json'] = new Date(Date.now() - 25 * 3_600_000);
    expect(json(await ask())).toMatchObject({ status: 503, title: 'Keys unavailable' });
  });

  test('keys that nobody has published for a day are refused; a bucket that fails meanwhile is not noticed', async () => {
    const { ask, stored } = await serveRoute();
    await ask();
    stored.failing = true;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    expect((await ask()).status).toBe(200);
    vi.setSystemTime(Date.now() + 23 * 3_600_000);
    expect((await ask()).status).toBe(503);
  });
});

describe('rights are what the token and the entries both give', () => {
  test('a scope that is missing, or only looks alike, is a 403 that names the scope', async () => {
    const { ask } = await serveRoute();
    for (const scope of ['', 'mrt/users.read', 'mrt/table_size.reader', 'mrt/table_size', 'xmrt/table_size.read']) {
      const response = await ask({ claims: { scope } });
      expect(response.status).toBe(403);
      expect(json(response)).toMatchObject({ scopes: ['mrt/table_size.read'] });
    }
  });

  const broken: [string, Record<string, unknown>][] = [
    ['a number as scope', { scope: 7 }],
    ['a list of scopes', { scope: ['mrt/table_size.read'] }],
    ['an object of scopes', { scope: { 'mrt/table_size.read': true } }],
    ['a null scope', { scope: null }],
  ];
  test.each(broken)('a token with %s is a 401', async (_, claims) => {
    const { ask } = await serveRoute();
    expect((await ask({ claims })).status).toBe(401);
  });

  test('a token without a scope is a 403', async () => {
    const { ask } = await serveRoute();
    expect(json(await ask({ claims: { scope: undefined } }))).toMatchObject({ status: 403, title: 'Missing scope' });
  });

  const groups: [string, unknown][] = [
    ['a text', 'operators'],
    ['a number', 7],
    ['an object', { 0: 'operators', length: 1 }],
    ['null', null],
    ['a list of lists', [['operators']]],
  ];
  test.each(groups)('groups that are %s are no groups', async (_, claim) => {
    const { ask } = await serveRoute();
    const person = { sub: 'a3c0f1de-0000-4000-8000-000000000001', client_id: PEOPLE_CLIENT };
    expect((await ask({ claims: { ...person, 'cognito:groups': claim } })).status).toBe(403);
  });

  test.each([[undefined], [null], [7], [['a']]])('a subject that is %j is a 401', async (sub) => {
    const { ask } = await serveRoute();
    expect((await ask({ claims: { sub } })).status).toBe(401);
  });

  test('an entry for one environment opens none that only ends, begins or reads alike', async () => {
    const { ask, settings } = await serveRoute();
    const offers = ['table_size'];
    settings.environments = {
      prod: { labels: { stage: 'prod' }, offers },
      'web-prod': { labels: { stage: 'pre-prod' }, offers },
      'prod-2': { labels: { stage: 'prod-2' }, offers },
      webshop: { labels: { stage: 'p.od' }, offers },
      shop: { labels: { stage: 'prxd' }, offers },
    };
    const opened = async (selector: string) => {
      settings.callers.groups = { [selector]: { scopes: ['mrt/table_size.read'], environments: [selector] } };
      const claims = { sub: 'somebody', client_id: PEOPLE_CLIENT, 'cognito:groups': [selector] };
      const answers = await Promise.all(
        Object.keys(settings.environments).map(async (name) => [
          name,
          (await ask({ claims, query: `environment=${name}` })).status,
        ]),
      );
      return answers.filter(([, status]) => status === 200).map(([name]) => name);
    };
    expect(await opened('prod')).toEqual(['prod']);
    expect(await opened('shop*')).toEqual(['shop']);
    expect(await opened('*shop')).toEqual(['webshop', 'shop']);
    expect(await opened('stage:prod')).toEqual(['prod']);
    expect(await opened('stage:p.od')).toEqual(['webshop']);
    expect(await opened('p.od')).toEqual([]);
  });

  test('one scope among several is enough', async () => {
    const { ask } = await serveRoute();
    expect((await ask({ claims: { scope: 'openid mrt/table_size.read mrt/users.read' } })).status).toBe(200);
  });

  test('without an entry, nothing', async () => {
    const { ask } = await serveRoute();
    const person = { sub: 'a3c0f1de-0000-4000-8000-000000000001', client_id: PEOPLE_CLIENT };
    expect((await ask({ claims: person })).status).toBe(403);
    expect((await ask({ claims: { ...person, 'cognito:groups': ['constructor', 'nobody'] } })).status).toBe(403);
  });

  test('a group that has a client’s name gets nothing of the client’s, also after the client was there', async () => {
    const { ask } = await serveRoute();
    const person = { sub: 'somebody', client_id: PEOPLE_CLIENT, 'cognito:groups': ['reader'] };
    expect((await ask()).status).toBe(200);
    expect((await ask({ claims: person })).status).toBe(403);
  });

  test('a scope of one group does not reach the environment of another', async () => {
    const { ask } = await serveRoute();
    const claims = {
      sub: 'a3c0f1de-0000-4000-8000-000000000001',
      client_id: PEOPLE_CLIENT,
      'cognito:groups': ['operators', 'profilers'],
      scope: 'mrt/table_size.read mrt/users.profile',
    };
    expect((await ask({ claims, query: 'environment=shop-prod' })).status).toBe(200);
    expect((await ask({ claims, query: 'environment=depot-prod' })).status).toBe(404);
  });

  test('an environment of others cannot be told from one that does not exist', async () => {
    const { ask } = await serveRoute();
    const [others, nobodys] = [
      await ask({ query: 'environment=depot-prod' }),
      await ask({ query: 'environment=nowhere' }),
    ];
    expect(json(others)).toMatchObject({ status: 404, title: 'Unknown environment' });
    expect(others.body).toBe(nobodys.body);
    expect(Object.keys(others.headers)).toEqual(Object.keys(nobodys.headers));
  });

  test('left out, several are offered by name, and the only one is taken', async () => {
    const { ask, asked } = await serveRoute();
    const several = await ask({ query: '' });
    expect([several.status, json(several)['environments']]).toEqual([400, ['shop-acc', 'shop-prod']]);
    const person = {
      sub: 'a3c0f1de-0000-4000-8000-000000000001',
      client_id: PEOPLE_CLIENT,
      'cognito:groups': ['operators'],
    };
    expect((await ask({ query: '', claims: person })).status).toBe(200);
    expect(asked[0]?.environment.name).toBe('shop-prod');
  });

  test('an environment that is not configured for the route is not-offered', async () => {
    const { ask } = await serveRoute();
    expect(json(await ask({ query: 'environment=shop-acc' }))).toMatchObject({ status: 404, title: 'Not offered' });
  });
});
