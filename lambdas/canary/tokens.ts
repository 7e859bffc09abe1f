/** The canary's access token, by the client-credentials grant (RFC 6749, section 4.4) and kept while it is good: each one is paid for. */
import * as z from 'zod/mini';

const grant = z.object({ access_token: z.string(), expires_in: z.number() });

/** Taken anew so long before its end, in milliseconds: a run may last that long. */
const MARGIN_MS = 5 * 60_000;
const PATIENCE_MS = 10_000;

export interface TokensOptions {
  endpoint: URL;
  clientId: string;
  /** Asked for each token, about once an hour: somebody may have made a new client. */
  secret: () => Promise<string>;
}

/** One token for all runs of an instance, until it nears its end. */
export class Tokens {
  readonly #options: TokensOptions;
  #kept: { token: string; until: number } | null = null;

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  /** @returns `null` when the token endpoint gives none. @throws Error when it, or the secret, cannot be reached */
  async token(now = Date.now()): Promise<string | null> {
    if (this.#kept !== null && now < this.#kept.until) return this.#kept.token;
    const { endpoint, clientId, secret } = this.#options;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${await secret()}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const parsed = grant.safeParse(await response.json().catch(() => null));
    if (!response.ok || !parsed.success) return null;
    const { access_token, expires_in } = parsed.data;
    this.#kept = { token: access_token, until: now + expires_in * 1000 - MARGIN_MS };
    return access_token;
  }
}
