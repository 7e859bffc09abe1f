/**
 * An issuer of OIDC id tokens on one machine, as a pipeline service is one: public keys, and a token for whoever says what
 * shall stand in it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Claims, TokenSigner } from '../cognito/token-signer.ts';
import { readBody } from '../service/request-body.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** As long as a job's token lasts where nothing else is said. */
const TOKEN_SECONDS = 300;

/** On a free port of the loopback. */
export class OidcIssuer {
  readonly signer: TokenSigner;
  readonly #server: Server;

  private constructor(signer: TokenSigner) {
    this.signer = signer;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** @param issuer as in the claim `iss`, whatever serves the keys */
  static async start(issuer: string): Promise<OidcIssuer> {
    const made = new OidcIssuer(await TokenSigner.create(issuer));
    await new Promise<void>((resolve, reject) => {
      made.#server.once('error', reject);
      made.#server.listen(0, '127.0.0.1', resolve);
    });
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where its public keys are. */
  get keysAddress(): string {
    return `${this.address}/keys`;
  }

  /** A token with these claims, which win over its own `iss`, `iat` and `exp`. */
  token(claims: Claims): Promise<string> {
    return this.signer.sign(claims, TOKEN_SECONDS);
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = `${request.method} ${request.url}`;
    if (asked === 'GET /keys') return answer(response, 200, this.signer.jwks());
    if (asked !== 'POST /id_token') return answer(response, 404, { error: 'not_found' });
    const body = await readBody(request, MAX_BODY_BYTES);
    let claims: unknown;
    try {
      claims = JSON.parse(body?.toString('utf8') ?? '');
    } catch {
      claims = null;
    }
    if (claims === null || typeof claims !== 'object') return answer(response, 400, { error: 'invalid_request' });
    return answer(response, 200, { id_token: await this.token(claims as Claims) });
  }
}

function answer(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
