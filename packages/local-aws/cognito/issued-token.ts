/** Tokens as the token endpoint would issue them, without the way over HTTP: for tests. */
import type { TokenEndpoint } from './token-endpoint.ts';
import type { Claims } from './token-signer.ts';
import { machineAccessToken, type Person, personAccessToken, personIdToken } from './user-pool.ts';

/** For whom, and with what in it. Without options: all that the first machine client may have. */
export interface TokenOptions {
  /** Id of a machine client. Default: the pool's first one. */
  clientId?: string;
  /** A sample person instead of a machine: the name of a group, or `nobody`. */
  person?: string;
  /** ID tokens are people's only. */
  use?: 'access' | 'id';
  /** Default: all that the client may have. */
  scopes?: readonly string[];
  /** Claims that replace the token's own (`exp`, `iss` …); the signature stays good. */
  claims?: Claims;
}

/** @throws Error when there is no such client or person */
export function issuedToken(endpoint: TokenEndpoint, options: TokenOptions = {}): Promise<string> {
  const { pool } = endpoint;
  const signer = {
    sign: (claims: Claims, seconds: number) => endpoint.signer.sign({ ...claims, ...options.claims }, seconds),
  };
  if (options.person === undefined) {
    const client = required(
      pool.clients.find(({ id, hasSecret }) => (options.clientId === undefined ? hasSecret : id === options.clientId)),
      `machine client ${options.clientId ?? ''}`,
    );
    return machineAccessToken(signer, client, options.scopes ?? client.scopes);
  }
  const person: Person = required(
    pool.people.find(({ username }) => username === options.person),
    options.person,
  );
  const client = required(
    pool.clients.find(({ flows }) => flows.includes('code')),
    'client for people',
  );
  const grant = { client, person, scopes: [...(options.scopes ?? client.scopes)], nonce: null, signedInAt: Date.now() };
  return options.use === 'id' ? personIdToken(signer, grant, '') : personAccessToken(signer, grant);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the user pool has no ${name}`);
  return value;
}
