/** The token endpoint as people use it: a code with its PKCE verifier, and a refresh token (RFC 6749, RFC 7636). */
import * as oauth from 'oauth4webapi';
import { ProfileError, UnreachableError } from '../exit-codes.ts';

/** Where tokens are asked for, and by which app client. */
export interface SignInPlace {
  tokenEndpoint: string;
  clientId: string;
}

/** What the endpoint gave. */
export interface PersonTokens {
  access_token: string;
  /** Seconds since 1970, UTC. */
  expires_at: number;
  refresh_token?: string;
}

/**
 * Cognito's endpoints of one domain: `/oauth2/authorize` stands beside `/oauth2/token` (Cognito developer guide, "User
 * pool endpoints and managed login reference").
 */
export function serverOf({
  tokenEndpoint,
}: SignInPlace): oauth.AuthorizationServer & { authorization_endpoint: string } {
  const authorize = new URL('authorize', tokenEndpoint);
  return {
    // Only the address is used: the ID token, which names the pool as its issuer, is thrown away unread.
    issuer: authorize.origin,
    authorization_endpoint: authorize.href,
    token_endpoint: tokenEndpoint,
  };
}

/** http is for this machine only; `requireSecure` holds it for every profile. */
export function requestOptions(signal?: AbortSignal) {
  return { [oauth.allowInsecureRequests]: true, ...(signal !== undefined && { signal }) };
}

/**
 * Another access token of the same sign-in.
 *
 * @returns `null` when the refresh token is good for nothing any more
 * @throws UnreachableError
 */
export async function refreshed(
  place: SignInPlace,
  refreshToken: string,
  signal?: AbortSignal,
): Promise<PersonTokens | null> {
  const server = serverOf(place);
  const response = await answered(
    oauth.refreshTokenGrantRequest(
      server,
      { client_id: place.clientId },
      oauth.None(),
      refreshToken,
      requestOptions(signal),
    ),
    signal,
  );
  if (response.status === 400) return null;
  return tokensOf(response);
}

/** No answer is an error of its own kind, for the exit code. @throws UnreachableError */
export async function answered(request: Promise<Response>, signal?: AbortSignal): Promise<Response> {
  try {
    return await request;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new UnreachableError('the token endpoint cannot be reached', { cause: error });
  }
}

/**
 * Only the access token and the refresh token are read: what an ID token says is of no use here.
 *
 * @throws ProfileError with the endpoint's word (`invalid_grant` …)
 */
export async function tokensOf(response: Response): Promise<PersonTokens> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { access_token, refresh_token, expires_in, error } = body;
  if (!response.ok || typeof access_token !== 'string') {
    throw new ProfileError(
      `the token endpoint refuses: ${typeof error === 'string' ? error : `status ${response.status}`}`,
    );
  }
  return {
    access_token,
    expires_at: Math.floor(Date.now() / 1000) + (typeof expires_in === 'number' ? expires_in : 0),
    ...(typeof refresh_token === 'string' && { refresh_token }),
  };
}
