/** `/oauth2/authorize`: in place of Cognito's managed login, a page with the sample people to sign in as. */
import type { PoolClient } from '../cloudformation/deployed-identity.ts';
import type { UserPool } from './user-pool.ts';

/** A request that a person may answer by signing in (RFC 6749, section 4.1.1, with RFC 7636). */
export interface AuthorizeRequest {
  client: PoolClient;
  redirectUri: string;
  scopes: string[];
  state: string | null;
  nonce: string | null;
  codeChallenge: string;
}

/** Cognito shows an error page where it cannot trust the redirect address, and redirects with `error` otherwise. */
export type AuthorizeFault = { page: string } | { redirect: string };

/** Checks in Cognito’s order: first what decides where to redirect to, then the rest. */
export function authorizeRequest(query: URLSearchParams, pool: UserPool): AuthorizeRequest | AuthorizeFault {
  const client = pool.clients.find((candidate) => candidate.id === query.get('client_id'));
  if (client === undefined) return { page: 'invalid_client' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!client.callbackUrls.includes(redirectUri)) return { page: 'redirect_mismatch' };

  const state = query.get('state');
  const fault = (error: string) => ({ redirect: withParameters(redirectUri, { error, state }) });
  if (query.get('response_type') !== 'code') return fault('unsupported_response_type');
  if (!client.flows.includes('code')) return fault('unauthorized_client');
  const codeChallenge = query.get('code_challenge');
  if (codeChallenge === null || query.get('code_challenge_method') !== 'S256') return fault('invalid_request');
  const scopes = requestedScopes(query.get('scope'), client);
  if (scopes === null) return fault('invalid_scope');
  return { client, redirectUri, scopes, state, nonce: query.get('nonce'), codeChallenge };
}

/** The asked scopes, or all of the client's when none is asked; `null` when the client may not have one of them. */
export function requestedScopes(scope: string | null, client: PoolClient): string[] | null {
  const asked = (scope ?? '').split(' ').filter((word) => word !== '');
  if (asked.length === 0) return client.scopes;
  return asked.every((word) => client.scopes.includes(word)) ? asked : null;
}

/** Where the browser goes once a person has been picked. */
export function signedIn(request: AuthorizeRequest, username: string, pool: UserPool): string | null {
  const person = pool.people.find((candidate) => candidate.username === username);
  if (person === undefined) return null;
  const { client, redirectUri, scopes, nonce, codeChallenge, state } = request;
  const code = pool.newCode({ client, redirectUri, scopes, nonce, codeChallenge, person });
  return withParameters(redirectUri, { code, state });
}

/** One button for each person; the page needs no script. */
export function signInPage(pool: UserPool): string {
  const people = pool.people.map(
    ({ username, groups }) =>
      `<p><button name="username" value="${escaped(username)}">${escaped(username)}</button> ` +
      `${groups.length === 0 ? 'in no group' : `group ${escaped(groups.join(', '))}`}</p>`,
  );
  // The form posts to its own address: the query carries the request.
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title><link rel="icon" href="data:,">
<h1>Sign in</h1><form method="post">${people.join('')}</form></html>`;
}

function withParameters(address: string, parameters: Record<string, string | null>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
