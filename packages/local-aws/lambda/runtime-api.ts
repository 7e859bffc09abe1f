/**
 * The Lambda Runtime API for one function instance, on a port of its own.
 * Source: Lambda developer guide, "Using the Lambda runtime API"; works with AWS's own runtime clients.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { readBody } from '../service/request-body.ts';
import { isStreaming, responseStream } from './response-stream.ts';

/** Lambda's limit of a synchronous response. */
export const MAX_RESPONSE_BYTES = 6_291_556;

const ROOT = '/2018-06-01/runtime';

/** What one request is to its instance. */
export interface Invocation {
  requestId: string;
  functionArn: string;
  traceId: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  event: string;
}

/** What became of an invocation. `payload` is the function's answer, or Lambda's error document. */
export interface Outcome {
  /** As in the `X-Amz-Function-Error` header; `null` when the function answered. */
  error: 'Unhandled' | null;
  payload: Buffer;
  /** Of a function that streams, in place of a payload: it fails when the function does. To be read, or destroyed. */
  stream?: Readable;
}

/** Hears what the runtime inside the instance says. */
export interface RuntimeListener {
  /** The runtime waits for work: its start, or the last invocation, is over. */
  onNext(): void;
  onOutcome(outcome: Outcome): void;
  onInitError(payload: Buffer): void;
}

/** Lambda's error document. */
export function errorOutcome(errorType: string, errorMessage: string): Outcome {
  return { error: 'Unhandled', payload: Buffer.from(JSON.stringify({ errorType, errorMessage })) };
}

/** The server side for one instance. Its address tells the instance apart: the API itself has no names. */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #waiting: ServerResponse | undefined;
  #current: Invocation | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // A frozen instance keeps its connection for as long as it is frozen.
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  /** @returns the value of `AWS_LAMBDA_RUNTIME_API` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The instance finds nobody any more, and ends. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Hands an invocation to the runtime, which must be waiting for one. */
  deliver(invocation: Invocation): void {
    const waiting = this.#waiting;
    if (waiting === undefined) throw new Error('the runtime is not waiting for an invocation');
    this.#waiting = undefined;
    this.#current = invocation;
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(invocation.deadline),
      'lambda-runtime-invoked-function-arn': invocation.functionArn,
      'lambda-runtime-trace-id': invocation.traceId,
    });
    waiting.end(invocation.event);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${ROOT}/invocation/next`) {
      this.#waiting = response;
      this.#listener.onNext();
      return;
    }
    const [, requestId, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (kind === 'response' && requestId === this.#current?.requestId && isStreaming(request)) {
      await this.#stream(request, response);
      return;
    }
    const body = await readBody(request, MAX_RESPONSE_BYTES);
    if (request.method !== 'POST') answer(response, 404, { errorType: 'InvalidRequest', errorMessage: 'Not Found' });
    else if (path === `${ROOT}/init/error`) {
      answer(response, 202, { status: 'OK' });
      this.#listener.onInitError(body ?? Buffer.alloc(0));
    } else if (requestId === undefined) {
      answer(response, 404, { errorType: 'InvalidRequest', errorMessage: 'Not Found' });
    } else if (requestId !== this.#current?.requestId) {
      answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    } else {
      this.#current = undefined;
      this.#finish(response, kind === 'error', body);
    }
  }

  /** The outcome is there with the first byte; the runtime asks for more when the last is gone. */
  async #stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#current = undefined;
    const { stream, taken } = responseStream(request);
    this.#listener.onOutcome({ error: null, payload: Buffer.alloc(0), stream });
    if (await taken) answer(response, 202, { status: 'OK' });
    else answer(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'Response payload is too large.' });
  }

  #finish(response: ServerResponse, failed: boolean, body: Buffer | null): void {
    if (body === null) {
      const message = `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
      answer(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: message });
      this.#listener.onOutcome(errorOutcome('Function.ResponseSizeTooLarge', message));
      return;
    }
    answer(response, 202, { status: 'OK' });
    this.#listener.onOutcome({ error: failed ? 'Unhandled' : null, payload: body });
  }
}

function answer(response: ServerResponse, status: number, body: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
