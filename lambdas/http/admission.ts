/** Who comes in: the token's bearer, and the environments that it may read with this route. */
import type { Context } from '../context.ts';
import type { KeyObject, Settings } from '../contract.ts';
import { KeysUnavailableError, MissingScopeError } from '../errors.ts';
import type { Readable } from '../exchange.ts';
import type { Route } from '../route.ts';
import type { Keys } from './keys.ts';
import { KnownRights } from './rights.ts';
import type { TokenVerifier } from './token.ts';

export interface Admitted {
  /** `client:<name>` or `person:<subject>`; `null` on an open route. */
  principal: string | null;
  readable: readonly Readable[];
}

export interface Verification {
  keys: Keys;
  tokens: TokenVerifier;
}

export class Admission {
  readonly #route: Route;
  readonly #verification: Verification | null;
  readonly #rights: KnownRights;

  /** `verification` is `null` for an open route, which needs no key and has no environment. */
  constructor(route: Route, settings: Settings, verification: Verification | null) {
    this.#route = route;
    this.#verification = verification;
    this.#rights = new KnownRights(settings);
  }

  /** @throws InvalidTokenError, MissingScopeError, KeysUnavailableError */
  async admit(authorization: string | undefined, context: Context): Promise<Admitted> {
    if (this.#route.scopes === null) return { principal: null, readable: [] };
    if (this.#verification === null) throw new KeysUnavailableError();
    const principal = await this.#verification.tokens.verify(authorization, context);
    const readable = this.#rights.of(principal).readable(this.#route.scopes);
    if (readable.length === 0) throw new MissingScopeError(this.#route.scopes);
    return { principal: `${principal.kind}:${principal.name}`, readable };
  }

  /** Our own signing keys. @throws KeysUnavailableError */
  async keys(context: Context, cursorVersion?: string): Promise<KeyObject> {
    if (this.#verification === null) throw new KeysUnavailableError();
    return this.#verification.keys.own(context, cursorVersion);
  }
}
