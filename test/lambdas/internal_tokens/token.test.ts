/** Internal tokens: what the minter makes, as another library sees it, and what the verifier takes and refuses. */
import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { InternalTokenMinter } from '../../../lambdas/internal_tokens/minter.ts';
import { MAX_USED_TOKENS, UsedTokens } from '../../../lambdas/internal_tokens/used-tokens.ts';
import { InternalTokenError, InternalTokenVerifier } from '../../../lambdas/internal_tokens/verifier.ts';
import { privateKeyOf, signingPair } from '../../../lambdas/keys/pairs.ts';
import { KEY_USES, verifyingKeys } from '../../../lambdas/keys/public.ts';
import { firstPairs, publicHalves } from '../../../lambdas/publisher/key-pairs.ts';
import { SpiffeIdError } from '../../../lambdas/spiffe-id.ts';
import fc from '../../properties.ts';

const DOMAIN = 'mrt.example.com';
const NOW = new Date('2026-11-26T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const pairs = firstPairs(new Date('2026-11-20T00:00:00Z'));
const pair = signingPair(pairs, NOW);
const jwks = { keys: publicHalves(pairs, KEY_USES.tokens, [], NOW) };
const DEPOT = { kind: 'agent', name: 'depot' } as const;
const REPORTS = { kind: 'client', tenant: 'bank-a', name: 'reports' } as const;
const ACTOR = { kind: 'function', stage: 'prod', name: 'table_size' } as const;

const minter = (now = NOW) =>
  new InternalTokenMinter({ trustDomain: DOMAIN, actor: ACTOR, keys: async () => pairs, now: () => now });
const verifier = (now = NOW, receiver: { kind: 'agent'; name: string } = DEPOT) =>
  new InternalTokenVerifier({
    trustDomain: DOMAIN,
    receiver,
    keys: async () => verifyingKeys(JSON.stringify(jwks), KEY_USES.tokens),
    now: () => now,
  });
const mint = (now = NOW) => minter(now).mint({ caller: REPORTS, receiver: DEPOT, scopes: ['mrt/table_size.read'] });

const CLAIMS = {
  sub: `spiffe://${DOMAIN}/tenant/bank-a/client/reports`,
  aud: `spiffe://${DOMAIN}/agent/depot`,
  iat: SECONDS,
  exp: SECONDS + 60,
  jti: randomUUID() as string,
  act: { sub: `spiffe://${DOMAIN}/function/prod/table_size` },
  tenant: 'bank-a',
  scope: 'mrt/table_size.read',
};
const HEADER = { alg: 'ES256', kid: pair.kid, typ: 'JWT' };
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with our own signature over whatever is said. */
function signed(claims: unknown, header: unknown = HEADER, key = privateKeyOf(pair)): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const refusal = (token: string, now = NOW) =>
  verifier(now)
    .verify(token)
    .then(
      () => 'taken',
      (error: unknown) => (error instanceof InternalTokenError ? error.reason : error),
    );

describe('a token that was minted', () => {
  test('is a JWT by another library’s judgement, for its receiver and nobody else', async () => {
    const token = await mint();
    const keySet = createLocalJWKSet({ keys: jwks.keys.map(({ use: _, ...key }) => key) });
    const judge = (audience: string) => jwtVerify(token, keySet, { audience, algorithms: ['ES256'], currentDate: NOW });
    const { payload } = await judge(CLAIMS.aud);
    expect(payload).toMatchObject({ ...CLAIMS, jti: expect.any(String) } as JWTPayload);
    await expect(judge(`spiffe://${DOMAIN}/agent/harbour`)).rejects.toThrow();
  });

  test('has no header but those that JWT-SVID allows, and no claim beyond what the receiver needs', async () => {
    const token = await mint();
    expect(new Set(Object.keys(decodeProtectedHeader(token)))).toEqual(new Set(['alg', 'kid', 'typ']));
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(new Set(Object.keys(claims))).toEqual(new Set(Object.keys(CLAIMS)));
  });

  test('proves caller, function, tenant and scopes to its receiver', async () => {
    const { id, ...proven } = await verifier().verify(await mint());
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(proven).toEqual({
      subject: CLAIMS.sub,
      principal: REPORTS,
      actor: CLAIMS.act.sub,
      tenant: 'bank-a',
      scopes: new Set(['mrt/table_size.read']),
      expires: new Date(NOW.getTime() + 60_000),
    });
  });

  test('of an operator, and of a function that acts for nobody, has no tenant', async () => {
    const person = { kind: 'user', tenant: null, name: '6b1f0f5e-1111-4222-8333-444455556666' } as const;
    const ofOperator = await minter().mint({ caller: person, receiver: DEPOT, scopes: [] });
    expect(await verifier().verify(ofOperator)).toMatchObject({ principal: person, tenant: null });
    const ofNobody = await minter().mint({ caller: null, receiver: DEPOT, scopes: [] });
    expect(await verifier().verify(ofNobody)).toMatchObject({ principal: ACTOR, actor: CLAIMS.act.sub, tenant: null });
  });

  test('lives a minute unless more is said, and never longer than five', async () => {
    const errand = { caller: REPORTS, receiver: DEPOT, scopes: [] };
    for (const life_seconds of [0, 301, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(minter().mint({ ...errand, life_seconds })).rejects.toThrow(RangeError);
    }
    const long = await minter().mint({ ...errand, life_seconds: 300 });
    expect((await verifier().verify(long)).expires).toEqual(new Date(NOW.getTime() + 300_000));
  });

  test('is not made for a caller that no SPIFFE ID can name', async () => {
    const caller = { kind: 'user', tenant: 'bank-a', name: 'auth0|12345' } as const;
    await expect(minter().mint({ caller, receiver: DEPOT, scopes: [] })).rejects.toThrow(SpiffeIdError);
  });

  test('is one of a kind', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await verifier().verify(await mint())).id));
    expect(new Set(ids).size).toBe(20);
  });
});

