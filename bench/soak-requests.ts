/** What the soak asks, one after the other, and everything that is known of an answer that was no 200. */
import { existsSync, readFileSync } from 'node:fs';
import type { Endpoints } from '../local/endpoints-file.ts';

const MIX = [
  '/environments',
  '/bucket_size?environment=shop-prod',
  '/bucket_size?environment=shop-acc&source=listing',
  '/table_size?environment=shop-prod&limit=100',
  '/table_size?environment=shop-acc&summary=true',
  '/users?environment=shop-prod&limit=100',
  '/users?environment=shop-prod&summary=true',
  '/users?environment=shop-acc&limit=100&clear=true',
  '/micro_flow_constants?environment=shop-prod&limit=100',
];
const TOKEN_MS = 1_800_000;

/** An answer that was no 200, or none. */
export interface Failure {
  target: string;
  /** 0: there was no answer. */
  status: number;
  /** Of the problem document; of the gateway's own answer its message; of no answer the error's code. */
  title: string;
  detail: string;
  /** As the gateway calls the request in its access log; `null` without an answer. */
  request_id: string | null;
  /** Seconds since the soak began, at the question. */
  at_s: number;
  /** Seconds from the question to the answer, or to knowing that there is none. */
  took_s: number;
}

/** Asks the mix, and counts. */
export class SoakRequests {
  answers = 0;
  readonly failures: Failure[] = [];
  readonly #endpoints: Endpoints;
  readonly #started = Date.now();
  #token: { text: Promise<string>; until: number } | null = null;

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  /** Asks the `turn`-th question of the mix; never throws. */
  async ask(turn: number): Promise<void> {
    const target = MIX[turn % MIX.length] ?? '';
    const asked = Date.now();
    const failed = (part: Pick<Failure, 'status' | 'title' | 'detail' | 'request_id'>) =>
      this.failures.push({
        target,
        ...part,
        at_s: (asked - this.#started) / 1000,
        took_s: (Date.now() - asked) / 1000,
      });
    try {
      const headers = { authorization: `Bearer ${await this.#tokenText()}`, 'x-reason': 'soak' };
      const response = await fetch(`${this.#endpoints.api}${target}`, { headers });
      const text = await response.text();
      if (response.status !== 200) {
        failed({ status: response.status, ...saidBy(text), request_id: response.headers.get('apigw-requestid') });
      }
    } catch (error) {
      failed({ status: 0, ...saidByError(error), request_id: null });
    }
    this.answers += 1;
  }

  /** A machine's token, asked for anew every half hour, and after a question for one that failed. */
  #tokenText(): Promise<string> {
    if (this.#token === null || Date.now() >= this.#token.until) {
      const text = machineToken(this.#endpoints);
      this.#token = { text, until: Date.now() + TOKEN_MS };
      text.catch(() => {
        this.#token = null;
      });
    }
    return this.#token.text;
  }
}

/** Asks the token endpoint. @throws Error with its status where it gives none */
async function machineToken({ token_endpoint, client_id, client_secret }: Endpoints): Promise<string> {
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Of a problem document (RFC 9457), or of the gateway's `{"message": …}`. */
function saidBy(text: string): { title: string; detail: string } {
  try {
    const { title, detail, reason, message } = JSON.parse(text) as Record<string, string | undefined>;
    return { title: title ?? message ?? '', detail: [detail, reason].filter(Boolean).join(' / ') };
  } catch {
    return { title: 'no JSON', detail: text.slice(0, 80) };
  }
}

/** `fetch` says only that it failed; its cause has the code of the socket or of the HTTP client. */
function saidByError(error: unknown): { title: string; detail: string } {
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  return { title: cause?.code ?? message, detail: cause?.message ?? '' };
}

/**
 * What the gateway noted of why it could not have the function's answer, by request id; nothing of requests that the
 * function answered itself.
 *
 * @param accessLog one JSON line for each request, with `requestId` and `integrationError`
 */
export function integrationErrors(accessLog: string): Map<string, string> {
  if (!existsSync(accessLog)) return new Map();
  const lines = readFileSync(accessLog, 'utf8').trimEnd().split('\n');
  const errors = lines.map((line) => JSON.parse(line) as { requestId: string; integrationError?: string });
  return new Map(
    errors.flatMap(({ requestId, integrationError = '-' }) =>
      integrationError === '-' ? [] : [[requestId, integrationError] as const],
    ),
  );
}
