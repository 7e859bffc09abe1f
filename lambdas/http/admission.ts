/** Who comes in: the token's bearer, and the environments that it may read with this route. */
import type { Context } from '../context.ts';
import type { KeyObject } from '../keys/object.ts';
import { MissingScopeError } from '../request-errors.ts';
import type { Route } from '../route.ts';
import type { Settings } from '../settings.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';
import type { Keys } from './keys.ts';
import { KnownRights, type Rights } from './rights.ts';
import type { TokenVerifier } from './token.ts';

/** A caller who was let in. */
export interface Admitted {
  /** `client:<name>` or `person:<subject>`; `null` on an open route. */
  principal: string | null;
  rights: Rights;
}

/** What tokens and cursors are verified with. */
export interface Verification {
  keys: Keys;
  tokens: TokenVerifier;
}

const NO_RIGHTS: Rights = { tenant: null, environments: [], key: '' };

/** Lets callers in to one route. One for each instance: it keeps the rights of the callers seen lately. */
export class Admission {
  readonly #route: Route;
  readonly #verification: Verification | null;
  readonly #rights: KnownRights;

  /** `verification` is `null` for an open route, which needs no key and has no environment. */
  constructor(route: Route, settings: Settings, verification: Verification | null) {
    this.#route = route;
    this.#verification = verification;
    this.#rights = new KnownRights(settings, route.scopes ?? []);
  }

  /**
   * Who sent the request, and what it may read; on an open route nobody is asked.
   *
   * @param authorization the header
   * @throws InvalidTokenError, MissingScopeError, KeysUnavailableError
   */
  async admit(authorization: string | undefined, context: Context): Promise<Admitted> {
    if (this.#route.scopes === null) return { principal: null, rights: NO_RIGHTS };
    if (this.#verification === null) throw new KeysUnavailableError();
    const bearer = await this.#verification.tokens.verify(authorization, context);
    const rights = this.#rights.of(bearer);
    if (rights.environments.length === 0) throw new MissingScopeError(this.#route.scopes);
    return { principal: `${bearer.kind}:${bearer.name}`, rights };
  }

  /**
   * Our own signing keys.
   *
   * @param cursorVersion a cursor key that must be among them, if it exists: asks for a reload when it is not
   * @throws KeysUnavailableError
   */
  async keys(context: Context, cursorVersion?: string): Promise<KeyObject> {
    if (this.#verification === null) throw new KeysUnavailableError();
    return this.#verification.keys.own(context, cursorVersion);
  }
}