describe('a token is refused', () => {
  test.each<[string, () => string | Promise<string>]>([
    ['empty', () => ''],
    ['of two parts', () => signed(CLAIMS).split('.').slice(0, 2).join('.')],
    ['unsigned', () => `${encoded({ alg: 'none' })}.${encoded(CLAIMS)}.`],
    ['in JSON serialisation', () => JSON.stringify({ payload: encoded(CLAIMS), signatures: [] })],
    ['with padding', () => `${signed(CLAIMS)}==`],
    ['behind something else', () => `x!${signed(CLAIMS)}`],
    ['with a line end', () => `${signed(CLAIMS)}\n`],
    ['of 5,000 characters', () => signed({ ...CLAIMS, scope: 'x'.repeat(5000) })],
    ['whose header is no JSON', () => signed(CLAIMS).replace(/^[\w-]+/, 'bm8')],
  ])('that is %s: malformed', async (_, token) => {
    expect(await refusal(await token())).toBe('malformed');
  });

  test('whose signature is spelt with other unused bits: malformed', async () => {
    const token = await mint();
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = letters.indexOf(token.at(-1) ?? '');
    const other = token.slice(0, -1) + letters[last ^ 1];
    const bytes = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
    expect(bytes(other)).toEqual(bytes(token));
    expect(await refusal(other)).toBe('malformed');
  });

  const jwk = { kty: 'EC', crv: 'P-256', x: pair.jwk.x, y: pair.jwk.y };
  const HEADERS: [string, object][] = [
    ['no algorithm', { kid: pair.kid }],
    ['alg none', { ...HEADER, alg: 'none' }],
    ['a shared secret', { ...HEADER, alg: 'HS256' }],
    ['EdDSA', { ...HEADER, alg: 'EdDSA' }],
    ['another curve', { ...HEADER, alg: 'ES384' }],
    ['RSA', { ...HEADER, alg: 'RS256' }],
    ['no key id', { alg: 'ES256' }],
    ['a key id that is a number', { ...HEADER, kid: 1 }],
    ['a key address', { ...HEADER, jku: 'https://evil.example/jwks.json' }],
    ['a key of its own', { ...HEADER, jwk }],
    ['a certificate address', { ...HEADER, x5u: 'https://evil.example/chain.pem' }],
    ['a certificate of its own', { ...HEADER, x5c: ['MIIB'] }],
    ['a certificate thumbprint', { ...HEADER, 'x5t#S256': 'abc' }],
    ['critical extensions', { ...HEADER, crit: ['exp'] }],
    ['an unencoded payload', { ...HEADER, b64: false, crit: ['b64'] }],
    ['a content type', { ...HEADER, cty: 'JWT' }],
    ['another type', { ...HEADER, typ: 'at+jwt' }],
    ['the type in small letters', { ...HEADER, typ: 'jwt' }],
    ['a list in its place', []],
  ];
  test.each(HEADERS)('with %s in its header, well signed: header', async (_, header) => {
    expect(await refusal(signed(CLAIMS, header))).toBe('header');
  });

  test('by a shared secret made of the public key: header', async () => {
    const text = `${encoded({ ...HEADER, alg: 'HS256' })}.${encoded(CLAIMS)}`;
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem).update(text).digest();
    expect(await refusal(`${text}.${Buffer.concat([mac, mac]).toString('base64url')}`)).toBe('header');
  });

  test('by a key that is not published: unknown-key', async () => {
    const other = signingPair(firstPairs(NOW), NOW);
    expect(await refusal(signed(CLAIMS, { ...HEADER, kid: other.kid }, privateKeyOf(other)))).toBe('unknown-key');
  });

  test('by a key for answers: unknown-key', async () => {
    const answers = firstPairs(NOW);
    const set = JSON.stringify({ keys: [...jwks.keys, ...publicHalves(answers, KEY_USES.answers, [], NOW)] });
    const keys = async () => verifyingKeys(set, KEY_USES.tokens);
    const strict = new InternalTokenVerifier({ trustDomain: DOMAIN, receiver: DEPOT, keys, now: () => NOW });
    const other = signingPair(answers, NOW);
    const token = signed(CLAIMS, { ...HEADER, kid: other.kid }, privateKeyOf(other));
    await expect(strict.verify(token)).rejects.toThrow('unknown-key');
    await expect(strict.verify(signed(CLAIMS))).resolves.toMatchObject({ subject: CLAIMS.sub });
  });

  test('by somebody else in the name of our key: signature', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await refusal(signed(CLAIMS, HEADER, privateKey))).toBe('signature');
  });

  test('with a signature in DER or of zeros: malformed, signature', async () => {
    const text = `${encoded(HEADER)}.${encoded(CLAIMS)}`;
    const der = sign('sha256', Buffer.from(text), { key: privateKeyOf(pair), dsaEncoding: 'der' });
    expect(await refusal(`${text}.${der.toString('base64url')}`)).toBe('malformed');
    expect(await refusal(`${text}.${Buffer.alloc(64).toString('base64url')}`)).toBe('signature');
  });

  test('with any letter of it changed', async () => {
    const token = await mint();
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.'), async (at, letter) => {
        fc.pre(token[at] !== letter);
        expect(await refusal(token.slice(0, at) + letter + token.slice(at + 1))).not.toBe('taken');
      }),
      { numRuns: 60 },
    );
  });

  const without = (name: keyof typeof CLAIMS) =>
    Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name));
  const CLAIMS_REFUSED: [string, string, unknown][] = [
    ['no subject', 'claims', without('sub')],
    ['no audience', 'claims', without('aud')],
    ['no end', 'claims', without('exp')],
    ['no beginning', 'claims', without('iat')],
    ['no id', 'claims', without('jti')],
    ['no function', 'claims', without('act')],
    ['no scope', 'claims', without('scope')],
    ['several audiences', 'claims', { ...CLAIMS, aud: [CLAIMS.aud, `spiffe://${DOMAIN}/agent/harbour`] }],
    ['a list of one audience', 'claims', { ...CLAIMS, aud: [CLAIMS.aud] }],
    ['scopes in a list', 'claims', { ...CLAIMS, scope: ['mrt/table_size.read'] }],
    ['an end in text', 'claims', { ...CLAIMS, exp: String(CLAIMS.exp) }],
    ['an end with a fraction', 'claims', { ...CLAIMS, exp: CLAIMS.exp + 0.5 }],
    ['a claim that nobody knows', 'claims', { ...CLAIMS, admin: true }],
    ['a function within a function', 'claims', { ...CLAIMS, act: { ...CLAIMS.act, act: CLAIMS.act } }],
    ['a list in place of claims', 'claims', [CLAIMS]],
    ['another agent’s audience', 'audience', { ...CLAIMS, aud: `spiffe://${DOMAIN}/agent/harbour` }],
    ['the tenant for audience', 'audience', { ...CLAIMS, aud: 'bank-a' }],
    ['the trust domain for audience', 'audience', { ...CLAIMS, aud: `spiffe://${DOMAIN}` }],
    ['our name in another trust domain', 'audience', { ...CLAIMS, aud: 'spiffe://evil.example/agent/depot' }],
    ['our audience in capitals', 'audience', { ...CLAIMS, aud: CLAIMS.aud.toUpperCase() }],
    ['an end two minutes ago', 'expired', { ...CLAIMS, iat: SECONDS - 180, exp: SECONDS - 120 }],
    ['an end an hour from now', 'times', { ...CLAIMS, exp: SECONDS + 3600 }],
    ['an end in the year 9999', 'times', { ...CLAIMS, exp: 253_402_300_799 }],
    ['a beginning in the future', 'times', { ...CLAIMS, iat: SECONDS + 120, exp: SECONDS + 180 }],
    ['an end before its beginning', 'times', { ...CLAIMS, iat: SECONDS + 30, exp: SECONDS + 10 }],
    [
      'a subject of another trust domain',
      'subject',
      { ...CLAIMS, sub: 'spiffe://evil.example/tenant/bank-a/client/reports' },
    ],
    ['a subject that is no SPIFFE ID', 'subject', { ...CLAIMS, sub: 'user@bank-a' }],
    ['a subject that is the trust domain', 'subject', { ...CLAIMS, sub: `spiffe://${DOMAIN}` }],
    [
      'a pipeline for subject, which can ask no route',
      'subject',
      { ...CLAIMS, sub: `spiffe://${DOMAIN}/operator/pipeline/etl`, tenant: undefined },
    ],
    ['a role for subject', 'subject', { ...CLAIMS, sub: `spiffe://${DOMAIN}/operator/role/x`, tenant: undefined }],
    ['an agent for subject', 'subject', { ...CLAIMS, sub: `spiffe://${DOMAIN}/agent/harbour`, tenant: undefined }],
    ['a caller for function', 'actor', { ...CLAIMS, act: { sub: CLAIMS.sub } }],
    [
      'a function of another trust domain',
      'actor',
      { ...CLAIMS, act: { sub: 'spiffe://evil.example/function/prod/users' } },
    ],
    [
      'another function for subject',
      'actor',
      { ...CLAIMS, sub: `spiffe://${DOMAIN}/function/prod/users`, tenant: undefined },
    ],
    ['the tenant of another', 'tenant', { ...CLAIMS, tenant: 'bank-b' }],
    ['no tenant, though its subject has one', 'tenant', { ...CLAIMS, tenant: undefined }],
    [
      'a tenant, though its subject is an operator',
      'tenant',
      { ...CLAIMS, sub: `spiffe://${DOMAIN}/operator/client/grafana` },
    ],
  ];
  test.each(CLAIMS_REFUSED)('with %s, well signed: %s', async (_, reason, claims) => {
    expect(await refusal(signed(claims))).toBe(reason);
  });

  test('as soon as its minutes and the leeway of clocks are over, and not before', async () => {
    const token = await mint();
    const afterSeconds = (seconds: number) => refusal(token, new Date(NOW.getTime() + seconds * 1000));
    expect(await afterSeconds(-60)).toBe('taken');
    expect(await afterSeconds(-61)).toBe('times');
    expect(await afterSeconds(119)).toBe('taken');
    expect(await afterSeconds(120)).toBe('expired');
  });

  test('without its reason in the words that could reach an answer’s reader', async () => {
    const error = await verifier()
      .verify(signed({ ...CLAIMS, tenant: 'bank-b' }))
      .catch((thrown: Error) => thrown);
    expect(String(error)).not.toMatch(/bank|spiffe:/);
  });
});

