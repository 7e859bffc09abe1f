/** A good token at the wrong question: each function's, minted as it mints them, at every route that an agent serves. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkErrand } from '../../agent/errand.ts';
import { services } from '../../agent/services.ts';
import { InternalTokenMinter } from '../../lambdas/internal_tokens/minter.ts';
import { InternalTokenVerifier } from '../../lambdas/internal_tokens/verifier.ts';
import type { KeyPairs } from '../../lambdas/keys/pairs.ts';
import { recorderScopes, usableScopes } from '../../lambdas/relay/route-scopes.ts';
import type { Route } from '../../lambdas/route.ts';

const REGIONAL = { trust_domain: 'mrt.example.com', stage: 'prod' };
const DEPOT = { kind: 'agent', name: 'depot' } as const;
const KID = 'A'.repeat(43);

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
const time = '2026-01-01T00:00:00.000Z';
const jwk = { kty: 'EC', crv: 'P-256', x, y, d } as const;
const pairs: KeyPairs = { schema_version: 1, pairs: [{ kid: KID, created: time, signs_from: time, jwk }] };
const verifier = new InternalTokenVerifier({
  trustDomain: REGIONAL.trust_domain,
  receiver: DEPOT,
  keys: async () => new Map([[KID, createPublicKey(privateKey)]]),
});

/** What the agent takes a token of this function for. */
async function proofOf(name: string, scopes: Iterable<string>, stage = REGIONAL.stage) {
  const minter = new InternalTokenMinter({
    trustDomain: REGIONAL.trust_domain,
    actor: { kind: 'function', stage, name },
    keys: async () => pairs,
  });
  const caller = name === 'recorder' ? null : ({ kind: 'client', tenant: 'bank-a', name: 'reports' } as const);
  return verifier.verify(await minter.mint({ caller, receiver: DEPOT, scopes: [...scopes] }));
}

const served: Route[] = [...services.values()].map(({ route }) => route);
const routes = served.map((route) => [route.name, route] as const);

test.each(routes)('a token of %s is taken for it, and for no other route', async (name, route) => {
  const proof = await proofOf(name, usableScopes(route));
  const takers = served.filter((asked) => takes(proof, asked));
  expect(takers.map((taker) => taker.name)).toEqual([name]);
});

test.each(routes)('%s takes no token with a scope of another route, and none of another stage', async (name, route) => {
  for (const other of served.filter((one) => one !== route)) {
    const proof = await proofOf(name, [...usableScopes(route), ...usableScopes(other)]);
    expect(() => checkErrand(proof, route, REGIONAL)).toThrow('scope');
  }
  const foreign = await proofOf(name, usableScopes(route), 'acc');
  expect(() => checkErrand(foreign, route, REGIONAL)).toThrow('actor');
});

test.each(routes)('%s takes the recorder’s token, unless it could show clear text', async (_, route) => {
  const proof = await proofOf('recorder', recorderScopes(route));
  expect(() => checkErrand(proof, route, REGIONAL)).not.toThrow();
  for (const scope of [...usableScopes(route)].filter((one) => !one.endsWith('.read'))) {
    const curious = await proofOf('recorder', [...recorderScopes(route), scope]);
    expect(() => checkErrand(curious, route, REGIONAL)).toThrow('scope');
  }
});

function takes(proof: Awaited<ReturnType<typeof proofOf>>, route: Route): boolean {
  try {
    checkErrand(proof, route, REGIONAL);
    return true;
  } catch {
    return false;
  }
}
