/**
 * Key pairs, made and replaced so that nobody who verifies is ever without the public half: a new pair is published a day
 * before it signs, and the one before is published on after it has stopped.
 *
 * Worked example, with a first pair A of 1 January: B is made and published on 30 January and signs from the 31st. From
 * then on A signs nothing, and is forgotten with B's second day; tokens by A end within minutes, and its public half is
 * withdrawn a day later still. Answers by A stay verifiable for ever, as of a key that signed until 31 January.
 */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { sha256 } from '../hash.ts';
import type { KeyPair, KeyPairs } from '../keys/pairs.ts';
import { KEY_USES, type KeyUse, type PublicKey } from '../keys/public.ts';

const DAY_MS = 86_400_000;
/** How long a pair signs. */
const SIGNS_MS = 30 * DAY_MS;
/** How long before its time it is published: verifiers that read the keys once an hour have missed 23 readings then. */
const AHEAD_MS = DAY_MS;
/** How long a private key is kept that signs no more: a function that could not read the keys anew still has it. */
const KEPT_MS = DAY_MS;
/** Public halves for tokens are published for so long after that. */
const WITHDRAWN_AFTER_MS = 2 * DAY_MS;

/** The set of a new stage: nobody knows any key yet, so the first signs at once. */
export function firstPairs(now: Date): KeyPairs {
  return { schema_version: 1, pairs: [newPair(now, now)] };
}

/** The set with what is due: a pair ahead of its time, and without those whose time is over; `null`: nothing is due. */
export function renewedPairs({ pairs, ...rest }: KeyPairs, now: Date): KeyPairs | null {
  const newest = pairs.at(-1) as KeyPair;
  const isDue = now.getTime() >= Date.parse(newest.signs_from) + SIGNS_MS - AHEAD_MS;
  const all = isDue ? [...pairs, newPair(now, new Date(now.getTime() + AHEAD_MS))] : pairs;
  const kept = all.filter((_, index) => {
    const successor = all[index + 1];
    return successor === undefined || now.getTime() < Date.parse(successor.signs_from) + KEPT_MS;
  });
  return isDue || kept.length < all.length ? { ...rest, pairs: kept } : null;
}

/**
 * The public halves for one use: of the pairs, and of those published before that are still needed.
 *
 * @param published the public keys of that use as they are
 */
export function publicHalves(
  { pairs }: KeyPairs,
  use: KeyUse,
  published: readonly PublicKey[],
  now: Date,
): PublicKey[] {
  const current = pairs.map((pair, index) => publicHalf(pair, pairs[index + 1], use));
  const ids = new Set(current.map(({ kid }) => kid));
  const former = published.filter((key) => key.use === use && !ids.has(key.kid));
  // The pair before the oldest stopped when that began.
  const { signs_from } = pairs[0] as KeyPair;
  if (use === KEY_USES.answers) return [...former.map((key) => ({ exp: seconds(signs_from), ...key })), ...current];
  return now.getTime() < Date.parse(signs_from) + WITHDRAWN_AFTER_MS ? [...former, ...current] : current;
}

function publicHalf({ kid, jwk, signs_from }: KeyPair, successor: KeyPair | undefined, use: KeyUse): PublicKey {
  const { kty, crv, x, y } = jwk;
  const key = { kty, crv, x, y, kid, use, alg: 'ES256' as const };
  if (use === KEY_USES.tokens) return key;
  const nbf = seconds(signs_from);
  return { ...key, nbf, ...(successor !== undefined && { exp: seconds(successor.signs_from) }) };
}

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

function newPair(now: Date, signsFrom: Date): KeyPair {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const { x, y, d } = jwk as Required<Pick<JsonWebKey, 'x' | 'y' | 'd'>>;
  return {
    // RFC 7638: over the members that make the key, by name.
    kid: sha256(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })),
    created: now.toISOString(),
    signs_from: signsFrom.toISOString(),
    jwk: { kty: 'EC', crv: 'P-256', x, y, d },
  };
}
