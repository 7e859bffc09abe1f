/**
 * Sign-in by authorization code and PKCE (RFC 6749, 7636), at Cognito's own page. What has to outlive the way there and
 * back is no token: the verifier, the state, and the address to return to. It stands in sessionStorage, which no other tab
 * reads, until the answer is there, and is good for that one answer only.
 */
import * as oauth from 'oauth4webapi';
import type { Settings } from '../settings.ts';
import { answered, clientOf, requestOptions, serverOf, type Tokens, tokensOf } from './token-endpoint.ts';

const KEY = 'mrt.sign-in';

interface Pending {
  verifier: string;
  state: string;
  returnTo: string;
}

/** Leaves the page. @param returnTo address of the view to come back to */
export async function beginSignIn(settings: Settings, base: string, returnTo: string): Promise<void> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  sessionStorage.setItem(KEY, JSON.stringify({ verifier, state, returnTo } satisfies Pending));
  const address = new URL(serverOf(settings).authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: settings.client_id,
    redirect_uri: base,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  location.assign(address.href);
}

/** Whether the page was opened by the way back from a sign-in. */
export function isReturn(address: URL): boolean {
  return address.searchParams.has('state') && (address.searchParams.has('code') || address.searchParams.has('error'));
}

/**
 * The second half, once.
 *
 * @returns the tokens, and the view to show
 * @throws Error in words: an answer that nobody here asked for, or a refusal
 */
export async function finishSignIn(
  settings: Settings,
  base: string,
  address: URL,
): Promise<{ tokens: Tokens; returnTo: string }> {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept === null) throw new Error('The sign-in was begun in another tab, or long ago. Sign in again.');
  const { verifier, state, returnTo } = JSON.parse(kept) as Pending;
  const server = serverOf(settings);
  let parameters: URLSearchParams;
  try {
    parameters = oauth.validateAuthResponse(server, clientOf(settings), address, state);
  } catch (error) {
    const word = error instanceof oauth.AuthorizationResponseError ? error.error : (error as Error).message;
    throw new Error(`The sign-in was refused: ${word}.`);
  }
  const response = await answered(
    oauth.authorizationCodeGrantRequest(
      server,
      clientOf(settings),
      oauth.None(),
      parameters,
      base,
      verifier,
      requestOptions(settings),
    ),
  );
  return { tokens: await tokensOf(response), returnTo };
}
