/** Access tokens for a machine client: the OAuth client-credentials grant (RFC 6749, 4.4), as Cognito has it. */
import { secureAddress } from './address.ts';
import { TokenError } from './errors.ts';
import type { TokenProvider } from './token-provider.ts';

/** A machine client, and where its tokens come from. */
export interface ClientCredentials {
  /** `https://<domain>/oauth2/token`. */
  tokenEndpoint: string;
  clientId: string;
  clientSecret: string;
  /** Scopes to ask for; left out: all that the client has. */
  scope?: string | readonly string[];
  /** Default: the global one. */
  fetch?: typeof fetch;
}

interface Token {
  text: string;
  /** Milliseconds since the epoch. From `renewAt` on it is renewed while it is still good. */
  renewAt: number;
  expiresAt: number;
}

/** A request under way may take so long that a token must still be good when it arrives. */
const MARGIN_MS = 10_000;
/** After a renewal that failed while the old token is still good. */
const RENEW_AGAIN_MS = 15_000;
/** RFC 6749, 5.1 only recommends `expires_in`; without it nothing longer is assumed. */
const DEFAULT_LIFE_SECONDS = 300;
const MAX_WAIT_MS = 30_000;

/**
 * Gives tokens of the client, and asks for a new one as seldom as it can: one request however many wait for it, and in
 * the last fifth of a token's life beside the requests that still use it.
 *
 * @throws TypeError for an address that would send the secret in clear; the provider throws TokenError
 */
export function clientCredentials(credentials: ClientCredentials): TokenProvider {
  const address = secureAddress(credentials.tokenEndpoint);
  let token: Token | null = null;
  let flight: Promise<Token> | null = null;

  const renew = () => {
    flight ??= requestToken(address, credentials)
      .then((fresh) => {
        token = fresh;
        return fresh;
      })
      .finally(() => {
        flight = null;
      });
    return flight;
  };

  return async ({ refused, signal }) => {
    const current = token;
    if (current === null || current.text === refused || Date.now() >= current.expiresAt - MARGIN_MS) {
      return (await unlessAborted(renew(), signal)).text;
    }
    if (Date.now() >= current.renewAt) {
      current.renewAt = Date.now() + RENEW_AGAIN_MS;
      // The old one is still good, so nobody waits and nobody is told.
      renew().catch(() => undefined);
    }
    return current.text;
  };
}

/** One request. It belongs to all who wait, so no caller's signal ends it. @throws TokenError */
async function requestToken(address: URL, credentials: ClientCredentials): Promise<Token> {
  const { clientId, clientSecret, scope, fetch = globalThis.fetch } = credentials;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined) form.set('scope', [scope].flat().join(' '));
  const asked = Date.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${encoded(clientId)}:${encoded(clientSecret)}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: form.toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(MAX_WAIT_MS),
    });
    text = await response.text();
  } catch (cause) {
    throw new TokenError(`${address.host} does not answer`, null, null, { cause });
  }
  const body = parsed(text);
  if (!response.ok || typeof body['access_token'] !== 'string') {
    const code = typeof body['error'] === 'string' ? body['error'] : null;
    throw new TokenError(`${address.host} gives no token: ${code ?? response.status}`, response.status, code);
  }
  const life = Number(body['expires_in'] ?? DEFAULT_LIFE_SECONDS) * 1000;
  return { text: body['access_token'], renewAt: asked + life * 0.8, expiresAt: asked + life };
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined. */
const encoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** @throws the signal's reason as soon as it is aborted; what is waited for goes on */
async function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return waiting;
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([waiting, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
