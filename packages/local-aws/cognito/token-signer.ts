/** Signs tokens as a Cognito user pool does, with two RSA keys in its JWKS so that a rotation can be tested. */
import { randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';

interface SigningKey {
  id: string;
  secret: GenerateKeyPairResult['privateKey'];
  published: JWK;
}

/** What a token says, by the names of RFC 7519 and of Cognito. */
export type Claims = Record<string, string | number | string[]>;

/** The keys of one pool. A token names its key by `kid`. */
export class TokenSigner {
  /** `https://cognito-idp.<region>.amazonaws.com/<poolId>`: the real issuer's address, whatever serves the keys. */
  readonly issuer: string;
  #current: SigningKey;
  #other: SigningKey;

  private constructor(issuer: string, current: SigningKey, other: SigningKey) {
    this.issuer = issuer;
    this.#current = current;
    this.#other = other;
  }

  /** With two new RSA keys of 2048 bits, as a pool has them. */
  static async create(issuer: string): Promise<TokenSigner> {
    return new TokenSigner(issuer, ...(await Promise.all([newKey(), newKey()])));
  }

  /** A new key signs from now on; the last one stays published, so that its tokens stay good. */
  async rotate(): Promise<void> {
    this.#other = this.#current;
    this.#current = await newKey();
  }

  /** The keys as whoever verifies a token looks them up, always those of this moment. */
  readonly publishedKeys: JWTVerifyGetKey = (header, token) => createLocalJWKSet(this.jwks())(header, token);

  /** What `/.well-known/jwks.json` answers. */
  jwks(): { keys: JWK[] } {
    return { keys: [this.#current.published, this.#other.published] };
  }

  /** Signs `claims`, which win over the claims that every token of the pool has. */
  async sign(claims: Claims, validSeconds = 3600): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.issuer, auth_time: now, iat: now, exp: now + validSeconds, jti: randomUUID(), ...claims };
    return new SignJWT(all).setProtectedHeader({ kid: this.#current.id, alg: 'RS256' }).sign(this.#current.secret);
  }
}

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const id = randomUUID();
  return { id, secret: privateKey, published: { ...(await exportJWK(publicKey)), kid: id, alg: 'RS256', use: 'sig' } };
}
