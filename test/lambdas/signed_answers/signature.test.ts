/** Signed answers, as another library judges them and as `mrt verify` does. */
import { createHash, createPublicKey } from 'node:crypto';
import { createVerifier, httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import { signingPair } from '../../../lambdas/keys/pairs.ts';
import { KEY_USES } from '../../../lambdas/keys/public.ts';
import { firstPairs, publicHalves } from '../../../lambdas/publisher/key-pairs.ts';
import { type SignedAnswer, signatureOf } from '../../../lambdas/signed_answers/signature.ts';
import { PLAIN_WISH, wishOf } from '../../../lambdas/signed_answers/wish.ts';
import { savedAnswer } from '../../../packages/cli/verify/saved-answer.ts';
import { proofOf } from '../../../packages/cli/verify/signature.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const pairs = firstPairs(new Date('2026-11-20T00:00:00Z'));
const pair = signingPair(pairs, NOW);
const published = publicHalves(pairs, KEY_USES.answers, [], NOW);
const jwks = JSON.stringify({ keys: published });

const ANSWER = {
  status: 200,
  content_type: 'application/json',
  body: '{"tables":[],"complete":true}',
  method: 'GET',
  path: '/table_size',
  query: 'environment=shop-prod&limit=3',
  caller: 'spiffe://mrt.example.com/operator/client/reports',
  request_id: 'JKJaXmPLvHcESHA=',
} satisfies SignedAnswer;

const headersOf = (answer: SignedAnswer, wish = PLAIN_WISH): Record<string, string> => ({
  'content-type': answer.content_type,
  'x-request-id': answer.request_id,
  ...signatureOf(answer, pair, wish, NOW),
});

/** By the library, which takes an answer with the request to it. */
function judged(headers: Record<string, string>, changes: { url?: string; method?: string; status?: number } = {}) {
  const { url = `https://api.example.com${ANSWER.path}?${ANSWER.query}`, method = 'GET', status = 200 } = changes;
  const key = createPublicKey({ key: pair.jwk, format: 'jwk' });
  const verify = createVerifier(key, 'ecdsa-p256-sha256');
  return httpbis.verifyMessage(
    {
      keyLookup: async ({ keyid }) => (keyid === pair.kid ? { id: pair.kid, verify } : null),
      notAfter: NOW,
      all: true,
    },
    { status, headers },
    { method, url, headers: {} },
  );
}

/** As `curl -i` keeps it. */
function saved(headers: Record<string, string>, body: string | Buffer = ANSWER.body, status = 200): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/2 ${status} \r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}
const ASKED = { path: ANSWER.path, query: ANSWER.query };
const proved = (bytes: Buffer, asked = ASKED, keys = jwks) => proofOf(savedAnswer(bytes), asked, keys);

