/**
 * The token, verified again in the function: a function that is invoked past the gateway must not believe a forged
 * event. Access tokens of our pool and our app clients only.
 */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { JwtBaseError } from 'aws-jwt-verify/error';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { bearerToken } from '../bearer-token.ts';
import type { Context } from '../context.ts';
import { InvalidTokenError } from '../request-errors.ts';
import { providerOf } from '../tenancy.ts';
import type { Keys } from './keys.ts';
import type { FunctionVariables } from './variables.ts';

/** Who asks: a machine client by its name in the configuration, or a person by subject and groups. */
export type TokenBearer = { scopes: ReadonlySet<string> } & (
  | { kind: 'client'; name: string }
  | {
      kind: 'person';
      name: string;
      groups: readonly string[];
      /** The identity provider by which the person came, in lower case; `null`: the pool's own sign-in. */
      provider: string | null;
    }
);

/** Verifies tokens with the keys of the pool. One for each instance: it keeps the public keys ready for use. */
export class TokenVerifier {
  readonly #trusted: FunctionVariables;
  readonly #keys: Keys;
  readonly #verifier: ReturnType<typeof accessTokenVerifier>;
  /** The JWKS that the verifier holds, with its public keys ready for use. */
  #held: Jwks | null = null;

  constructor(trusted: FunctionVariables, keys: Keys) {
    this.#trusted = trusted;
    this.#keys = keys;
    this.#verifier = accessTokenVerifier(trusted);
  }

  /** @throws InvalidTokenError for anything but a valid access token of ours; KeysUnavailableError */
  async verify(authorization: string | undefined, context: Context): Promise<TokenBearer> {
    const token = bearerToken(authorization);
    const claims = await this.#claims(token, context).catch((cause: unknown) => {
      // Every refusal of the library is the token's fault: a foreign issuer is its ParameterValidationError.
      throw cause instanceof JwtBaseError ? new InvalidTokenError('invalid token', { cause }) : cause;
    });
    const client = this.#trusted.clients.get(claims.client_id);
    if (client === undefined || !isText(claims.sub)) throw new InvalidTokenError('unknown client or no subject');
    const scopes = scopesOf(claims.scope);
    // Cognito gives a client-credentials token its client id as subject; a person's subject is a UUID.
    return claims.sub === claims.client_id
      ? { kind: 'client', name: client, scopes }
      : {
          ...{ kind: 'person', name: claims.sub, scopes },
          groups: groupsOf(claims['cognito:groups']),
          provider: process.env['MRT_WITH_TENANTS'] === 'off' ? null : providerOf(claims.username),
        };
  }

  /** The claims of a token whose signature, issuer, client, use and times are good. @throws JwtBaseError and others */
  async #claims(token: string, context: Context) {
    const { kid } = decomposeUnverifiedJwt(token).header;
    if (kid === undefined) throw new InvalidTokenError('no key id');
    const jwks = await this.#keys.jwks(kid, context);
    if (jwks !== this.#held) {
      this.#verifier.cacheJwks(jwks);
      this.#held = jwks;
    }
    return this.#verifier.verifySync(token);
  }
}

function accessTokenVerifier(trusted: FunctionVariables) {
  return CognitoJwtVerifier.create({
    userPoolId: trusted.userPoolId,
    tokenUse: 'access',
    // `verify` looks the client up by its id: the same check, and it gives the client's name.
    clientId: null,
  });
}

/*
 * The library verifies signature, issuer, client and times, and leaves the other claims as they are, whatever its types
 * say. A claim that is not of its type gives no right.
 */

/** RFC 8693, 4.2: scopes in one text, with spaces between them. */
function scopesOf(scope: unknown): Set<string> {
  return new Set(isText(scope) ? scope.split(' ') : []);
}

/** A text would be taken apart into its letters, each of them a group. */
function groupsOf(groups: unknown): string[] {
  return Array.isArray(groups) ? groups.filter(isText) : [];
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string';
}
