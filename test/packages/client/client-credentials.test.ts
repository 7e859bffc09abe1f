import { clientCredentials, TokenError } from '@mrt/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeApi, fakeApi, json } from './fake-api.ts';

const NEED = { refused: null, signal: undefined };
const token = (access_token: string, expires_in = 3600) => json({ access_token, expires_in, token_type: 'Bearer' });
const providerOf = ({ fetch }: FakeApi, more: object = {}) =>
  clientCredentials({
    tokenEndpoint: 'https://auth.example.com/oauth2/token',
    clientId: 'client 1',
    clientSecret: 'se:cret',
    fetch,
    ...more,
  });

// The clock alone: promises and the network are as they are.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

describe('client credentials', () => {
  test('are sent as RFC 6749 has them: form-encoded, then joined, then Basic', async () => {
    const api = fakeApi(token('t1'));
    expect(await providerOf(api, { scope: ['mrt/users.read', 'mrt/table_size.read'] })(NEED)).toBe('t1');
    const [request] = api.asked;
    expect(request?.method).toBe('POST');
    expect(atob(request?.headers.get('authorization')?.slice('Basic '.length) ?? '')).toBe('client+1:se%3Acret');
    expect(await request?.text()).toBe('grant_type=client_credentials&scope=mrt%2Fusers.read+mrt%2Ftable_size.read');
  });

  test('are asked for once, however many wait, and then kept', async () => {
    const api = fakeApi(token('t1'));
    const provider = providerOf(api);
    expect(await Promise.all([provider(NEED), provider(NEED), provider(NEED)])).toEqual(['t1', 't1', 't1']);
    later(2_800);
    expect(await provider(NEED)).toBe('t1');
    expect(api.asked).toHaveLength(1);
  });

  test('are renewed beside the requests that still use the old token', async () => {
    const api = fakeApi(token('t1'), token('t2'));
    const provider = providerOf(api);
    await provider(NEED);
    later(2_900);
    expect(await Promise.all([provider(NEED), provider(NEED)])).toEqual(['t1', 't1']);
    await vi.waitFor(async () => expect(await provider(NEED)).toBe('t2'), 20_000);
    expect(api.asked).toHaveLength(2);
  });

  test('stay as they are while a renewal fails and the old token is good, and are asked for again later', async () => {
    const api = fakeApi(token('t1'), new TypeError('fetch failed'), token('t2'));
    const provider = providerOf(api);
    await provider(NEED);
    later(2_900);
    for (let i = 0; i < 5; i++) expect(await provider(NEED)).toBe('t1');
    await vi.waitFor(() => expect(api.asked).toHaveLength(2), 20_000);
    later(20);
    expect(await provider(NEED)).toBe('t1');
    await vi.waitFor(async () => expect(await provider(NEED)).toBe('t2'), 20_000);
  });

  test('are waited for when the old token is about to end', async () => {
    const api = fakeApi(token('t1'), token('t2'));
    const provider = providerOf(api);
    await provider(NEED);
    later(3_592);
    expect(await provider(NEED)).toBe('t2');
  });

  test('are renewed when the API refused the token, once for all that were refused', async () => {
    const api = fakeApi(token('t1'), token('t2'));
    const provider = providerOf(api);
    await provider(NEED);
    const refused = { refused: 't1', signal: undefined };
    expect(await Promise.all([provider(refused), provider(refused)])).toEqual(['t2', 't2']);
    expect(await provider(refused)).toBe('t2');
    expect(api.asked).toHaveLength(2);
  });

  test.each([
    ['a refusal', () => json({ error: 'invalid_client' }, { status: 400 }), 400, 'invalid_client'],
    ['a page of HTML', () => new Response('<h1>Oops</h1>', { status: 502 }), 502, null],
    ['a good status without a token', () => json({}), 200, null],
    ['no answer', () => new TypeError('fetch failed'), null, null],
  ])('give a TokenError after %s, without the secret, and are asked for anew', async (_, answer, status, code) => {
    const provider = providerOf(fakeApi(answer(), token('t2')));
    const error = await Promise.resolve(provider(NEED)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ status, code });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('se:cret');
    expect(await provider(NEED)).toBe('t2');
  });

  test('are not lost to others when one who waits goes away', async () => {
    const api = fakeApi(token('t1'));
    const provider = providerOf(api);
    const controller = new AbortController();
    const gone = Promise.resolve(provider({ refused: null, signal: controller.signal }));
    const waiting = provider(NEED);
    controller.abort();
    await expect(gone).rejects.toBe(controller.signal.reason);
    expect(await waiting).toBe('t1');
    expect(api.asked).toHaveLength(1);
  });

  test('are not sent in clear', () => {
    expect(() => providerOf(fakeApi(), { tokenEndpoint: 'http://auth.example.com/oauth2/token' })).toThrow('https://');
  });
});
