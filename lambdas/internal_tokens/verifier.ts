/**
 * What a receiver does with an internal token: believes it only if every single thing about it is as the minter makes it.
 * A token is refused for its form before its signature is looked at, and for its signature before its claims are.
 */
import { type KeyObject, verify } from 'node:crypto';
import { type Principal, principalOf, SpiffeIdError, spiffeId } from '../spiffe-id.ts';
import { type Claims, claims, header, MAX_CLOCK_SKEW_SECONDS, MAX_LIFE_SECONDS, MAX_TOKEN_LENGTH } from './claims.ts';

/** Why a token was refused: for the receiver's log, never for its answer. */
export type TokenRefusal =
  /** No compact JWS of a header and claims. */
  | 'malformed'
  /** Another algorithm, or a parameter that JWT-SVID forbids (`jku`, `jwk`, `x5u`, `x5c`, `crit` …). */
  | 'header'
  | 'unknown-key'
  | 'signature'
  /** Claims of another shape: none of a kind that every token has, several audiences, or one that nobody knows. */
  | 'claims'
  /** For another receiver. */
  | 'audience'
  | 'expired'
  /** From the future, or for longer than tokens live. */
  | 'times'
  /** `sub` is no caller and no function of the trust domain. */
  | 'subject'
  /** `act` is no function of the trust domain, or not the one that may ask this; or the subject acts for itself and is another. */
  | 'actor'
  /** A scope that what is asked has no use for; found by the receiver, which knows the question. */
  | 'scope'
  /** `tenant` is not the subject's. */
  | 'tenant';

/** Nobody may be told why: an answer that says it would help whoever tries. */
export class InternalTokenError extends Error {
  override name = 'InternalTokenError' as const;
  readonly reason: TokenRefusal;
  constructor(reason: TokenRefusal, options?: ErrorOptions) {
    super(`internal token refused: ${reason}`, options);
    this.reason = reason;
  }
}

/** What a token proves. */
export interface VerifiedToken {
  /** SPIFFE ID of the subject, and who that is. */
  subject: string;
  principal: Extract<Principal, { kind: 'client' | 'user' | 'function' }>;
  /** SPIFFE ID of the function that asks. */
  actor: string;
  /** `null`: an operator, or a function that acts for nobody. */
  tenant: string | null;
  scopes: ReadonlySet<string>;
  /** Of this one token: a receiver that remembers it until `expires` takes each token once (`used-tokens.ts`). */
  id: string;
  expires: Date;
}

/**
 * The public keys for tokens, by id, as `verifyingKeys` of `public-keys.ts` gives them.
 *
 * @param kid the key that is looked for, so that a source can look again when it lacks it
 * @throws KeysUnavailableError, or whatever the source throws; the verifier lets it through
 */
export type TokenKeys = (kid: string) => Promise<ReadonlyMap<string, KeyObject>>;

export interface VerifierOptions {
  /** `mrt.example.com` */
  trustDomain: string;
  /** Who verifies; tokens for anybody else are refused. */
  receiver: Principal;
  keys: TokenKeys;
  /** Default: the clock. */
  now?: () => Date;
}

/**
 * Verifies the tokens that one receiver is sent.
 *
 * @example
 * const verifier = new InternalTokenVerifier({ trustDomain: 'mrt.example.com', receiver: { kind: 'agent', name: 'depot' }, keys });
 * const { subject, tenant, scopes } = await verifier.verify(token);
 */
export class InternalTokenVerifier {
  readonly #options: Required<VerifierOptions>;
  /** The receiver's own SPIFFE ID. */
  readonly audience: string;

  /** @throws SpiffeIdError when the receiver's name is no SPIFFE ID's */
  constructor(options: VerifierOptions) {
    this.#options = { now: () => new Date(), ...options };
    this.audience = spiffeId(options.trustDomain, options.receiver);
  }

  /** @throws InternalTokenError; whatever the source of the keys throws */
  async verify(token: string): Promise<VerifiedToken> {
    const { kid, signed, signature, body } = parts(token);
    const key = (await this.#options.keys(kid)).get(kid);
    if (key === undefined) throw new InternalTokenError('unknown-key');
    // R and S, 32 bytes each (RFC 7518, 3.4). DER, which Node would take otherwise, has many spellings for one signature.
    const isOurs = verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
    if (!isOurs) throw new InternalTokenError('signature');
    const parsed = claims.safeParse(jsonOf(body));
    if (!parsed.success) throw new InternalTokenError('claims');
    this.#checkUse(parsed.data);
    return this.#proven(parsed.data);
  }

  /** For us, and now. @throws InternalTokenError */
  #checkUse({ aud, exp, iat }: Claims): void {
    if (aud !== this.audience) throw new InternalTokenError('audience');
    const now = this.#options.now().getTime() / 1000;
    if (exp <= now - MAX_CLOCK_SKEW_SECONDS) throw new InternalTokenError('expired');
    if (iat > now + MAX_CLOCK_SKEW_SECONDS || exp <= iat || exp - iat > MAX_LIFE_SECONDS) {
      throw new InternalTokenError('times');
    }
  }

  /** Who it is about. @throws InternalTokenError */
  #proven({ sub, act, scope, jti, exp, ...claimed }: Claims): VerifiedToken {
    const tenant = claimed.tenant ?? null;
    const principal = this.#principal(sub, 'subject');
    const actor = this.#principal(act.sub, 'actor');
    // Nobody else can ask what leaves a function by such a token.
    if (principal.kind !== 'client' && principal.kind !== 'user' && principal.kind !== 'function') {
      throw new InternalTokenError('subject');
    }
    if (actor.kind !== 'function' || (principal.kind === 'function' && act.sub !== sub)) {
      throw new InternalTokenError('actor');
    }
    if (tenant !== (principal.kind === 'function' ? null : principal.tenant)) throw new InternalTokenError('tenant');
    const scopes = new Set(scope.split(' ').filter((one) => one !== ''));
    return { subject: sub, principal, actor: act.sub, tenant, scopes, id: jti, expires: new Date(exp * 1000) };
  }

  #principal(id: string, reason: 'subject' | 'actor'): Principal {
    try {
      return principalOf(id, this.#options.trustDomain);
    } catch (cause) {
      throw cause instanceof SpiffeIdError ? new InternalTokenError(reason, { cause }) : cause;
    }
  }
}

/** Takes a token apart, and refuses what its header may not say. @throws InternalTokenError */
function parts(token: string): { kid: string; signed: string; signature: Buffer; body: string } {
  // Compact serialisation only (section 5.1), in base64url without padding (RFC 7515, 2).
  const match = token.length > MAX_TOKEN_LENGTH ? null : /^([\w-]+)\.([\w-]+)\.([\w-]{86})$/.exec(token);
  if (match === null) throw new InternalTokenError('malformed');
  const [, head = '', body = '', signature = ''] = match;
  const json = jsonOf(head);
  if (json === undefined) throw new InternalTokenError('malformed');
  const parsed = header.safeParse(json);
  if (!parsed.success) throw new InternalTokenError('header');
  const bytes = Buffer.from(signature, 'base64url');
  // 86 signs have four bits more than 64 bytes: other spellings of the same signature are not taken.
  if (bytes.toString('base64url') !== signature) throw new InternalTokenError('malformed');
  return { kid: parsed.data.kid, signed: `${head}.${body}`, signature: bytes, body };
}

/** `undefined` for what is no JSON. */
function jsonOf(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
