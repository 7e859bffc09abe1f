/** Sign-in of a person: authorization code with PKCE, by a browser, back to this machine (RFC 6749, 7636, 8252). */
import { spawn } from 'node:child_process';
import * as oauth from 'oauth4webapi';
import { ProfileError } from '../exit-codes.ts';
import { listen } from './loopback.ts';
import { answered, type PersonTokens, requestOptions, type SignInPlace, serverOf, tokensOf } from './token-request.ts';

/** What a person may need longer than that for is not going to happen: Cognito's own pages end sooner. */
const MAX_WAIT_MS = 300_000;
/** The one that `people.callback_urls` of a stage has to hold; docs/cli.md. */
export const DEFAULT_REDIRECT = 'http://localhost:8400/callback';

/** How a person is told, and asked. */
export interface SignInOptions {
  redirectUri: string;
  /** Left out: all that the app client allows; the groups' entries decide in the end. */
  scopes: readonly string[];
  /** Shows the address to open, in case no browser does. */
  show: (address: string) => void;
  /** Whether to start a browser. */
  browser: boolean;
  signal: AbortSignal;
}

/**
 * @throws ProfileError when the person or Cognito refuses, or when nobody signs in within five minutes;
 *   UnreachableError; UsageError for a redirect address elsewhere
 */
export async function signIn(place: SignInPlace, options: SignInOptions): Promise<PersonTokens> {
  const { redirectUri, scopes, signal } = options;
  const server = serverOf(place);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const loopback = await listen(redirectUri, state);
  try {
    const address = new URL(server.authorization_endpoint);
    const query = {
      response_type: 'code',
      client_id: place.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    options.show(address.href);
    if (options.browser) openBrowser(address.href);
    const parameters = checked(await within(loopback.redirect, signal), server, place, state);
    const request = oauth.authorizationCodeGrantRequest(
      server,
      { client_id: place.clientId },
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      requestOptions(signal),
    );
    return await tokensOf(await answered(request, signal));
  } finally {
    loopback.close();
  }
}

/** @throws ProfileError with what Cognito says: `access_denied`, `invalid_scope` … */
function checked(redirect: URL, server: oauth.AuthorizationServer, place: SignInPlace, state: string): URLSearchParams {
  try {
    return oauth.validateAuthResponse(server, { client_id: place.clientId }, redirect, state);
  } catch (error) {
    const word = error instanceof oauth.AuthorizationResponseError ? error.error : (error as Error).message;
    throw new ProfileError(`the sign-in was refused: ${word}`);
  }
}

function within(redirect: Promise<URL>, signal: AbortSignal): Promise<URL> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ProfileError('nobody signed in within five minutes')), MAX_WAIT_MS);
  const aborted = () => reject(signal.reason);
  signal.addEventListener('abort', aborted, { once: true });
  return Promise.race([redirect, promise]).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', aborted);
  });
}

/** The system's own way to open an address. Where there is none nothing happens: the address has been shown. */
function openBrowser(address: string): void {
  const [command, ...before] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(command as string, [...before, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
