/** A small route behind all of `http`, with real keys and signatures; only the key bucket is replaced. */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as z from 'zod/mini';
import type { Answer, EnvironmentRequest } from '../../../lambdas/exchange.ts';
import { Admission } from '../../../lambdas/http/admission.ts';
import type { HttpResponse } from '../../../lambdas/http/event.ts';
import { Keys } from '../../../lambdas/http/keys.ts';
import { Pipeline } from '../../../lambdas/http/pipeline.ts';
import { TokenVerifier } from '../../../lambdas/http/token.ts';
import type { KeyObject } from '../../../lambdas/keys/object.ts';
import { choices, flag, integer, text, time } from '../../../lambdas/parameters.ts';
import type { Route } from '../../../lambdas/route.ts';
import type { Settings } from '../../../lambdas/settings.ts';

export const POOL = 'eu-west-1_TestPool1';
export const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${POOL}`;
export const CLIENT = 'machineclient0000000000001';
export const PEOPLE_CLIENT = 'peopleclient00000000000001';

export const route = {
  name: 'table_size',
  path: '/table_size',
  summary: 'A route for tests.',
  scopes: ['mrt/table_size.read'],
  needs: [],
  environment: true,
  parameters: {
    table: z.optional(text(63)),
    min_bytes: z.optional(integer(0, 1_000_000)),
    clear: z.optional(flag()),
    fields: z.optional(choices('name', 'size', 'tags', 'more')),
    login: z.optional(text(63)),
    compare: z.optional(text(63)),
    summary: z.optional(flag()),
    since: z.optional(time()),
  },
  rows: 'tables',
  csv: { columns: ['name', 'size', 'tags'], leftOut: ['more'], notWith: ['summary'] },
  fields: 'fields',
  discloses: { parameter: 'clear', scope: 'mrt/users.profile' },
  looksUp: { parameter: 'login', prefixScope: 'mrt/users.profile' },
  otherEnvironment: 'compare',
  answer: z.object({
    tables: z.array(
      z.object({ name: z.string(), size: z.nullable(z.number()), tags: z.array(z.string()), more: z.object({}) }),
    ),
  }),
} as const satisfies Route;

const offers = ['table_size'];
export const settings: Settings = {
  configuration_version: 'c1',
  version: '1.2.3',
  stage: 'test',
  region: 'eu-west-1',
  base_address: 'https://maas-api.example.com',
  callers: {
    clients: {
      reader: { scopes: ['mrt/table_size.read', 'mrt/users.profile'], environments: ['shop-*'] },
      two: { scopes: ['mrt/table_size.read'], environments: ['shop-prod', 'stage:acc'] },
    },
    groups: {
      operators: { scopes: ['mrt/table_size.read'], environments: ['shop-prod'] },
      profilers: { scopes: ['mrt/users.profile'], environments: ['depot-prod'] },
    },
  },
  environments: {
    'shop-prod': { labels: { stage: 'prod' }, offers },
    'shop-acc': { labels: { stage: 'acc' }, offers: [] },
    'depot-prod': { labels: { stage: 'prod' }, offers },
  },
  recording: null,
  limits: { database_connections_per_instance: 2, reason_required: false },
};

const created = '2026-01-01T00:00:00Z';
const key = (version: string) => ({ version, key: randomBytes(32).toString('base64'), created });

export interface Ask {
  query?: string;
  headers?: Record<string, string>;
  /** Claims over those of a good token; `null` leaves the Authorization header out. */
  claims?: Record<string, unknown> | null;
  method?: 'GET' | 'HEAD';
  /** Milliseconds until the function itself ends. */
  remaining?: number;
}

export type Domain = (
  request: EnvironmentRequest<Record<string, unknown>, unknown>,
  keys: () => Promise<KeyObject>,
) => Promise<Answer<Record<string, unknown>, unknown>>;

const row = (name: string) => ({ name, size: 1, tags: ['a', 'b'], more: {} });
export const answerOf = (names: string[]): Answer<Record<string, unknown>, unknown> => ({
  body: { tables: names.map(row), complete: true },
  next: null,
  as_of: '2026-11-22T05:00:00Z',
  max_age: 30,
});

/**
 * Serves the small route from `domain`. Everything that a test may turn is on the object that comes back.
 *
 * @param declared what the route declares otherwise
 */
export async function serveRoute(domain: Domain = async () => answerOf(['one']), declared: Partial<Route> = {}) {
  const served: Route = { ...route, ...declared };
  const pair = await generateKeyPair('RS256', { extractable: true });
  const stored = {
    jwks: JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] }),
    keys: {
      schema_version: 1,
      cursor: { current: key('v2'), previous: key('v1') },
      fingerprint: key('v1'),
      identity: key('v1'),
    } as KeyObject,
    /** When each object was written. */
    written: { 'jwks.json': new Date(), 'keys.json': new Date() } as Record<string, Date>,
    failing: false,
    reads: [] as string[],
  };
  const keys = new Keys(async (name) => {
    stored.reads.push(name);
    if (stored.failing) throw new Error('the bucket does not answer');
    const body = name === 'jwks.json' ? stored.jwks : JSON.stringify(stored.keys);
    return { body: Buffer.from(body), last_modified: stored.written[name] ?? new Date() };
  });
  const clients = new Map([
    [CLIENT, 'reader'],
    ['machineclient0000000000002', 'two'],
    [PEOPLE_CLIENT, 'people'],
  ]);
  const identity = { userPoolId: POOL, clients, keyBucket: 'keys' };
  const tuned = structuredClone(settings);
  const admission = new Admission(served, tuned, { keys, tokens: new TokenVerifier(identity, keys) });
  const asked: EnvironmentRequest<Record<string, unknown>, unknown>[] = [];
  const pipeline = new Pipeline({
    route: served,
    domain: async (request: EnvironmentRequest<Record<string, unknown>, unknown>, keys) => {
      asked.push(request);
      return domain(request, keys as () => Promise<KeyObject>);
    },
    upstreams: (_, keys) => keys,
    settings: tuned,
    admission,
    fleet: null,
    signer: null,
    relay: null,
  });

  async function token(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      sub: CLIENT,
      client_id: CLIENT,
      token_use: 'access',
      scope: 'mrt/table_size.read mrt/users.profile',
      iss: ISSUER,
      iat: now - 5,
      exp: now + 3600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
      .sign(pair.privateKey);
  }

  async function ask({
    query = 'environment=shop-prod',
    headers = {},
    claims = {},
    method = 'GET',
    remaining = 28_000,
  }: Ask = {}): Promise<HttpResponse> {
    const all: Record<string, string> = { ...headers };
    if (claims !== null && all['authorization'] === undefined) all['authorization'] = `Bearer ${await token(claims)}`;
    return pipeline.answer(
      { method, path: '/table_size', query, header: (name) => all[name], id: 'request-1' },
      Date.now() + remaining,
    );
  }
  return { ask, token, stored, asked, settings: tuned, privateKey: pair.privateKey };
}

export function json(response: HttpResponse): Record<string, unknown> {
  return JSON.parse(String(response.body)) as Record<string, unknown>;
}
