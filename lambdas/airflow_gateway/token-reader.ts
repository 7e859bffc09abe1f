/**
 * Reads a token: an access token of the API's own pool, or an OIDC id token of an issuer that the configuration names.
 * Outside the VPC, so the issuers' public keys come from where they are published.
 */
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { JwtBaseError } from 'aws-jwt-verify/error';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { bearerToken } from '../bearer-token.ts';
import { InvalidTokenError } from '../request-errors.ts';
import { providerOf } from '../tenancy.ts';
import type { TokenContext } from './caller.ts';
import { type Claims, pipelinesOf } from './pipelines.ts';
import type { AuthorizerSettings } from './settings.ts';

/** The API's own user pool. */
export interface TrustedPool {
  userPoolId: string;
  /** App client id to the caller's name in the configuration. */
  clients: ReadonlyMap<string, string>;
}

/** What the authorizer says of a good token; `null` for a good one of somebody who is in no entry. */
export type Reading = TokenContext | null;

/** Reads tokens with the keys of one cache. The library takes asymmetric signatures only, and no token without one. */
export class TokenReader {
  readonly #settings: AuthorizerSettings;
  readonly #pool: TrustedPool;
  readonly #access: ReturnType<typeof accessVerifier>;
  /** By issuer: the claim `iss` chooses, and one that is not here is refused. */
  readonly #ids: ReadonlyMap<string, { name: string; verify(token: string): Promise<Claims> }>;

  constructor(settings: AuthorizerSettings, pool: TrustedPool, jwksCache: JwksCache) {
    this.#settings = settings;
    this.#pool = pool;
    this.#access = accessVerifier(pool, jwksCache);
    this.#ids = new Map(
      Object.entries(settings.issuers).map(([name, { issuer, audience, jwks_uri }]) => {
        const verifier = JwtVerifier.create({ issuer, audience, jwksUri: jwks_uri }, { jwksCache });
        return [issuer, { name, verify: async (token) => (await verifier.verify(token)) as Claims }];
      }),
    );
  }

  /**
   * @param authorization the header
   * @throws InvalidTokenError for whatever is no valid token of these issuers; other errors when keys cannot be had,
   *   which says nothing about the token
   */
  async read(authorization: string | undefined): Promise<Reading> {
    const token = bearerToken(authorization);
    try {
      const { iss } = decomposeUnverifiedJwt(token).payload;
      const foreign = this.#ids.get(String(iss));
      if (foreign === undefined) return this.#ofPool(await this.#access.verify(token));
      const claims = await foreign.verify(token);
      // The library takes a token that is for others too, who could send it here (OpenID Connect Core, 3.1.3.7, step 3).
      if (Array.isArray(claims['aud']) && claims['aud'].length !== 1) {
        throw new InvalidTokenError('a token for several receivers');
      }
      // The library takes a token without an end.
      if (typeof claims['exp'] !== 'number') throw new InvalidTokenError('a token without an end');
      return pipelinesOf(foreign.name, claims, this.#settings.pipelines);
    } catch (cause) {
      // What else is thrown comes from fetching the keys, and says nothing about the token.
      throw cause instanceof JwtBaseError ? new InvalidTokenError('invalid token', { cause }) : cause;
    }
  }

  /** A machine client has the entry of its name, a person those of all its groups. */
  #ofPool(claims: Record<string, unknown>): Reading {
    const client = this.#pool.clients.get(String(claims['client_id']));
    const { sub, exp, scope } = claims;
    if (client === undefined || typeof sub !== 'string') throw new InvalidTokenError('unknown client or no subject');
    const shared = {
      scopes: JSON.stringify(typeof scope === 'string' ? scope.split(' ') : []),
      expires: Number(exp),
      detail: '',
    };
    // Cognito gives a client-credentials token its client id as subject; a person's is a UUID.
    if (sub === claims['client_id']) {
      return { ...shared, kind: 'client', principal: `client:${client}`, entries: JSON.stringify([client]) };
    }
    const groups = claims['cognito:groups'];
    const named = Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
    const person = { ...shared, kind: 'group' as const, principal: `person:${sub}`, entries: JSON.stringify(named) };
    const provider = process.env['MRT_WITH_TENANTS'] === 'off' ? null : providerOf(claims['username']);
    return provider === null ? person : { ...person, provider };
  }
}

function accessVerifier({ userPoolId }: TrustedPool, jwksCache: JwksCache) {
  // `#ofPool` looks the client up by its id: the same check, and it gives the client's name.
  return CognitoJwtVerifier.create({ userPoolId, tokenUse: 'access', clientId: null }, { jwksCache });
}
