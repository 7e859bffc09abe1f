/**
 * What an internal token says (SPIFFE, "JWT-SVID"): for whom a function asks (`sub`), whom it asks (`aud`), which function
 * it is (`act`, RFC 8693, 4.1), for which tenant and what is permitted. One shape, made by the minter and demanded by the
 * verifier.
 */
import * as z from 'zod/mini';

/** The life of a token. Whoever gets hold of one can do no more with it than its receiver could, and not for long. */
export const MAX_LIFE_SECONDS = 300;

/** Clocks of two accounts may be apart so much ("a small amount of leeway is acceptable"; appendix A). */
export const MAX_CLOCK_SKEW_SECONDS = 60;

/** Longest token that is looked at; ours have some 700 characters. */
export const MAX_TOKEN_LENGTH = 4096;

/**
 * Section 2: nothing but `alg`, `kid` and `typ` may be there, so that no header names a key of its own (`jku`, `jwk`,
 * `x5u`, `x5c`) or asks for an extension (`crit`).
 */
export const header = z.strictObject({
  alg: z.literal('ES256'),
  kid: z.string(),
  typ: z.optional(z.enum(['JWT', 'JOSE'])),
});

export const claims = z.strictObject({
  /** SPIFFE ID of the caller; of the function itself where it acts for nobody, as the recorder does. */
  sub: z.string(),
  /** SPIFFE ID of the one receiver: a list could be replayed by one of them to the others (section 6.2). */
  aud: z.string(),
  /** Seconds since the epoch. */
  exp: z.int(),
  iat: z.int(),
  /** Of this one token. */
  jti: z.string().check(z.minLength(16), z.maxLength(64)),
  /** The function that asks. */
  act: z.strictObject({ sub: z.string() }),
  /** The caller's; left out for operators and for functions that act for nobody. */
  tenant: z.optional(z.string()),
  /** With spaces between them (RFC 8693, 4.2). */
  scope: z.string(),
});

export type Claims = z.output<typeof claims>;
