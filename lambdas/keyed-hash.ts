/**
 * Keyed hashes of what nobody is shown: identities of users, values of constants. They are made in two steps, a plain SHA-256
 * and an HMAC-SHA-256 over its 64 hexadecimal signs, so that the second can be taken by somebody else than the first: an agent in
 * another account takes the first, and the key, with which it could try guesses on the figures of all others, stays at home.
 *
 * The plain hash alone would be undone by hashing a list of names. It goes to the Regional API, which has the key, and no further.
 */
import { createSecretKey, hash } from 'node:crypto';
import { hmacSha256 } from './hash.ts';
import type { VersionedKey } from './keys/object.ts';

/** In place of a key's version: the second step is still to be taken. */
const UNKEYED = 'unkeyed';
const UNKEYED_HASH = /^unkeyed:([0-9a-f]{64})$/;

/** Stands for the key where there is none. */
export const NO_KEY: VersionedKey = { version: UNKEYED, key: '', created: '1970-01-01T00:00:00Z' };

/** Whose hash it is; fingerprints are cut to 128 bits. */
export type HashKind = 'identity' | 'fingerprint';

const HEX_LENGTH: Readonly<Record<HashKind, number>> = { identity: 64, fingerprint: 32 };

/**
 * Makes hashes: `<key version>:<hex>`; with `NO_KEY` the first step alone.
 *
 * @example hasher({ version: 'v1', key, … }, 'fingerprint')('winter') // 'v1:5200…'
 */
export function hasher(key: VersionedKey, kind: HashKind): (text: string) => string {
  if (key.version === UNKEYED) return (text) => `${UNKEYED}:${plain(text)}`;
  const finish = secondStep(key, kind);
  return (text) => finish(plain(text));
}

/** Takes the second step of a hash that was made with `NO_KEY`; any other text is `null`: it is no such hash. */
export function keyer(key: VersionedKey, kind: HashKind): (unkeyed: string) => string | null {
  const finish = secondStep(key, kind);
  return (unkeyed) => {
    const [, digest] = UNKEYED_HASH.exec(unkeyed) ?? [];
    return digest === undefined ? null : finish(digest);
  };
}

function secondStep({ version, key }: VersionedKey, kind: HashKind): (digest: string) => string {
  // Made once: a key as bytes is set up anew by each call, which takes seven times as long as the hash itself.
  const secret = createSecretKey(key, 'base64');
  return (digest) => `${version}:${hmacSha256(secret, digest).toString('hex').slice(0, HEX_LENGTH[kind])}`;
}

function plain(text: string): string {
  return hash('sha256', text, 'hex');
}
