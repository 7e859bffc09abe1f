/** What the user pool knows beyond the template: secrets of its clients, sample people, codes and refresh tokens. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { DeployedPool, PoolClient } from '../cloudformation/deployed-identity.ts';
import type { Claims, TokenSigner } from './token-signer.ts';

/** A user of the pool. */
export interface Person {
  username: string;
  email: string;
  /** Cognito's `sub`. */
  id: string;
  groups: string[];
}

/** Makes a token of claims that is good for so many seconds. */
type Signer = Pick<TokenSigner, 'sign'>;

/** What a person agreed to at the sign-in page. */
export interface Grant {
  client: PoolClient;
  person: Person;
  scopes: string[];
  nonce: string | null;
  signedInAt: number;
}

interface PendingCode extends Grant {
  redirectUri: string;
  codeChallenge: string;
  expires: number;
}

/** Cognito's authorization codes live for five minutes. */
const CODE_MILLISECONDS = 300_000;
/** Whoever signed in within an hour is not asked again (Cognito developer guide, "Managed login": session cookie). */
const SESSION_MILLISECONDS = 3_600_000;
/** Codes that nobody redeems, and refresh tokens, stay in memory: so many of each. */
const MAX_KEPT = 1_000;

/** What has to be remembered between two requests of a sign-in. All of it ends with the run. */
export class UserPool {
  readonly clients: readonly PoolClient[];
  /** One person of each group, and one of none. */
  readonly people: readonly Person[];
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #codes = new Map<string, PendingCode>();
  readonly #refreshTokens = new Map<string, Grant>();
  readonly #sessions = new Map<string, { username: string; expires: number }>();

  constructor(deployed: DeployedPool) {
    this.clients = deployed.clients;
    this.#secrets = new Map(
      deployed.clients
        .filter((client) => client.hasSecret)
        .map(({ id }) => [id, randomBytes(38).toString('base64url')]),
    );
    this.people = [...deployed.groups.map((group) => person(group, [group])), person('nobody', [])];
  }

  /** @returns `undefined` for a public client */
  secretOf(client: PoolClient): string | undefined {
    return this.#secrets.get(client.id);
  }

  /** The client with this id, if the secret is its own; a public client has none. */
  authenticated(id: string, secret: string | null): PoolClient | undefined {
    const client = this.clients.find((candidate) => candidate.id === id);
    const expected = this.#secrets.get(id);
    if (client === undefined || expected === undefined) return secret === null ? client : undefined;
    return secret !== null && timingSafeEqual(sha256(secret), sha256(expected)) ? client : undefined;
  }

  /** A code for whoever has signed in, good once and for five minutes. */
  newCode(grant: Omit<PendingCode, 'expires' | 'signedInAt'>): string {
    const code = randomUUID();
    this.#codes.set(code, { ...grant, signedInAt: Date.now(), expires: Date.now() + CODE_MILLISECONDS });
    dropOldest(this.#codes);
    return code;
  }

  /** Redeems a code, once, for whoever holds the verifier of its challenge (RFC 7636, S256). */
  redeem(code: string, client: PoolClient, redirectUri: string, verifier: string): Grant | undefined {
    const pending = this.#codes.get(code);
    this.#codes.delete(code);
    if (pending === undefined || pending.expires < Date.now()) return undefined;
    if (pending.client.id !== client.id || pending.redirectUri !== redirectUri) return undefined;
    return sha256(verifier).toString('base64url') === pending.codeChallenge ? pending : undefined;
  }

  /** Good until the pool has given out many more: the oldest then go. */
  newRefreshToken(grant: Grant): string {
    const token = randomBytes(96).toString('base64url');
    this.#refreshTokens.set(token, grant);
    dropOldest(this.#refreshTokens);
    return token;
  }

  /** @returns `undefined` for a token that this client was not given */
  refreshed(token: string, client: PoolClient): Grant | undefined {
    const grant = this.#refreshTokens.get(token);
    return grant?.client.id === client.id ? grant : undefined;
  }

  /** Ends a refresh token of this client; nothing happens to those of others. */
  revoke(token: string, client: PoolClient): void {
    if (this.refreshed(token, client) !== undefined) this.#refreshTokens.delete(token);
  }

  /** For the cookie of a browser in which somebody has signed in. */
  newSession(username: string): string {
    const id = randomUUID();
    this.#sessions.set(id, { username, expires: Date.now() + SESSION_MILLISECONDS });
    dropOldest(this.#sessions);
    return id;
  }

  /** The cookie is good for nothing any more. */
  endSession(session: string | null): void {
    if (session !== null) this.#sessions.delete(session);
  }

  /** Who signed in in this browser within the hour. */
  signedInAs(session: string | null): string | null {
    const known = session === null ? undefined : this.#sessions.get(session);
    return known === undefined || known.expires < Date.now() ? null : known.username;
  }
}

/** A machine's access token, as Cognito's client credentials grant gives it. */
export function machineAccessToken(signer: Signer, client: PoolClient, scopes: readonly string[]): Promise<string> {
  return signer.sign({
    sub: client.id,
    token_use: 'access',
    scope: scopes.join(' '),
    version: 2,
    client_id: client.id,
  });
}

/** Cognito’s access token of a person, with `cognito:groups` and `username` and without an audience. */
export function personAccessToken(signer: Signer, grant: Grant): Promise<string> {
  const claims = {
    ...personClaims(grant),
    token_use: 'access',
    scope: grant.scopes.join(' '),
    version: 2,
    client_id: grant.client.id,
    username: grant.person.username,
  };
  return signer.sign(claims, grant.client.accessTokenSeconds);
}

/** Cognito’s ID token, which says who somebody is and is no key to an API. */
export function personIdToken(signer: Signer, grant: Grant, accessToken: string): Promise<string> {
  const claims = {
    ...personClaims(grant),
    token_use: 'id',
    aud: grant.client.id,
    email: grant.person.email,
    'cognito:username': grant.person.username,
    at_hash: sha256(accessToken).subarray(0, 16).toString('base64url'),
    ...(grant.nonce !== null && { nonce: grant.nonce }),
  };
  return signer.sign(claims, grant.client.idTokenSeconds);
}

/** Cognito leaves `cognito:groups` out for a person without a group. */
function personClaims({ person: { id, groups }, signedInAt }: Grant): Claims {
  return {
    sub: id,
    auth_time: Math.floor(signedInAt / 1000),
    ...(groups.length > 0 && { 'cognito:groups': groups }),
  };
}

function dropOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
}

function person(name: string, groups: string[]): Person {
  const id = sha256(name)
    .toString('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
  return { username: name, email: `${name}@example.com`, id, groups };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