describe('a signed answer', () => {
  test('is good by another library’s judgement, with the question that it answers', async () => {
    expect(await judged(headersOf(ANSWER))).toBe(true);
  });

  test.each([
    ['another environment', { url: 'https://api.example.com/table_size?environment=crm-prod&limit=3' }],
    ['another route', { url: 'https://api.example.com/users?environment=shop-prod&limit=3' }],
    ['another method', { method: 'HEAD' }],
    ['another status', { status: 203 }],
  ])('is not good as the answer with %s', async (_, changes) => {
    expect(await judged(headersOf(ANSWER), changes)).toBe(false);
  });

  test('has the digest of its bytes, by RFC 9530', () => {
    const body = Buffer.from('name,size\r\nä,1\r\n');
    const digest = createHash('sha256').update(body).digest('base64');
    expect(headersOf({ ...ANSWER, body })['content-digest']).toBe(`sha-256=:${digest}:`);
  });

  test('without a query is signed with a question mark alone, as RFC 9421 has it', async () => {
    const headers = headersOf({ ...ANSWER, query: '' });
    expect(await judged(headers, { url: 'https://api.example.com/table_size' })).toBe(true);
    expect(proved(saved(headers), { ...ASKED, query: '' }).caller).toBe(ANSWER.caller);
  });

  test('is called as the client wishes, with its word', async () => {
    const headers = headersOf(ANSWER, wishOf('sig1=("@status");nonce="b3k2"'));
    expect(headers['signature-input']).toMatch(/^sig1=\("@status" "content-digest" /);
    expect(await judged(headers)).toBe(true);
    expect(proved(saved(headers)).nonce).toBe('b3k2');
  });
});

describe('the header Accept-Signature', () => {
  test.each([
    ['sig1=()', 'sig1', null],
    ['mrt=("@status" "content-digest");created;tag="x"', 'mrt', null],
    ['a=();nonce="xyz", b=();nonce="other"', 'a', 'xyz'],
    ['*x.1-_=();nonce="a b"', '*x.1-_', 'a b'],
    ['', 'mrt', null],
    ['yes please', 'mrt', null],
    ['SIG=()', 'mrt', null],
    ['a\r\nset-cookie: x=()', 'mrt', null],
    ['sig=();nonce="a\\"b"', 'sig', null],
    [`sig=();nonce="${'n'.repeat(65)}"`, 'sig', null],
    [`${'a'.repeat(2000)}=()`, 'mrt', null],
    ['sig=();nonce="a\nb"', 'sig', null],
  ])('%j asks for a signature called %s with the word %s', (header, label, nonce) => {
    expect(wishOf(header)).toEqual({ label, nonce });
  });
});

describe('a saved answer', () => {
  const headers = headersOf(ANSWER);

  test('is proved with nothing but the public keys: when, for whom, which request', () => {
    expect(proved(saved(headers))).toEqual({
      caller: ANSWER.caller,
      request_id: ANSWER.request_id,
      signed_at: NOW,
      key_id: pair.kid,
      nonce: null,
    });
  });

  test('is read behind an interim answer and a proxy’s, and with bare line ends', () => {
    const before = Buffer.from(
      'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
    );
    expect(proved(Buffer.concat([before, saved(headers)])).caller).toBe(ANSWER.caller);
    const bare = saved(headers).toString('latin1').replaceAll('\r\n', '\n');
    expect(proved(Buffer.from(bare, 'latin1')).caller).toBe(ANSWER.caller);
  });

  const changed = (changes: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries({ ...headers, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  const other = headersOf({ ...ANSWER, caller: 'spiffe://mrt.example.com/operator/client/other' });
  const input = headers['signature-input'] ?? '';

  const FORGERIES: [string, () => unknown, RegExp][] = [
    ['another body', () => proved(saved(headers, ANSWER.body.replace('true', 'null'))), /body/],
    ['a body that lost its end', () => proved(saved(headers, ANSWER.body.slice(0, -1))), /body/],
    [
      'another body with a digest to match',
      () => {
        const body = '{}';
        const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
        return proved(saved(changed({ 'content-digest': digest }), body));
      },
      /another answer/,
    ],
    ['another status', () => proved(saved(headers, ANSWER.body, 206)), /another answer/],
    ['another media type', () => proved(saved(changed({ 'content-type': 'text/csv' }))), /another answer/],
    ['another request id', () => proved(saved(changed({ 'x-request-id': 'JKJaXmPLvHcESHB=' }))), /another answer/],
    ['another caller', () => proved(saved(changed({ 'x-caller': other['x-caller'] }))), /another answer/],
    [
      'the question of another environment',
      () => proved(saved(headers), { ...ASKED, query: 'environment=crm' }),
      /question/,
    ],
    ['the question to another route', () => proved(saved(headers), { ...ASKED, path: '/users' }), /question/],
    [
      'the signature of another answer',
      () => proved(saved(changed({ signature: other['signature'] }))),
      /another answer/,
    ],
    ['no signature', () => proved(saved(changed({ signature: undefined }))), /not signed/],
    ['no Signature-Input', () => proved(saved(changed({ 'signature-input': undefined }))), /not signed/],
    ['no caller', () => proved(saved(changed({ 'x-caller': undefined }))), /not signed/],
    [
      'a later time',
      () => proved(saved(changed({ 'signature-input': input.replace(/created=\d+/, 'created=1795694401') }))),
      /another answer/,
    ],
    [
      'fewer components',
      () => proved(saved(changed({ 'signature-input': input.replace(' "x-caller"', '') }))),
      /cover/,
    ],
    ['no components', () => proved(saved(changed({ 'signature-input': input.replace(/\(.*?\)/, '()') }))), /cover/],
    [
      'another algorithm',
      () => proved(saved(changed({ 'signature-input': input.replace('ecdsa-p256-sha256', 'hmac-sha256') }))),
      /parameters/,
    ],
    [
      'another purpose',
      () => proved(saved(changed({ 'signature-input': input.replace('mrt-answer', 'mrt-other') }))),
      /something else/,
    ],
    [
      'an end in place of a time',
      () => proved(saved(changed({ 'signature-input': input.replace('created', 'expires') }))),
      /parameters/,
    ],
    ['two signatures', () => proved(saved(changed({ 'signature-input': `${input}, ${input}` }))), /parameters|read/],
    [
      'another label',
      () => proved(saved(changed({ signature: headers['signature']?.replace('mrt=', 'sig=') }))),
      /read/,
    ],
    [
      'another stage’s keys',
      () =>
        proved(
          saved(headers),
          ASKED,
          JSON.stringify({ keys: publicHalves(firstPairs(NOW), KEY_USES.answers, [], NOW) }),
        ),
      /not among/,
    ],
    [
      'keys for tokens',
      () => proved(saved(headers), ASKED, JSON.stringify({ keys: publicHalves(pairs, KEY_USES.tokens, [], NOW) })),
      /not among/,
    ],
    [
      'a key that signed at another time',
      () => proved(saved(headers), ASKED, JSON.stringify({ keys: published.map((key) => ({ ...key, exp: key.nbf })) })),
      /did not sign/,
    ],
    [
      'a key that began later',
      () =>
        proved(
          saved(headers),
          ASKED,
          JSON.stringify({ keys: published.map((key) => ({ ...key, nbf: NOW.getTime() / 1000 + 7200 })) }),
        ),
      /did not sign/,
    ],
    ['no keys', () => proved(saved(headers), ASKED, '{}'), /no JWK Set/],
    ['a page in place of keys', () => proved(saved(headers), ASKED, '<html>'), /no JWK Set/],
    ['no headers', () => proved(Buffer.from('{"tables":[]}\n\n')), /curl -i/],
    ['no end of headers', () => proved(Buffer.from('HTTP/2 200\r\nsignature: x')), /curl -i/],
  ];
  test.each(FORGERIES)('is not proved with %s', (_, attempt, reason) => {
    expect(attempt).toThrow(reason);
  });
});
