/** Access tokens for a profile: kept ones while they are good, else new ones by secret or by refresh token. */
import { clientCredentials, type TokenProvider } from '@mrt/client';
import { ProfileError } from '../exit-codes.ts';
import { type KeptToken, keepToken, keptToken } from './kept-tokens.ts';
import type { Profile } from './profiles.ts';

/** Seconds that a kept token must still be good for: a request with paging takes a while. */
const MIN_LEFT_SECONDS = 60;

/**
 * @param folder where tokens are kept; used for profiles with a name only
 * @param scopes of a machine's token; left out: all that the client has. Such a token is not kept.
 */
export function tokenProvider(profile: Profile, folder: string, scopes?: readonly string[]): TokenProvider {
  const { token, clientSecret } = profile;
  if (token !== null) {
    return ({ refused }) => {
      if (refused === null) return token;
      throw new ProfileError('the API refuses the token of MRT_TOKEN: it may have expired');
    };
  }
  const { tokenEndpoint, clientId } = profile;
  if (tokenEndpoint === null || clientId === null) {
    throw new ProfileError(`${label(profile)} needs token_endpoint and client_id to get a token`);
  }
  const place = { ...profile, tokenEndpoint, clientId };
  if (clientSecret === null) return personToken(place, folder);
  const fresh = clientCredentials({
    tokenEndpoint,
    clientId,
    clientSecret,
    ...(scopes !== undefined && { scope: [...scopes] }),
  });
  return scopes === undefined ? machineToken(place, folder, fresh) : fresh;
}

interface Place extends Profile {
  tokenEndpoint: string;
  clientId: string;
}

const label = ({ name }: Profile) => (name === null ? 'the profile' : `profile ${name}`);

function machineToken(profile: Place, folder: string, fresh: TokenProvider): TokenProvider {
  return async (need) => {
    const kept = ownToken(profile, folder);
    if (kept !== undefined && isGood(kept, need.refused)) return kept.access_token;
    const token = await fresh(need);
    const expires = expiryOf(token);
    if (profile.name !== null && expires !== null) keepToken(folder, profile.name, keptOf(profile, token, expires));
    return token;
  };
}

function personToken(profile: Place, folder: string): TokenProvider {
  return async ({ refused, signal }) => {
    const kept = ownToken(profile, folder);
    const signIn = `mrt login${profile.name === null ? '' : ` ${profile.name}`}`;
    if (kept === undefined) throw new ProfileError(`you are not signed in: ${signIn}`);
    if (isGood(kept, refused)) return kept.access_token;
    if (kept.refresh_token === undefined) throw new ProfileError(`your sign-in has ended: ${signIn}`);
    // Loaded when it is needed: most commands have a good token.
    const { refreshed } = await import('../sign-in/token-request.ts');
    const next = await refreshed(profile, kept.refresh_token, signal);
    if (next === null) throw new ProfileError(`your sign-in has ended: ${signIn}`);
    // Cognito gives no new refresh token unless rotation is on: the old one stays good.
    const own = {
      ...keptOf(profile, next.access_token, next.expires_at),
      refresh_token: next.refresh_token ?? kept.refresh_token,
    };
    if (profile.name !== null) keepToken(folder, profile.name, own);
    return own.access_token;
  };
}

function ownToken({ name, clientId, tokenEndpoint }: Place, folder: string): KeptToken | undefined {
  const kept = name === null ? undefined : keptToken(folder, name);
  return kept?.client_id === clientId && kept.token_endpoint === tokenEndpoint ? kept : undefined;
}

function isGood(kept: KeptToken, refused: string | null): boolean {
  return kept.access_token !== refused && kept.expires_at - Date.now() / 1000 > MIN_LEFT_SECONDS;
}

function keptOf({ clientId, tokenEndpoint }: Place, token: string, expires: number): KeptToken {
  return { access_token: token, expires_at: expires, client_id: clientId, token_endpoint: tokenEndpoint };
}

/** What a token says of itself, unverified: for one's own use only. `{}` for a token that is no JWT (RFC 7519). */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

function expiryOf(token: string): number | null {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp : null;
}
