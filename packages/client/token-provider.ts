/** Where access tokens come from: `clientCredentials` for machines, a program's own sign-in for people. */

/** Why a token is asked for. */
export interface TokenNeed {
  /** The token that the API has just answered with 401: another one is needed. `null`: none was refused. */
  refused: string | null;
  /** Of the request that waits. */
  signal: AbortSignal | undefined;
}

/** Gives an access token. Called before each request, so it keeps what it has for as long as it is good. */
export type TokenProvider = (need: TokenNeed) => string | Promise<string>;
