/** A user pool's public keys, as Cognito serves them. */
import * as z from 'zod/mini';

/** API Gateway's own limit for a JWKS (HTTP API quotas); Cognito's has two keys and 1 kB. */
const MAX_BYTES = 150_000;
/** Cognito answers in tens of milliseconds. */
const MAX_FETCH_MS = 5000;

/** RS256 only: what Cognito signs with, and what an HTTP API's authorizer takes. */
const jwksSchema = z.object({
  keys: z
    .array(
      z.object({
        kid: z.string().check(z.minLength(1)),
        kty: z.literal('RSA'),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
        n: z.string().check(z.regex(/^[A-Za-z0-9_-]{342,}$/, 'must be 2,048 bits at least')),
        e: z.string().check(z.regex(/^[A-Za-z0-9_-]{2,}$/)),
      }),
    )
    .check(z.minLength(1)),
});

/** As it is written to `jwks.json`. */
export type PoolJwks = z.output<typeof jwksSchema>;

/**
 * The pool's keys, checked: what is published here decides whose tokens are believed.
 * Source: Amazon Cognito Developer Guide, "Verifying JSON web tokens".
 *
 * @throws Error when Cognito does not answer within 5 s, or with anything but a JWKS of RS256 keys
 */
export async function fetchJwks(cognito: URL, userPoolId: string, signal: AbortSignal): Promise<PoolJwks> {
  const response = await fetch(new URL(`/${userPoolId}/.well-known/jwks.json`, cognito), {
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(MAX_FETCH_MS)]),
  });
  if (response.status !== 200) throw new Error(`Cognito answered ${response.status} for the pool's keys`);
  const text = await response.text();
  if (text.length > MAX_BYTES) throw new Error("the pool's keys are larger than any JWKS of Cognito");
  const parsed = jwksSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error("Cognito's answer is no JWKS of RS256 keys");
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
