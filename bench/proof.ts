/**
 * What a proof costs: an answer of 10 kB signed, an internal token minted and verified, each beside a library that does the
 * same. Milliseconds of one after the other in turns, so that a busy machine slows both.
 */
import { createSigner, httpbis } from 'http-message-signatures';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { InternalTokenMinter } from '../lambdas/internal_tokens/minter.ts';
import { InternalTokenVerifier } from '../lambdas/internal_tokens/verifier.ts';
import { privateKeyOf, signingPair } from '../lambdas/keys/pairs.ts';
import { KEY_USES, verifyingKeys } from '../lambdas/keys/public.ts';
import { firstPairs, publicHalves } from '../lambdas/publisher/key-pairs.ts';
import { signatureOf } from '../lambdas/signed_answers/signature.ts';
import { PLAIN_WISH } from '../lambdas/signed_answers/wish.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 3000;
const WARM_UP = 300;
const DOMAIN = 'mrt.example.com';
const DEPOT = { kind: 'agent', name: 'depot' } as const;

/** Medians of two kinds of work, done in turns. */
async function inTurns(ours: () => unknown, theirs: () => unknown): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [index, work] of [ours, theirs].entries()) {
      const start = performance.now();
      await work();
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0) as [number, number];
}

function figure(name: string, [ours, theirs]: [number, number], peer: string, goal: string): Figure {
  return {
    name,
    ours: `${ours.toFixed(3)} ms`,
    theirs: `${theirs.toFixed(3)} ms (${peer})`,
    ratio: `${(ours / theirs).toFixed(2)}×`,
    goal,
  };
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const pairs = firstPairs(new Date());
  const pair = signingPair(pairs, new Date());
  const body = Buffer.alloc(10_000, 'x');
  const answer = {
    ...{ status: 200, content_type: 'application/json', body, method: 'GET', path: '/users' },
    ...{
      query: 'environment=shop-prod',
      caller: `spiffe://${DOMAIN}/operator/client/reports`,
      request_id: 'JKJaXmPLvHcESHA=',
    },
  };
  const signer = createSigner(privateKeyOf(pair), 'ecdsa-p256-sha256', pair.kid);
  const fields = [
    '@status',
    'content-digest',
    'content-type',
    '@method;req',
    '@path;req',
    '@query;req',
    'x-caller',
    'x-request-id',
  ];
  const headers = { 'content-digest': 'x', 'content-type': 'application/json', 'x-caller': 'x', 'x-request-id': 'x' };
  const request = { method: 'GET', url: 'https://api.example.com/users?environment=shop-prod', headers: {} };
  const signing = await inTurns(
    () => signatureOf(answer, pair, PLAIN_WISH, new Date()),
    () => httpbis.signMessage({ key: signer, fields }, { status: 200, headers }, request),
  );
  print(
    figure('an answer of 10 kB signed, its digest included', signing, 'http-message-signatures, no digest', '≤ 1 ms'),
  );

  const minter = new InternalTokenMinter({
    ...{ trustDomain: DOMAIN, actor: { kind: 'function', stage: 'prod', name: 'users' } as const },
    keys: async () => pairs,
  });
  const errand = {
    caller: { kind: 'client', tenant: null, name: 'reports' } as const,
    receiver: DEPOT,
    scopes: ['mrt/users.read'],
  };
  const key = privateKeyOf(pair);
  const minting = await inTurns(
    () => minter.mint(errand),
    () =>
      new SignJWT({ scope: 'mrt/users.read', act: { sub: 'x' }, jti: 'x' })
        .setProtectedHeader({ alg: 'ES256', kid: pair.kid, typ: 'JWT' })
        .setSubject('x')
        .setAudience('x')
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(key),
  );
  print(figure('an internal token minted', minting, 'jose', '≤ 1 ms'));

  const set = JSON.stringify({ keys: publicHalves(pairs, KEY_USES.tokens, [], new Date()) });
  const keys = verifyingKeys(set, KEY_USES.tokens);
  const verifier = new InternalTokenVerifier({ trustDomain: DOMAIN, receiver: DEPOT, keys: async () => keys });
  const token = await minter.mint({ ...errand, life_seconds: 300 });
  const { kty, crv, x, y } = pair.jwk;
  const known = createLocalJWKSet({ keys: [{ kty, crv, x, y, kid: pair.kid, alg: 'ES256' }] });
  const verifying = await inTurns(
    () => verifier.verify(token),
    () => jwtVerify(token, known, { audience: verifier.audience, algorithms: ['ES256'] }),
  );
  print(
    figure(
      'an internal token verified, with all that JWT-SVID demands',
      verifying,
      'jose, signature and times',
      '≤ 1 ms',
    ),
  );
}
