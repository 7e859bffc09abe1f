/** The token endpoint as a public client uses it. */
import { TokenError } from '@mrt/client';
import * as oauth from 'oauth4webapi';
import type { Settings } from '../settings.ts';

/** What the endpoint gave. Lives in memory only. */
export interface Tokens {
  access: string;
  /** `null`: the client is given none. */
  refresh: string | null;
  /** Milliseconds since the epoch. */
  asked: number;
  /** Milliseconds that the access token is good for. */
  life: number;
}

/**
 * Cognito's endpoints of one domain stand beside each other (Cognito developer guide, "User pool endpoints and managed
 * login reference").
 */
export function serverOf({ token_endpoint }: Settings) {
  const beside = (path: string) => new URL(path, token_endpoint).href;
  return {
    // Only its place is used: the ID token, which names the pool as its issuer, is not read.
    issuer: new URL(token_endpoint).origin,
    authorization_endpoint: beside('authorize'),
    token_endpoint,
    revocation_endpoint: beside('revoke'),
    end_session_endpoint: beside('/logout'),
  } satisfies oauth.AuthorizationServer;
}

/** A public client: it has no secret. */
export function clientOf({ client_id }: Settings): oauth.Client {
  return { client_id };
}

/** Without TLS on this machine only. */
export function requestOptions({ token_endpoint }: Settings) {
  const { protocol, hostname } = new URL(token_endpoint);
  const isLoopback = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return { [oauth.allowInsecureRequests]: isLoopback };
}

/** @throws TokenError when nothing answers */
export async function answered(request: Promise<Response>): Promise<Response> {
  try {
    return await request;
  } catch (cause) {
    throw new TokenError('the token endpoint does not answer', null, null, { cause });
  }
}

/** @param before whose refresh token goes on where no new one is given, as Cognito does without rotation. @throws TokenError */
export async function tokensOf(response: Response, before: Tokens | null = null): Promise<Tokens> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { access_token, refresh_token, expires_in, error } = body;
  if (!response.ok || typeof access_token !== 'string') {
    const code = typeof error === 'string' ? error : null;
    throw new TokenError(`the token endpoint refuses: ${code ?? response.status}`, response.status, code);
  }
  return {
    access: access_token,
    refresh: typeof refresh_token === 'string' ? refresh_token : (before?.refresh ?? null),
    asked: Date.now(),
    life: (typeof expires_in === 'number' ? expires_in : 300) * 1000,
  };
}
