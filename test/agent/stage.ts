/** What a stage has that agents are tested with: a route, keys, and domains that answer. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { AgentSettings } from '../../agent/settings.ts';
import type { EnvironmentRequest } from '../../lambdas/exchange.ts';
import { flag } from '../../lambdas/parameters.ts';
import type { Route } from '../../lambdas/route.ts';

/** A route as any other, with rows in clear on request. */
export const route = {
  name: 'users',
  path: '/users',
  summary: 'Rows.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  needs: [],
  environment: true,
  parameters: { clear: z.optional(flag()), name: z.optional(z.string()) },
  rows: 'users',
  csv: null,
  keyed: { identity: 'identity' },
  discloses: { parameter: 'clear', scope: 'mrt/users.profile' },
  answer: z.object({
    environment: z.string(),
    users: z.array(z.object({ id: z.string(), identity: z.optional(z.nullable(z.string())) })),
  }),
} as const satisfies Route;

const hashKey = (byte: number) => ({
  version: 'v1',
  key: Buffer.alloc(32, byte).toString('base64'),
  created: '2026-01-01T00:00:00Z',
});
/** The Regional API's keys of hashes. */
export const HASH_KEYS = { identity: hashKey(1), fingerprint: hashKey(2) };

export const KID = 'A'.repeat(43);

/** Keys for tokens, as the publisher makes them. */
export function newKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const jwk = { kty: 'EC' as const, crv: 'P-256' as const, x, y, d };
  return {
    pairs: { schema_version: 1 as const, pairs: [{ kid: KID, created: time, signs_from: time, jwk }] },
    verifying: new Map<string, KeyObject>([[KID, createPublicKey(privateKey)]]),
  };
}

export type Domain = (request: EnvironmentRequest<Record<string, unknown>, unknown>) => Promise<unknown>;

/** Entries that open everything. */
export const ALL = [{ scopes: ['mrt/users.read', 'mrt/users.profile'], environments: ['*'] }] as AgentSettings['allow'];
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}-${randomUUID()}` }));
/** A domain that answers with so many rows, and a field that is not of the schema. */
export const answering =
  (count = 3): Domain =>
  async ({ environment }) => ({
    body: { environment: environment.name, users: rows(count), complete: true, extra: 'not of the schema' },
    next: null,
    as_of: null,
    max_age: 0,
  });
