/** Cognito on one machine: `/oauth2/token`, `/oauth2/authorize`, `/oauth2/revoke`, `/logout` and the pool's JWKS. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeployedPool, PoolClient } from '../cloudformation/deployed-identity.ts';
import { clientCredentials, readForm, SESSION_COOKIE, sessionOf } from './client-request.ts';
import { authorizeRequest, requestedScopes, signedIn, signInPage } from './sign-in-page.ts';
import { TokenSigner } from './token-signer.ts';
import { type Grant, machineAccessToken, personAccessToken, personIdToken, UserPool } from './user-pool.ts';

/** Errors of Cognito's token endpoint (Cognito developer guide, "Token endpoint"): status 400 and one word. */
type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope';

/** Pages of any origin may read these answers: a public client asks from a browser, as AWS's own Amplify does. */
const FOR_PAGES = { 'cache-control': 'no-store', 'access-control-allow-origin': '*' };

type TokenAnswer = Record<string, string | number> | TokenError;

/** Of which pool; the Region becomes part of the issuer. */
export interface TokenEndpointOptions {
  pool: DeployedPool;
  region: string;
}

/** The pool’s HTTP side, on a free port of the loopback. */
export class TokenEndpoint {
  readonly pool: UserPool;
  readonly signer: TokenSigner;
  readonly #poolId: string;
  readonly #server: Server;

  private constructor(options: TokenEndpointOptions, signer: TokenSigner) {
    this.pool = new UserPool(options.pool);
    this.signer = signer;
    this.#poolId = options.pool.id;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Makes the signing keys, which takes a moment, and listens. */
  static async start(options: TokenEndpointOptions): Promise<TokenEndpoint> {
    const issuer = `https://cognito-idp.${options.region}.amazonaws.com/${options.pool.id}`;
    const endpoint = new TokenEndpoint(options, await TokenSigner.create(issuer));
    await new Promise<void>((resolve, reject) => {
      endpoint.#server.once('error', reject);
      endpoint.#server.listen(0, '127.0.0.1', resolve);
    });
    return endpoint;
  }

  /** Base address: stands for the pool's domain and for `cognito-idp.<region>.amazonaws.com`. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get jwksAddress(): URL {
    return new URL(`${this.address}/${this.#poolId}/.well-known/jwks.json`);
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.address);
    const asked = `${request.method} ${url.pathname}`;
    if (asked === 'POST /oauth2/token') {
      const answer = await this.#token(request);
      const failed = typeof answer === 'string';
      send(response, failed ? 400 : 200, failed ? { error: answer } : answer, FOR_PAGES);
    } else if (asked === 'POST /oauth2/revoke') {
      const error = await this.#revoke(request);
      send(response, error === null ? 200 : 400, error === null ? {} : { error }, FOR_PAGES);
    } else if (asked === 'GET /logout') {
      this.#logout(request, response, url.searchParams);
    } else if (asked === 'GET /oauth2/authorize' || asked === 'POST /oauth2/authorize') {
      await this.#authorize(request, response, url.searchParams);
    } else if (asked === `GET ${this.jwksAddress.pathname}`) {
      send(response, 200, this.signer.jwks());
    } else {
      send(response, 404, { error: 'not_found' });
    }
  }

  async #authorize(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const asked = authorizeRequest(query, this.pool);
    if ('page' in asked) return sendPage(response, 400, `An error was encountered: ${asked.page}`);
    if ('redirect' in asked) return redirect(response, asked.redirect);
    if (request.method === 'GET') {
      const known = this.pool.signedInAs(sessionOf(request));
      const target = known === null ? null : signedIn(asked, known, this.pool);
      return target === null ? sendPage(response, 200, signInPage(this.pool)) : redirect(response, target);
    }
    const username = (await readForm(request)).get('username') ?? '';
    const target = signedIn(asked, username, this.pool);
    if (target === null) return sendPage(response, 400, 'Nobody has this name');
    const cookie = `${SESSION_COOKIE}=${this.pool.newSession(username)}; HttpOnly; SameSite=Lax; Path=/`;
    redirect(response, target, { 'set-cookie': cookie });
  }

  /** Cognito's sign-out: its own session ends, the tokens are not touched (Cognito developer guide, "Logout endpoint"). */
  #logout(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const client = this.pool.clients.find(({ id }) => id === query.get('client_id'));
    const target = query.get('logout_uri') ?? '';
    if (client?.logoutUrls.includes(target) !== true) {
      sendPage(response, 400, 'An error was encountered: redirect_mismatch');
      return;
    }
    this.pool.endSession(sessionOf(request));
    redirect(response, target, { 'set-cookie': `${SESSION_COOKIE}=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/` });
  }

  /** A refresh token ends; one that is none is no error (RFC 7009, 2.2). */
  async #revoke(request: IncomingMessage): Promise<TokenError | null> {
    const form = await readForm(request);
    const [id, secret] = clientCredentials(request, form);
    const client = id === null ? undefined : this.pool.authenticated(id, secret);
    if (client === undefined) return 'invalid_client';
    const token = form.get('token');
    if (token === null) return 'invalid_request';
    this.pool.revoke(token, client);
    return null;
  }

  async #token(request: IncomingMessage): Promise<TokenAnswer> {
    const type = request.headers['content-type']?.split(';')[0];
    if (type !== 'application/x-www-form-urlencoded') return 'invalid_request';
    const form = await readForm(request);
    const [id, secret] = clientCredentials(request, form);
    const client = id === null ? undefined : this.pool.authenticated(id, secret);
    if (client === undefined) return 'invalid_client';

    switch (form.get('grant_type')) {
      case 'client_credentials': {
        if (!client.flows.includes('client_credentials') || secret === null) return 'unauthorized_client';
        const scopes = requestedScopes(form.get('scope'), client);
        if (scopes === null) return 'invalid_scope';
        return bearer(client, { access_token: await machineAccessToken(this.signer, client, scopes) });
      }
      case 'authorization_code': {
        const [code, uri, verifier] = ['code', 'redirect_uri', 'code_verifier'].map((name) => form.get(name) ?? '');
        const grant = this.pool.redeem(code ?? '', client, uri ?? '', verifier ?? '');
        if (grant === undefined) return 'invalid_grant';
        const tokens = await this.#personTokens(grant);
        return bearer(client, { ...tokens, refresh_token: this.pool.newRefreshToken(grant) });
      }
      case 'refresh_token': {
        const grant = this.pool.refreshed(form.get('refresh_token') ?? '', client);
        return grant === undefined ? 'invalid_grant' : bearer(client, await this.#personTokens(grant));
      }
      case null:
        return 'invalid_request';
      default:
        return 'unsupported_grant_type';
    }
  }

  async #personTokens(grant: Grant): Promise<{ access_token: string; id_token: string }> {
    const accessToken = await personAccessToken(this.signer, grant);
    return { access_token: accessToken, id_token: await personIdToken(this.signer, grant, accessToken) };
  }
}

function bearer(client: PoolClient, tokens: Record<string, string>): Record<string, string | number> {
  return { ...tokens, expires_in: client.accessTokenSeconds, token_type: 'Bearer' };
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(JSON.stringify(body));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

function redirect(response: ServerResponse, location: string, headers: Record<string, string> = {}): void {
  response.writeHead(302, { location, ...headers }).end();
}
