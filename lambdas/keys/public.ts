/**
 * The public halves of the key pairs, as `/.well-known/jwks.json` serves them: a JWK Set (RFC 7517) which is at the same
 * time the SPIFFE bundle of the stage's trust domain (SPIFFE, "Trust Domain and Bundle", section 4). What a key is for stands
 * in `use`, and who reads keys for one use must ignore those of another (section 4.2.2).
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import type { KeySet } from '../contract.ts';

/** `jwt-svid`: verifies internal tokens. `sig`: verifies signed answers. */
export const KEY_USES = { tokens: 'jwt-svid', answers: 'sig' } as const satisfies Record<KeySet, string>;

export type KeyUse = (typeof KEY_USES)[keyof typeof KEY_USES];

const coordinate = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

const publicKey = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  kid: coordinate,
  use: z.enum(KEY_USES),
  alg: z.literal('ES256'),
  /**
   * Of keys for answers, which must prove old figures for ever: the seconds since the epoch between which it signed (the
   * names are those of OpenID Federation 1.0, 8.7.2, "Historical Keys"). Keys for tokens are withdrawn instead.
   */
  nbf: z.optional(z.int()),
  exp: z.optional(z.int()),
});

const publicKeys = z.looseObject({
  keys: z.array(publicKey),
  /** Rises whenever the keys change (section 4.1.1). */
  spiffe_sequence: z.int(),
  /** Seconds after which a verifier should look again (section 4.1.2). */
  spiffe_refresh_hint: z.int(),
});

export type PublicKey = z.output<typeof publicKey>;
export type PublicKeys = z.output<typeof publicKeys>;

/** A JWK Set of anybody: keys of other kinds and uses are none of ours. */
const anyKeys = z.looseObject({ keys: z.array(z.unknown()) });

/** The set that the publisher wrote. @throws Error when the text is none */
export function parsePublicKeys(text: string): PublicKeys {
  return publicKeys.parse(JSON.parse(text));
}

/**
 * The keys for one use in a JWK Set, by id. Whatever else is in the set is ignored, as the standard has it: keys of other
 * kinds and uses, and private ones, which nobody may publish.
 *
 * @throws Error when the text is no JWK Set
 */
export function verifyingKeys(text: string, use: KeyUse): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const jwk of anyKeys.parse(JSON.parse(text)).keys) {
    const parsed = publicKey.safeParse(jwk);
    if (!parsed.success || parsed.data.use !== use || 'd' in parsed.data) continue;
    const { kty, crv, x, y, kid } = parsed.data;
    keys.set(kid, createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }));
  }
  return keys;
}
