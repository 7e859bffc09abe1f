/** Makes internal tokens: for one receiver, on behalf of one caller, for minutes. Only for what leaves the function. */
import { randomUUID, sign } from 'node:crypto';
import { type KeyPairs, privateKeyOf, signingPair } from '../keys/pairs.ts';
import { type Principal, spiffeId } from '../spiffe-id.ts';
import { type Claims, MAX_LIFE_SECONDS } from './claims.ts';

export interface MinterOptions {
  /** `mrt.example.com` */
  trustDomain: string;
  /** The function that asks; it stands in every token as `act`. */
  actor: Extract<Principal, { kind: 'function' }>;
  /** The key pairs for tokens. @throws KeysUnavailableError */
  keys: () => Promise<KeyPairs>;
  /** Default: the clock. */
  now?: () => Date;
}

/** What one token is for. */
export interface Errand {
  /** On whose behalf; `null`: the function acts for nobody, as the recorder does. */
  caller: Extract<Principal, { kind: 'client' | 'user' }> | null;
  /** Who is asked. */
  receiver: Extract<Principal, { kind: 'agent' }>;
  /** What the caller may do there: no more than the receiver needs to know. */
  scopes: readonly string[];
  /** Seconds that it is good for, at most five minutes: the time that the receiver has to begin. Default: 60. */
  life_seconds?: number;
}

const DEFAULT_LIFE_SECONDS = 60;

/** Makes the tokens of one function. */
export class InternalTokenMinter {
  readonly #options: Required<MinterOptions>;
  readonly #actor: string;

  /** @throws SpiffeIdError when the function's name is no SPIFFE ID's */
  constructor(options: MinterOptions) {
    this.#options = { now: () => new Date(), ...options };
    this.#actor = spiffeId(options.trustDomain, options.actor);
  }

  /**
   * A token for one errand, in compact serialisation.
   *
   * @throws SpiffeIdError for a name that no SPIFFE ID can hold; RangeError for a life that is too long;
   *   KeysUnavailableError
   */
  async mint({ caller, receiver, scopes, life_seconds = DEFAULT_LIFE_SECONDS }: Errand): Promise<string> {
    if (!(life_seconds >= 1 && life_seconds <= MAX_LIFE_SECONDS)) {
      throw new RangeError(`an internal token lives 1 to ${MAX_LIFE_SECONDS} seconds`);
    }
    const { trustDomain, keys, now } = this.#options;
    const pairs = await keys();
    const moment = now();
    const iat = Math.floor(moment.getTime() / 1000);
    const claims: Claims = {
      sub: caller === null ? this.#actor : spiffeId(trustDomain, caller),
      aud: spiffeId(trustDomain, receiver),
      iat,
      exp: iat + Math.floor(life_seconds),
      jti: randomUUID(),
      act: { sub: this.#actor },
      ...(caller !== null && caller.tenant !== null && { tenant: caller.tenant }),
      scope: scopes.join(' '),
    };
    const pair = signingPair(pairs, moment);
    const signed = `${encoded({ alg: 'ES256', kid: pair.kid, typ: 'JWT' })}.${encoded(claims)}`;
    // The form of RFC 7518, 3.4: R and S and nothing around them.
    const signature = sign('sha256', Buffer.from(signed), { key: privateKeyOf(pair), dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
