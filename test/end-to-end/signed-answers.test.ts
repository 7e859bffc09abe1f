/** Signed answers and public keys of the whole system, with `mrt verify` as a client has it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtMrt, runMrt } from './mrt.ts';
import { type RunningSystem, sharedSystem } from './running-system.ts';

const curl = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mrt-signed-'));
const TARGET = '/table_size?environment=shop-prod&limit=3';
let system: RunningSystem;
let token: string;

beforeAll(async () => {
  system = await sharedSystem();
  token = await system.token();
  await builtMrt();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await system.end();
});

/** Keeps an answer as a person does. */
async function keep(name: string, target: string, ...options: string[]): Promise<string> {
  const file = join(folder, name);
  const words = ['-si', '-H', `Authorization: Bearer ${token}`, ...options, `${system.endpoints.api}${target}`];
  // In bytes, as the digest is of bytes.
  writeFileSync(file, (await curl('curl', words, { encoding: 'buffer' })).stdout);
  return file;
}
const SIGNED = ['-H', 'Accept-Signature: mrt=();nonce="n1"'];
const verify = (file: string, target: string, ...more: string[]) =>
  runMrt(['verify', file, '--url', `${system.endpoints.api}${target}`, ...more], {});

describe('the public keys', () => {
  test('are there for anybody, as a JWK Set and a SPIFFE bundle, and hold nothing private', async () => {
    const { status, headers, text, json } = await system.ask('/.well-known/jwks.json', { token: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/jwk-set+json']);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const keys = json['keys'] as Record<string, unknown>[];
    expect(new Set(keys.map(({ use }) => use))).toEqual(new Set(['jwt-svid', 'sig']));
    for (const key of keys) expect(key).not.toHaveProperty('d');
    expect(json).toMatchObject({ spiffe_sequence: expect.any(Number), spiffe_refresh_hint: 3600 });
    expect(text).not.toMatch(/shop|bank|environment/);
    const again = { token: null, headers: { 'if-none-match': headers.get('etag') ?? '' } };
    expect((await system.ask('/.well-known/jwks.json', again)).status).toBe(304);
    expect((await system.ask('/.well-known/jwks.json', { token: null, method: 'HEAD' })).text).toBe('');
    expect((await system.ask('/.well-known/jwks.json?x=1', { token: null })).status).toBe(400);
  });
});

describe('an answer that was asked to be signed', () => {
  test('is proved from its file, by keys that mrt fetches or is given', async () => {
    const file = await keep('good.http', TARGET, ...SIGNED);
    const { code, out } = await verify(file, TARGET);
    expect(code).toBe(0);
    expect(out).toContain(`proved: 200 to GET ${TARGET}`);
    expect(out).toContain('for      spiffe://mrt.local/');
    const keys = join(folder, 'jwks.json');
    writeFileSync(keys, (await system.ask('/.well-known/jwks.json', { token: null })).text);
    const offline = await verify(file, TARGET, '--keys', keys, '--json');
    expect(JSON.parse(offline.out)).toMatchObject({ proved: true, status: 200, nonce: 'n1' });
  });

  test('is not compressed, whatever the client takes, so that what is kept is what was signed', async () => {
    const file = await keep('plain.http', '/users?environment=shop-prod', ...SIGNED, '--compressed');
    expect((await verify(file, '/users?environment=shop-prod')).code).toBe(0);
  });

  test('may be CSV, figures, or a list without an environment', async () => {
    for (const [target, accept] of [
      ['/users?environment=shop-prod&limit=2', 'text/csv'],
      ['/table_size?environment=shop-prod', 'application/openmetrics-text; version=1.0.0'],
      ['/environments', 'application/json'],
    ] as const) {
      const file = await keep('form.http', target, ...SIGNED, '-H', `Accept: ${accept}`);
      expect((await verify(file, target)).code).toBe(0);
    }
  });

  test('is signed anew for each request: nothing of an unsigned one answers it', async () => {
    const plain = await system.ask(TARGET);
    expect(plain.headers.get('signature')).toBeNull();
    expect(plain.headers.get('vary')).toContain('Accept-Signature');
    const signed = await system.ask(TARGET, {
      headers: { 'accept-signature': 'mrt=()', 'if-none-match': plain.headers.get('etag') ?? '' },
    });
    expect([signed.status, signed.headers.get('signature')]).toEqual([200, expect.stringMatching(/^mrt=:/)]);
  });

  test('is one with data: a refusal, a HEAD and an open route have no signature', async () => {
    const headers = { 'accept-signature': 'mrt=()' };
    expect((await system.ask('/users?environment=nowhere', { headers })).headers.get('signature')).toBeNull();
    expect((await system.ask(TARGET, { headers, method: 'HEAD' })).headers.get('signature')).toBeNull();
    expect((await system.ask('/health', { headers, token: null })).headers.get('signature')).toBeNull();
  });
});

describe('mrt verify ends with 1 and says why', () => {
  const FORGERIES: [string, (text: string) => string, string, RegExp][] = [
    [
      'a changed body',
      (text) => text.replace('"environment":"shop-prod"', '"environment":"shop-acct"'),
      TARGET,
      /body/,
    ],
    ['the signature taken off', (text) => text.replace(/^signature:.*\r\n/im, ''), TARGET, /not signed/],
    ['another question', (text) => text, '/table_size?environment=shop-acc&limit=3', /another question/],
    ['another caller', (text) => text.replace(/^(x-caller: .*\/)\w+/im, '$1other'), TARGET, /another answer/],
  ];
  test.each(FORGERIES)('for %s', async (_, change, target, reason) => {
    const file = await keep('bad.http', TARGET, ...SIGNED);
    const text = readFileSync(file, 'latin1');
    const changed = change(text);
    if (target === TARGET) expect(changed).not.toBe(text);
    writeFileSync(file, changed, 'latin1');
    const { code, err } = await verify(file, target);
    expect([code, reason.test(err)]).toEqual([1, true]);
  });

  test('and with 2 for a file or an address that is none', async () => {
    const missing = await verify(join(folder, 'none.http'), TARGET);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('cannot be read')]);
    const file = await keep('good2.http', TARGET, ...SIGNED);
    expect((await runMrt(['verify', file, '--url', TARGET], {})).code).toBe(2);
    expect((await runMrt(['verify', file], {})).code).toBe(2);
    const plain = await runMrt(['verify', file, '--url', `http://api.example.com${TARGET}`], {});
    expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('https only')]);
  });
});