test('what a key source has against it comes through as it is', async () => {
  const away = new Error('away');
  const keys = () => Promise.reject(away);
  await expect(
    new InternalTokenVerifier({ trustDomain: DOMAIN, receiver: DEPOT, keys }).verify(await mint()),
  ).rejects.toBe(away);
});

describe('a receiver that remembers', () => {
  const expires = new Date(NOW.getTime() + 60_000);

  test('takes each token once', () => {
    const used = new UsedTokens();
    expect([used.use({ id: 'a', expires }), used.use({ id: 'a', expires }), used.use({ id: 'b', expires })]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('forgets what is refused as expired anyway, and has an end', () => {
    const used = new UsedTokens();
    const later = NOW.getTime() + 3_600_000;
    for (let n = 0; n < MAX_USED_TOKENS; n += 1) used.use({ id: `old ${n}`, expires }, NOW.getTime());
    expect(used.use({ id: 'new', expires: new Date(later) }, later)).toBe(true);
    expect(used.use({ id: 'old 1', expires }, later)).toBe(true);
    expect(used.use({ id: 'new', expires }, later)).toBe(false);
  });

  test('remembers a token for as long as the verifier takes it, and not the oldest before those that are over', () => {
    const full = () => {
      const used = new UsedTokens();
      const end = new Date(NOW.getTime() + 3_600_000);
      used.use({ id: 'oldest', expires: end }, NOW.getTime());
      used.use({ id: 'short', expires }, NOW.getTime());
      for (let n = 2; n < MAX_USED_TOKENS; n += 1) used.use({ id: `long ${n}`, expires: end }, NOW.getTime());
      return used;
    };
    // The end and a minute for clocks that are apart.
    const over = expires.getTime() + 60_000;
    const others = { expires: new Date(over + 3_600_000) };
    const within = full();
    expect(within.use({ id: 'new', ...others }, over)).toBe(true);
    expect(within.use({ id: 'short', expires }, over)).toBe(false);
    expect(within.use({ id: 'oldest', ...others }, over)).toBe(true);
    const after = full();
    expect(after.use({ id: 'new', ...others }, over + 1)).toBe(true);
    expect(after.use({ id: 'oldest', ...others }, over + 1)).toBe(false);
    expect(after.use({ id: 'short', expires }, over + 1)).toBe(true);
  });
});

describe('at the bounds', () => {
  test('a token of a second is made, and none of less', async () => {
    const errand = { caller: REPORTS, receiver: DEPOT, scopes: [] };
    expect(await verifier().verify(await minter().mint({ ...errand, life_seconds: 1 }))).toMatchObject({
      scopes: new Set(),
      expires: new Date(NOW.getTime() + 1000),
    });
    await expect(minter().mint({ ...errand, life_seconds: 0.9 })).rejects.toThrow(RangeError);
  });

  test('an id has 16 to 64 characters, and a token lasts', async () => {
    for (const length of [16, 64]) expect(await refusal(signed({ ...CLAIMS, jti: 'x'.repeat(length) }))).toBe('taken');
    for (const length of [15, 65]) expect(await refusal(signed({ ...CLAIMS, jti: 'x'.repeat(length) }))).toBe('claims');
    expect(await refusal(signed({ ...CLAIMS, exp: CLAIMS.iat }))).toBe('times');
  });

  test('a token has 4,096 characters at most', async () => {
    const fill = 4_096 - signed({ ...CLAIMS, scope: '' }).length;
    // Three signs are four in base64url.
    const near = Array.from({ length: 12 }, (_, n) => signed({ ...CLAIMS, scope: 'x'.repeat((fill * 3) / 4 - 6 + n) }));
    const longest = near.filter(({ length }) => length <= 4_096).at(-1) ?? '';
    const longer = near.find(({ length }) => length > 4_096) ?? '';
    expect([longest.length, await refusal(longest), await refusal(longer)]).toEqual([4_096, 'taken', 'malformed']);
  });

  test('both types that JWT-SVID has are taken, and no other', async () => {
    expect(await refusal(signed(CLAIMS, { ...HEADER, typ: 'JOSE' }))).toBe('taken');
    expect(await refusal(signed(CLAIMS, { ...HEADER, typ: '' }))).toBe('header');
  });

  test('both go by the machine’s clock unless they are told a time', async () => {
    const keys = async () => verifyingKeys(JSON.stringify(jwks), KEY_USES.tokens);
    const byClock = new InternalTokenMinter({ trustDomain: DOMAIN, actor: ACTOR, keys: async () => pairs });
    const token = await byClock.mint({ caller: REPORTS, receiver: DEPOT, scopes: [] });
    const receiver = new InternalTokenVerifier({ trustDomain: DOMAIN, receiver: DEPOT, keys });
    expect(await receiver.verify(token)).toMatchObject({ subject: CLAIMS.sub });
  });
});
