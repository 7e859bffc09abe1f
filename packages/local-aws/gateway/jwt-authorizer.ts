/**
 * The HTTP API's JWT authorizer ("Control access to HTTP APIs with JWT authorizers"): what it checks, in its order,
 * and what it does not (`token_use`).
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { DeployedAuthorizer } from '../cloudformation/deployed-api.ts';
import { scopesOf } from './event.ts';

/** What becomes of the request: on, to a 401 with its `WWW-Authenticate`, or to a 403. */
export type Decision =
  | { allowed: true; claims: JWTPayload }
  | { allowed: false; status: 401; challenge: string; reason: string }
  | { allowed: false; status: 403; claims: JWTPayload; reason: string };

/**
 * Decides on a token as the authorizer of a route would.
 *
 * @param scopes of the route; one of them is enough, none asks for nothing
 * @param keys of the authorizer's issuer
 * @throws what `keys` throws when they cannot be looked up: that says nothing about the token
 */
export async function authorize(
  token: string | undefined,
  authorizer: DeployedAuthorizer,
  scopes: readonly string[],
  keys: JWTVerifyGetKey,
): Promise<Decision> {
  const bare = token?.replace(/^bearer +/i, '').trim();
  if (!bare) return unauthorized('missing: token not provided');
  let claims: JWTPayload;
  try {
    ({ payload: claims } = await jwtVerify(bare, keys, {
      algorithms: ['RS256'],
      issuer: authorizer.issuer,
      requiredClaims: ['exp'],
    }));
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return unauthorized(`invalid_token: ${error.message}`);
  }
  if (claims.iat !== undefined && claims.iat > Date.now() / 1000) return unauthorized('invalid_token: issued later');
  if (!hasAudience(claims, authorizer.audiences)) {
    const reason = 'the token does not have a valid audience';
    return unauthorized(reason, `Bearer scope="" error="invalid_token" error_description="${reason}"`);
  }
  const granted = scopesOf(claims) ?? [];
  if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
    return { allowed: false, status: 403, claims, reason: 'insufficient_scope' };
  }
  return { allowed: true, claims };
}

/** The token of `$request.header.X` or `$request.querystring.X`. */
export function identityToken(
  source: string,
  headers: Record<string, string | string[] | undefined>,
  query: URLSearchParams,
): string | undefined {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === 'querystring') return query.get(name) ?? undefined;
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

/** `client_id` counts only when the token has no `aud`. */
function hasAudience(claims: JWTPayload, audiences: readonly string[]): boolean {
  const own = claims.aud ?? claims['client_id'];
  const values = Array.isArray(own) ? own : [own];
  return values.some((value) => typeof value === 'string' && audiences.includes(value));
}

function unauthorized(reason: string, challenge = 'Bearer'): Decision {
  return { allowed: false, status: 401, challenge, reason };
}
