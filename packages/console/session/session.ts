/** A person's sign-in for as long as the page is open. Tokens are in this object and nowhere else. */
import { TokenError, type TokenNeed, type TokenProvider } from '@mrt/client';
import * as oauth from 'oauth4webapi';
import type { Settings } from '../settings.ts';
import { answered, clientOf, requestOptions, serverOf, type Tokens, tokensOf } from './token-endpoint.ts';

/** From this share of its life on a token is renewed before it is used again. */
const RENEW_AT = 0.8;

/** Hears that the sign-in is over: it has to be made anew. */
export type Ended = () => void;

export class Session {
  readonly #settings: Settings;
  readonly #ended: Ended;
  #tokens: Tokens | null;
  #renewal: Promise<Tokens> | null = null;

  constructor(settings: Settings, tokens: Tokens, ended: Ended) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#ended = ended;
  }

  /**
   * For the client: the token, renewed in silence when it is old or was refused; one renewal, however many wait for it.
   *
   * @throws TokenError when the sign-in is over (`invalid_grant`), or the endpoint does not answer
   */
  readonly token: TokenProvider = async ({ refused }: TokenNeed) => {
    const tokens = this.#tokens;
    if (tokens === null) throw over();
    const isOld = Date.now() >= tokens.asked + tokens.life * RENEW_AT;
    if (tokens.access !== refused && !isOld) return tokens.access;
    this.#renewal ??= this.#renew(tokens).finally(() => {
      this.#renewal = null;
    });
    return (await this.#renewal).access;
  };

  /** Ends it here and at Cognito, whose page then signs in anew. Leaves the page. */
  async signOut(base: string): Promise<void> {
    const tokens = this.#tokens;
    this.#tokens = null;
    const server = serverOf(this.#settings);
    if (tokens?.refresh) {
      // Access tokens made from it end with it. Where it fails, the session still ends below.
      await oauth
        .revocationRequest(
          server,
          clientOf(this.#settings),
          oauth.None(),
          tokens.refresh,
          requestOptions(this.#settings),
        )
        .catch(() => undefined);
    }
    const address = new URL(server.end_session_endpoint);
    address.searchParams.set('client_id', this.#settings.client_id);
    address.searchParams.set('logout_uri', base);
    location.assign(address.href);
  }

  async #renew(tokens: Tokens): Promise<Tokens> {
    if (tokens.refresh === null) return this.#end();
    const response = await answered(
      oauth.refreshTokenGrantRequest(
        serverOf(this.#settings),
        clientOf(this.#settings),
        oauth.None(),
        tokens.refresh,
        requestOptions(this.#settings),
      ),
    );
    if (response.status === 400) return this.#end();
    const fresh = await tokensOf(response, tokens);
    // Signed out meanwhile: nothing comes back to life.
    if (this.#tokens === null) throw over();
    this.#tokens = fresh;
    return fresh;
  }

  #end(): never {
    this.#tokens = null;
    this.#ended();
    throw over();
  }
}

function over(): TokenError {
  return new TokenError('the sign-in is over', 400, 'invalid_grant');
}
