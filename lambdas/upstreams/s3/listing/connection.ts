/**
 * One kept connection to S3, over which pages come one after the other.
 *
 * All connections read into one buffer: Node would make 64 kB for each read, 230 MB of a million keys, and its HTTP client
 * would copy each of them once more. What stands in the buffer is looked at before the next read, of any connection.
 * Source: Node.js documentation, `socket.connect` and `tls.connect`, option `onread`.
 */
import { connect, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../../upstream-errors.ts';
import { giveUpOnSlowConnection } from '../signed-https.ts';
import { AnswerReader, type AnswerTarget } from './answer.ts';

const READ_BYTES = 65_536;
const buffer = Buffer.alloc(READ_BYTES);

/**
 * A kept connection was dead before anything of the answer came: closed by S3 while the function was frozen, or in the
 * moment that it was used.
 */
export class StaleConnectionError extends UpstreamFailedError {}

/** A request under way. */
interface Exchange {
  reader: AnswerReader;
  /** Whether anything of the answer has come. */
  isAnswered: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** What a connection tells the pool that it belongs to. */
export interface ConnectionEvents {
  closed(connection: Connection): void;
  /** What a later handshake with the same server can be shortened by. */
  session(ticket: Buffer): void;
}

export class Connection {
  readonly #socket: Socket;
  #exchange: Exchange | null = null;
  #isReused = false;
  #isClosed = false;
  #cause: unknown = null;

  /** @param ticket of an earlier handshake with this server */
  constructor(endpoint: URL, ticket: Buffer | undefined, events: ConnectionEvents) {
    this.#socket = open(endpoint, ticket, (bytes) => this.#take(bytes));
    giveUpOnSlowConnection(this.#socket);
    this.#socket.on('session', (session: Buffer) => events.session(session));
    this.#socket.on('error', (cause) => {
      this.#cause = cause;
    });
    this.#socket.on('close', () => {
      this.#isClosed = true;
      events.closed(this);
      this.#end();
    });
  }

  /** Whether it can take a request. */
  get isOpen(): boolean {
    return !this.#isClosed && !this.#socket.destroyed;
  }

  /**
   * Sends a request, and gives what is answered to `target` as it arrives; resolves when the answer is whole.
   *
   * @param head request line and headers, with the empty line behind them
   * @throws StaleConnectionError, UpstreamFailedError (`unreachable`; `truncated`, when some of the answer had come;
   *   `invalid-answer`), UpstreamTimeoutError by the signal; what the target throws. The connection is then closed
   */
  async send(head: string, target: AnswerTarget, signal: AbortSignal): Promise<void> {
    const abort = () => this.#fail(new UpstreamTimeoutError('s3', { cause: signal.reason }));
    this.#socket.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#exchange = { reader: new AnswerReader(target), isAnswered: false, resolve, reject };
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        else if (!this.isOpen) this.#end();
        else this.#socket.write(head, 'latin1');
      });
    } finally {
      signal.removeEventListener('abort', abort);
      // A connection that waits for its next request keeps no process alive.
      this.#socket.unref();
    }
    this.#isReused = true;
  }

  #take(bytes: Buffer): void {
    const exchange = this.#exchange;
    // Nothing was asked for.
    if (exchange === null) {
      this.#socket.destroy();
      return;
    }
    exchange.isAnswered = true;
    try {
      if (!exchange.reader.push(bytes)) return;
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!exchange.reader.keepsAlive) this.#socket.destroy();
    this.#exchange = null;
    exchange.resolve();
  }

  /** The connection is closed: the answer is whole, or never will be. */
  #end(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#exchange = null;
    if (exchange.isAnswered && this.#cause === null && exchange.reader.close()) {
      exchange.resolve();
      return;
    }
    const Failure = this.#isReused && !exchange.isAnswered ? StaleConnectionError : UpstreamFailedError;
    const reason = exchange.isAnswered ? 'truncated' : 'unreachable';
    exchange.reject(new Failure('s3', reason, { cause: this.#cause }));
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#socket.destroy();
    exchange?.reject(error);
  }
}

function open(endpoint: URL, session: Buffer | undefined, take: (bytes: Buffer) => void): Socket {
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  const onread = {
    buffer,
    callback(size: number): boolean {
      take(buffer.subarray(0, size));
      return true;
    },
  };
  if (endpoint.protocol !== 'https:') {
    return connect({ host, port: Number(endpoint.port || 80), noDelay: true, onread });
  }
  // Node's types know `onread` of plain connections alone.
  const options: ConnectionOptions & NetConnectOpts = {
    host,
    port: Number(endpoint.port || 443),
    noDelay: true,
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    session,
    onread,
  };
  return connectSecurely(options);
}
