/**
 * The key pairs by which others can check what the API says: internal tokens with one set, signed answers with another, as
 * who may sign answers must not be able to make tokens. ES256 (ECDSA on P-256 with SHA-256; RFC 7518, 3.4). The publisher
 * writes each set to the key bucket and the functions that sign read it, both by this one declaration.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';

/** 32 bytes in base64url, as a coordinate and a private key of P-256 have (RFC 7518, 6.2.1.2). */
const coordinate = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

const keyPair = z.looseObject({
  /** Thumbprint of the public key (RFC 7638). */
  kid: coordinate,
  /** When it was made; ISO 8601. */
  created: z.iso.datetime(),
  /** When it begins to sign: late enough for everybody who verifies to have read its public half. */
  signs_from: z.iso.datetime(),
  jwk: z.looseObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    /** The private key. */
    d: coordinate,
  }),
});

const keyPairs = z.looseObject({
  schema_version: z.literal(1),
  /** Oldest first; of the older ones only the public half is kept, elsewhere. */
  pairs: z.array(keyPair).check(z.minLength(1)),
});

export type KeyPair = z.output<typeof keyPair>;
export type KeyPairs = z.output<typeof keyPairs>;

/**
 * The pairs in the text of a set.
 *
 * @throws Error, which says nothing of the content
 */
export function parseKeyPairs(text: string): KeyPairs {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = keyPairs.safeParse(json);
  if (!parsed.success)
    throw new Error('a set of key pairs in the key bucket is malformed; see "Key pairs" in the runbook');
  return parsed.data;
}

/**
 * The pair that signs at this moment: the last of those whose time has come. Before any has, the oldest, since nobody can
 * know another.
 */
export function signingPair({ pairs }: KeyPairs, now: Date): KeyPair {
  const begun = pairs.filter(({ signs_from }) => Date.parse(signs_from) <= now.getTime());
  return (begun.at(-1) ?? pairs[0]) as KeyPair;
}

/** Private keys ready for use, by id: reading one takes longer than signing with it. */
const ready = new WeakMap<KeyPair, KeyObject>();

/** The private key of a pair. */
export function privateKeyOf(pair: KeyPair): KeyObject {
  const known = ready.get(pair);
  if (known !== undefined) return known;
  const { kty, crv, x, y, d } = pair.jwk;
  const key = createPrivateKey({ key: { kty, crv, x, y, d }, format: 'jwk' });
  ready.set(pair, key);
  return key;
}
