/** Key pairs over months of publishing: nobody who verifies is ever without the public half of what signs. */
import { describe, expect, test } from 'vitest';
import { type KeyPairs, parseKeyPairs, privateKeyOf, signingPair } from '../../../lambdas/keys/pairs.ts';
import { KEY_USES, type KeyUse, type PublicKey, verifyingKeys } from '../../../lambdas/keys/public.ts';
import { firstPairs, publicHalves, renewedPairs } from '../../../lambdas/publisher/key-pairs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = new Date('2026-01-01T00:00:00Z');
const at = (days: number) => new Date(START.getTime() + days * DAY);

/** What is in the bucket after each of the publisher's runs, four a day. */
function published(use: KeyUse, days: number) {
  let pairs = firstPairs(START);
  let keys: PublicKey[] = [];
  const states: { now: Date; pairs: KeyPairs; keys: PublicKey[] }[] = [];
  for (let quarter = 0; quarter <= days * 4; quarter += 1) {
    const now = at(quarter / 4);
    pairs = renewedPairs(pairs, now) ?? pairs;
    keys = publicHalves(pairs, use, keys, now);
    states.push({ now, pairs, keys });
  }
  return states;
}

const ids = (keys: readonly { kid: string }[]) => keys.map(({ kid }) => kid);

test('the first pair signs at once, and each of its successors for 30 days', () => {
  const states = published(KEY_USES.tokens, 100);
  const used = new Map<string, number>();
  for (const { now, pairs } of states) {
    const { kid } = signingPair(pairs, now);
    used.set(kid, (used.get(kid) ?? 0) + 0.25);
  }
  expect([...used.values()]).toEqual([30, 30, 30, 10.25]);
});

test('a pair is published a day before it signs, and for tokens a day longer than anybody can sign with it', () => {
  const states = published(KEY_USES.tokens, 70);
  for (const [index, { now, pairs }] of states.entries()) {
    const { kid } = signingPair(pairs, now);
    const around = states.filter(({ now: then }) => Math.abs(then.getTime() - now.getTime()) < (index === 0 ? 0 : DAY));
    for (const state of around) expect(ids(state.keys)).toContain(kid);
  }
  const [first, , third] = [...new Set(states.flatMap(({ keys }) => ids(keys)))];
  const last = states.at(-1);
  expect(ids(last?.keys ?? [])).not.toContain(first);
  expect(ids(last?.keys ?? [])).toContain(third);
});

test('a private key is gone a day after it signs no more', () => {
  const states = published(KEY_USES.tokens, 40);
  const [first = ''] = ids(states[0]?.pairs.pairs ?? []);
  const holds = (days: number) => ids(states[days * 4]?.pairs.pairs ?? []).includes(first);
  expect([holds(29), holds(30), holds(30.75), holds(31)]).toEqual([true, true, true, false]);
});

test('a reader who has the pairs of up to a day ago signs with a key that is known', () => {
  const states = published(KEY_USES.tokens, 70);
  for (const [index, { now, keys }] of states.entries()) {
    for (const stale of states.slice(Math.max(0, index - 4), index)) {
      expect(ids(keys)).toContain(signingPair(stale.pairs, now).kid);
    }
  }
});

test('public keys for answers are kept for ever, each with the time in which it signed', () => {
  const states = published(KEY_USES.answers, 400);
  const keys = states.at(-1)?.keys ?? [];
  expect(keys.length).toBe(14);
  expect(new Set(states.flatMap((state) => ids(state.keys)))).toEqual(new Set(ids(keys)));
  for (const [index, { nbf, exp }] of keys.entries()) {
    expect(nbf).toBe(at(index * 30).getTime() / 1000);
    expect(exp).toBe(keys[index + 1]?.nbf);
  }
});

test('a publisher that was away for months makes a pair that waits for its day, and the old one goes on until then', () => {
  const pairs = firstPairs(START);
  const renewed = renewedPairs(pairs, at(200));
  expect(renewed?.pairs).toHaveLength(2);
  const first = pairs.pairs[0]?.kid;
  expect(signingPair(renewed as KeyPairs, at(200.9)).kid).toBe(first);
  expect(signingPair(renewed as KeyPairs, at(201)).kid).not.toBe(first);
});

test('with clocks that are behind, the oldest pair signs', () => {
  const pairs = firstPairs(START);
  expect(signingPair(pairs, at(-1)).kid).toBe(pairs.pairs[0]?.kid);
});

describe('what is read', () => {
  const pairs = firstPairs(START);
  const keys = publicHalves(pairs, KEY_USES.tokens, [], START);

  test('keeps what a newer release has added, through a renewal too', () => {
    const newer = parseKeyPairs(JSON.stringify({ ...pairs, added: 1 }));
    expect(renewedPairs(newer, at(40))).toMatchObject({ added: 1 });
  });

  test.each(['', '{}', '{"schema_version":2,"pairs":[]}', '{"schema_version":1,"pairs":[]}'])(
    '%j is no set of pairs, and the error holds nothing of it',
    (text) => {
      expect(() => parseKeyPairs(text)).toThrow('malformed');
    },
  );

  test('a private key is made ready once for each pair', () => {
    const [pair] = pairs.pairs;
    if (pair === undefined) return expect.unreachable();
    expect(privateKeyOf(pair)).toBe(privateKeyOf(pair));
  });

  test('keys of other uses and kinds in a JWK Set are ignored, and one with its private half', () => {
    const [own] = keys;
    const others = [
      { ...own, kid: 'a'.repeat(43), use: 'sig' },
      { ...own, kid: 'b'.repeat(43), use: 'x509-svid' },
      { ...own, kid: 'c'.repeat(43), alg: 'ES384' },
      { ...own, kid: 'd'.repeat(43), d: 'A'.repeat(43) },
      { kty: 'RSA', n: 'x', e: 'AQAB', kid: 'e' },
      'no key',
    ];
    const ofTokens = verifyingKeys(JSON.stringify({ keys: [...others, own] }), KEY_USES.tokens);
    expect([...ofTokens.keys()]).toEqual([own?.kid]);
  });

  test.each(['', '[]', '{}', '{"keys":1}'])('%j is no JWK Set', (text) => {
    expect(() => verifyingKeys(text, KEY_USES.tokens)).toThrow();
  });
});
