/** One request until it is answered: token, time limit, errors, repetitions. Knows no path. */
import { answerError, requestIdOf } from './answer-error.ts';
import { ConnectionError, GatewayError, MrtError, ProblemError } from './errors.ts';
import { pause, type Retries, type Retry, RetryBudget } from './retries.ts';
import type { TokenProvider } from './token-provider.ts';

/** What all requests of a client have in common. */
export interface ExchangeSettings {
  fetch: typeof fetch;
  retries: Retries | undefined;
  timeoutSeconds: number;
}

/** What is asked. */
export interface Asked {
  address: URL;
  headers: Record<string, string>;
  /** `null`: none is sent. */
  token: TokenProvider | null;
  signal: AbortSignal | undefined;
  onRetry: ((retry: Retry) => void) | undefined;
}

/**
 * Asks until there is an answer that `read` can read, or an error that waiting does not cure. A body that breaks off is
 * asked for again as an answer that never came: reading changes nothing.
 *
 * @param read takes what it needs of a good answer. The time limit holds until it is done
 * @throws MrtError; the signal's reason; whatever the token's provider throws
 */
export async function exchange<T>(
  asked: Asked,
  settings: ExchangeSettings,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const budget = new RetryBudget(settings.retries);
  let refused: string | null = null;
  for (;;) {
    asked.signal?.throwIfAborted();
    let token: string | null = null;
    try {
      token = (await asked.token?.({ refused, signal: asked.signal })) ?? null;
      if (token !== null && token === refused) throw new GatewayError(SAME_TOKEN, 401, null, null);
      return await attempt(asked, token, settings, read);
    } catch (error) {
      asked.signal?.throwIfAborted();
      if (!(error instanceof MrtError)) throw error;
      if (refused === null && token !== null && isRefusal(error)) {
        refused = token;
        continue;
      }
      const retry = budget.next(error);
      if (retry === null) throw error;
      asked.onRetry?.(retry);
      await pause(retry.waitSeconds, asked.signal);
    }
  }
}

const SAME_TOKEN = '401: the access token was refused, and there is no other';

/** Whether another token may help: it may have been withdrawn, or this machine's clock may be wrong about its end. */
function isRefusal(error: MrtError): boolean {
  return (error instanceof GatewayError || error instanceof ProblemError) && error.status === 401;
}

/** @throws MrtError; the reason of `asked.signal` */
async function attempt<T>(
  { address, headers, signal }: Asked,
  token: string | null,
  { fetch, timeoutSeconds }: ExchangeSettings,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutSeconds * 1000);
  try {
    const response = await fetch(address, {
      headers: token === null ? headers : { ...headers, authorization: `Bearer ${token}` },
      // The API never redirects, and a token goes nowhere else.
      redirect: 'error',
      signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
    });
    if (!response.ok && response.status !== 304) throw await answerError(response);
    return await read(response);
  } catch (cause) {
    if (cause instanceof MrtError) throw cause;
    const words = limit.signal.aborted ? `does not answer within ${timeoutSeconds} s` : 'does not answer';
    throw new ConnectionError(`${address.host} ${words}`, null, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** @throws GatewayError when something in between answered with something else */
export async function jsonOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new GatewayError('the answer is no JSON', response.status, requestIdOf(response), null);
  }
}
