/** Tokens as the token endpoint would issue them, without the way over HTTP: for tests and the ready-made command. */
import type { TokenEndpoint } from './token-endpoint.ts';
import type { Claims } from './token-signer.ts';
import { machineAccessToken, type Person, personAccessToken, personIdToken } from './user-pool.ts';

export interface TokenOptions {
  /** A machine client's name in the configuration. */
  client?: string;
  /** A sample person instead of a machine: the name of a group, or `nobody`. */
  person?: string;
  /** ID tokens are people's only. */
  use?: 'access' | 'id';
  /** Default: all that the client may have. */
  scopes?: readonly string[];
  /** Claims that replace the token's own (`exp`, `iss` …); the signature stays good. */
  claims?: Claims;
}

/** The client of `config/local.json` that has every scope. */
export const SAMPLE_CLIENT = 'sample-client';

/**
 * @param names machine clients' names, by client id
 * @throws Error when there is no such client or person
 */
export function issuedToken(
  endpoint: TokenEndpoint,
  names: Readonly<Record<string, string>>,
  options: TokenOptions = {},
): Promise<string> {
  const { pool } = endpoint;
  const signer = {
    sign: (claims: Claims, seconds: number) => endpoint.signer.sign({ ...claims, ...options.claims }, seconds),
  };
  if (options.person === undefined) {
    const name = options.client ?? SAMPLE_CLIENT;
    const client = found(
      pool.clients.find(({ id }) => names[id] === name),
      name,
    );
    return machineAccessToken(signer, client, options.scopes ?? client.scopes);
  }
  const person: Person = found(
    pool.people.find(({ username }) => username === options.person),
    options.person,
  );
  const client = found(
    pool.clients.find(({ flows }) => flows.includes('code')),
    'client for people',
  );
  const grant = { client, person, scopes: [...(options.scopes ?? client.scopes)], nonce: null, signedInAt: Date.now() };
  return options.use === 'id' ? personIdToken(signer, grant, '') : personAccessToken(signer, grant);
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the user pool has no ${name}`);
  return value;
}
