/** The connections that pages of listings come over, kept from one page to the next and from one listing to the next. */
import { UpstreamTimeoutError } from '../../../upstream-errors.ts';
import type { AnswerTarget } from './answer.ts';
import { Connection, type ConnectionEvents, StaleConnectionError } from './connection.ts';

/** The lister's limit of pages under way, and that of connections to one server: more would only queue at the network. */
export const MAX_CONNECTIONS = 64;

/** Request line and headers of a GET; names and values as they go over the wire. */
export interface PageAddress {
  endpoint: URL;
  /** Path and query, percent-encoded. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Of one server. */
class Pool implements ConnectionEvents {
  readonly #endpoint: URL;
  /** The one that was used last is used next, so that those that are not needed are closed by S3. */
  readonly #idle: Connection[] = [];
  #open = 0;
  readonly #waiting: (() => void)[] = [];
  #ticket: Buffer | undefined;

  constructor(endpoint: URL) {
    this.#endpoint = endpoint;
  }

  async send(head: string, target: AnswerTarget, signal: AbortSignal): Promise<void> {
    while (this.#idle.length === 0 && this.#open >= MAX_CONNECTIONS) {
      await this.#turn(signal);
    }
    if (signal.aborted) throw new UpstreamTimeoutError('s3', { cause: signal.reason });
    const connection = this.#idle.pop() ?? this.#connect();
    try {
      await connection.send(head, target, signal);
    } catch (error) {
      // Nothing was answered, and a GET changes nothing: no retry of an answer, so it needs no wait (`retry.ts`).
      if (!(error instanceof StaleConnectionError)) throw error;
      return this.#sendAfresh(head, target, signal);
    }
    this.#keep(connection);
  }

  /** Waits until a connection may be free. @throws UpstreamTimeoutError by the signal, and then takes nobody's turn */
  #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      this.#waiting.splice(this.#waiting.indexOf(wake), 1);
      reject(new UpstreamTimeoutError('s3', { cause: signal.reason }));
    };
    const wake = () => {
      signal.removeEventListener('abort', abort);
      resolve();
    };
    this.#waiting.push(wake);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    return promise;
  }

  async #sendAfresh(head: string, target: AnswerTarget, signal: AbortSignal): Promise<void> {
    const connection = this.#connect();
    await connection.send(head, target, signal);
    this.#keep(connection);
  }

  #connect(): Connection {
    this.#open++;
    return new Connection(this.#endpoint, this.#ticket, this);
  }

  #keep(connection: Connection): void {
    if (!connection.isOpen) return;
    this.#idle.push(connection);
    this.#waiting.shift()?.();
  }

  closed(connection: Connection): void {
    this.#open--;
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#waiting.shift()?.();
  }

  session(ticket: Buffer): void {
    this.#ticket = ticket;
  }
}

/** By origin. A function reads the buckets of its settings, so there are few. */
const pools = new Map<string, Pool>();

/**
 * Sends a GET and gives what is answered to `target` as it arrives.
 *
 * @throws as {@link Connection.send}; never StaleConnectionError
 */
export function getPage(address: PageAddress, target: AnswerTarget, signal: AbortSignal): Promise<void> {
  const { endpoint, path, headers } = address;
  const lines = [`GET ${path} HTTP/1.1`];
  for (const name in headers) lines.push(`${name}: ${headers[name]}`);
  // A line break in a value would be a header of its own, or a request.
  if (lines.some((line) => /[^\t\x20-\x7e]/.test(line))) throw new TypeError('a header is not of plain characters');
  const pool = pools.get(endpoint.origin) ?? new Pool(endpoint);
  pools.set(endpoint.origin, pool);
  return pool.send(`${lines.join('\r\n')}\r\n\r\n`, target, signal);
}
