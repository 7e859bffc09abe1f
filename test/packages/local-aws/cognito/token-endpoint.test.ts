import { createHash, randomBytes } from 'node:crypto';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ISSUER, POOL } from './sample-pool.ts';

const CALLBACK = 'http://localhost:8400/callback';
let endpoint: TokenEndpoint;

beforeAll(async () => {
  endpoint = await TokenEndpoint.start({ pool: POOL, region: 'eu-west-1' });
});
afterAll(() => endpoint.close());

const secretOf = (id: string) => {
  const client = endpoint.pool.clients.find((each) => each.id === id);
  return (client && endpoint.pool.secretOf(client)) ?? '';
};
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

async function ask(form: Record<string, string>, authorization?: string) {
  const response = await fetch(`${endpoint.address}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: authorization === undefined ? {} : { authorization },
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function claimsOf(token = '') {
  const jwks = (await (await fetch(endpoint.jwksAddress)).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), { issuer: ISSUER, algorithms: ['RS256'] });
  return payload;
}

describe('client credentials', () => {
  const asMachine = (form: Record<string, string> = {}) =>
    ask({ grant_type: 'client_credentials', ...form }, basic('machine', secretOf('machine')));

  test("give an access token of Cognito's shape, with all of the client's scopes", async () => {
    const { status, body } = await asMachine();
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' });
    const claims = await claimsOf(body['access_token']);
    expect(claims).toEqual({
      ...{ sub: 'machine', client_id: 'machine', token_use: 'access', version: 2, iss: ISSUER },
      scope: 'mrt/users.read mrt/table_size.read',
      ...{ jti: expect.any(String), iat: expect.any(Number), auth_time: expect.any(Number), exp: expect.any(Number) },
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
  });

  test('give the scopes that are asked for, and no others', async () => {
    const { body } = await asMachine({ scope: 'mrt/users.read' });
    expect(await claimsOf(body['access_token'])).toMatchObject({ scope: 'mrt/users.read' });
  });

  test.each([
    ['invalid_scope', { grant_type: 'client_credentials', scope: 'mrt/audit.read' }, 'machine', null],
    ['invalid_client', { grant_type: 'client_credentials' }, 'machine', 'wrong'],
    ['invalid_client', { grant_type: 'client_credentials' }, 'nobody', 'wrong'],
    ['invalid_client', { grant_type: 'client_credentials' }, 'people', 'made-up'],
    ['unsupported_grant_type', { grant_type: 'password' }, 'machine', null],
    ['invalid_request', { scope: 'mrt/users.read' }, 'machine', null],
  ])('are refused with %s', async (error, form, id, secret) => {
    expect(await ask(form as Record<string, string>, basic(id, secret ?? secretOf(id)))).toEqual({
      status: 400,
      body: { error },
    });
  });

  test('are refused to a public client', async () => {
    expect(await ask({ grant_type: 'client_credentials', client_id: 'people' })).toEqual({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
  });
});

describe('authorization code with PKCE', () => {
  const verifier = randomBytes(32).toString('base64url');
  const query = (changes: Record<string, string> = {}) =>
    new URLSearchParams({
      ...{ response_type: 'code', client_id: 'people', redirect_uri: CALLBACK, state: 'a state', nonce: 'n-1' },
      ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
      ...changes,
    });
  const authorize = (changes?: Record<string, string>, username?: string) =>
    fetch(`${endpoint.address}/oauth2/authorize?${query(changes)}`, {
      redirect: 'manual',
      ...(username !== undefined && { method: 'POST', body: new URLSearchParams({ username }) }),
    });
  const codeFor = async (username: string) => {
    const location = (await authorize({}, username)).headers.get('location') ?? '';
    return new URL(location).searchParams.get('code') ?? '';
  };
  const redeem = (code: string, code_verifier = verifier) =>
    ask({ grant_type: 'authorization_code', client_id: 'people', code, redirect_uri: CALLBACK, code_verifier });

  test('shows one person of each group, and one of none', async () => {
    const page = await (await authorize()).text();
    expect(page).toContain('value="sales-operators"');
    expect(page).toContain('value="nobody"');
  });

  test("goes back to the client with a code and the client's state", async () => {
    const location = new URL((await authorize({}, 'nobody')).headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get('state')).toBe('a state');
  });

  test('gives access, ID and refresh tokens of the person', async () => {
    const { body } = await redeem(await codeFor('sales-operators'));
    expect(body['expires_in']).toBe(900);
    expect(await claimsOf(body['access_token'])).toMatchObject({
      ...{ token_use: 'access', client_id: 'people', username: 'sales-operators' },
      ...{ 'cognito:groups': ['sales-operators'], scope: 'openid mrt/users.read' },
    });
    const id = await claimsOf(body['id_token']);
    expect(id).toMatchObject({ token_use: 'id', aud: 'people', nonce: 'n-1', 'cognito:username': 'sales-operators' });
    expect(id).not.toHaveProperty('scope');
  });

  test('leaves the groups out for a person of none', async () => {
    const { body } = await redeem(await codeFor('nobody'));
    expect(await claimsOf(body['access_token'])).not.toHaveProperty('cognito:groups');
  });

  test('takes a code once only', async () => {
    const code = await codeFor('nobody');
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('takes a code from nobody without its verifier', async () => {
    expect(await redeem(await codeFor('nobody'), 'another')).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('refreshes, for the client that the token was given to', async () => {
    const { body } = await redeem(await codeFor('nobody'));
    const form = { grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' };
    expect(await claimsOf((await ask({ ...form, client_id: 'people' })).body['access_token'])).toMatchObject({
      username: 'nobody',
    });
    expect(await ask(form, basic('machine', secretOf('machine')))).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('lets pages of any origin read its answers, as a public client asks from a browser', async () => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'people', refresh_token: 'none' });
    const response = await fetch(`${endpoint.address}/oauth2/token`, { method: 'POST', body });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('a refresh token ends when its client revokes it, and not when another one does', async () => {
    const { body } = await redeem(await codeFor('nobody'));
    const token = body['refresh_token'] ?? '';
    const revoke = (form: Record<string, string>, authorization?: string) =>
      fetch(`${endpoint.address}/oauth2/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ token, ...form }),
        headers: authorization === undefined ? {} : { authorization },
      });
    const refresh = () => ask({ grant_type: 'refresh_token', refresh_token: token, client_id: 'people' });
    expect((await revoke({}, basic('machine', secretOf('machine')))).status).toBe(200);
    expect((await refresh()).status).toBe(200);
    expect((await revoke({ client_id: 'people' })).status).toBe(200);
    expect(await refresh()).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    expect((await revoke({ client_id: 'nobody-known' })).status).toBe(400);
  });

  test('whoever has signed in in this browser is not asked again, until the sign-out', async () => {
    const cookie = (await authorize({}, 'sales-operators')).headers.get('set-cookie')?.split(';')[0] ?? '';
    const again = () =>
      fetch(`${endpoint.address}/oauth2/authorize?${query()}`, { redirect: 'manual', headers: { cookie } });
    expect(new URL((await again()).headers.get('location') ?? '').searchParams.get('code')).toEqual(expect.any(String));
    const out = (logout_uri: string) =>
      fetch(`${endpoint.address}/logout?${new URLSearchParams({ client_id: 'people', logout_uri })}`, {
        redirect: 'manual',
        headers: { cookie },
      });
    const response = await out('http://localhost:8400/');
    expect(response.headers.get('location')).toBe('http://localhost:8400/');
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await out('https://evil.example/')).status).toBe(400);
    // The cookie itself is good for nothing any more, whoever has kept it.
    expect((await again()).status).toBe(200);
  });

  test('sends nobody to an address that the client does not have', async () => {
    const response = await authorize({ redirect_uri: 'http://localhost:9999/' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('redirect_mismatch');
  });

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_scope', { scope: 'mrt/audit.read' }],
  ])('goes back with %s', async (error, changes) => {
    const location = new URL((await authorize(changes as Record<string, string>)).headers.get('location') ?? '');
    expect(location.searchParams.get('error')).toBe(error);
  });
});

describe('signing keys', () => {
  test('are two in the JWKS', async () => {
    expect(await (await fetch(endpoint.jwksAddress)).json()).toMatchObject({
      keys: [{ alg: 'RS256' }, { use: 'sig' }],
    });
  });

  test('change on a rotation, and tokens of the key before stay good', async () => {
    const before = await endpoint.signer.sign({ sub: 'before' });
    await endpoint.signer.rotate();
    const after = await endpoint.signer.sign({ sub: 'after' });
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    expect(await claimsOf(before)).toMatchObject({ sub: 'before' });
    expect(await claimsOf(after)).toMatchObject({ sub: 'after' });
  });
});
