/**
 * The one way to AWS where weight matters: HTTP requests signed with SigV4 over kept-alive connections.
 * The signer is 14 kB, the SDK's S3 client 428 kB (docs/decisions/signed-https.md).
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { type Credentials, credentials } from '../credentials.ts';

/** SHA-256 in the shape that the signer wants, on Node's own OpenSSL. */
export class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secretBytes(secret));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function secretBytes(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}

/** More would only queue at the network interface of a small function. */
const connections = { keepAlive: true, maxSockets: 64 };
/** Kept connections, by the protocol of the endpoint. */
const agents = { 'http:': new HttpAgent(connections), 'https:': new HttpsAgent(connections) };

export interface SignedRequest {
  /** What errors and `Server-Timing` call the upstream: `s3` … */
  upstream: string;
  /** SigV4 service name. */
  service: string;
  region: string;
  /** Whose keys sign it; left out: the function's own. */
  credentials?: Credentials;
  endpoint: URL;
  /** Already percent-encoded, as it goes over the wire. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/**
 * Without the interface endpoint or the rule of a security group, packets vanish: say so soon, not at the deadline.
 * A connection inside a Region takes a few milliseconds.
 */
const CONNECT_MS = 1_000;

/**
 * Sends a signed GET and gives the response with its body unread.
 *
 * Errors of the connection and of the deadline are UpstreamFailedError (`unreachable`) and UpstreamTimeoutError;
 * any HTTP status is the caller's to judge. The caller must read or destroy the body.
 */
export function signedGet(request: SignedRequest, context: Context): Promise<IncomingMessage> {
  return send(request, null, context);
}

/**
 * Sends a signed POST; as {@link signedGet} in all else.
 *
 * @param body of a request that does the same when it is sent twice: one whose connection was dead is sent again
 */
export function signedPost(request: SignedRequest, body: string, context: Context): Promise<IncomingMessage> {
  return send(request, body, context);
}

/** The headers of a request, signed for now: a signature holds for 15 minutes. `body`: left out of a GET. */
export async function signedHeaders(
  request: SignedRequest,
  body: string | null = null,
): Promise<Record<string, string>> {
  const signed = await new SignatureV4({
    service: request.service,
    region: request.region,
    credentials: request.credentials ?? credentials(),
    sha256: Sha256,
    uriEscapePath: request.service !== 's3',
    applyChecksum: true,
  }).sign({
    method: methodOf(body),
    protocol: request.endpoint.protocol,
    hostname: request.endpoint.hostname,
    ...(request.endpoint.port === '' ? {} : { port: Number(request.endpoint.port) }),
    path: request.path,
    query: request.query ?? {},
    headers: { host: request.endpoint.host, ...request.headers },
    ...(body === null ? {} : { body }),
  });
  return signed.headers;
}

function methodOf(body: string | null): 'GET' | 'POST' {
  return body === null ? 'GET' : 'POST';
}

async function send(request: SignedRequest, body: string | null, context: Context): Promise<IncomingMessage> {
  const headers = await signedHeaders(request, body);
  const ready = { ...request, method: methodOf(body), body, headers, signal: context.deadline.signal() };
  try {
    return await attempt(ready, true);
  } catch (error) {
    // Nothing was answered, and what we ask changes nothing: no retry of an answer, so it needs no wait (`retry.ts`).
    if (error instanceof StaleConnectionError) return attempt(ready, false);
    throw error;
  }
}

/**
 * A kept connection was dead: closed while the function was frozen, or in the moment it was used.
 * Source: Node.js documentation, `request.reusedSocket`.
 */
class StaleConnectionError extends UpstreamFailedError {}

interface ReadyRequest extends SignedRequest {
  method: 'GET' | 'POST';
  body: string | null;
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** Sends it over a kept connection if there is one, or over one of its own. */
function attempt(request: ReadyRequest, kept: boolean): Promise<IncomingMessage> {
  const { endpoint, signal } = request;
  const secure = endpoint.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const sent = (secure ? httpsRequest : httpRequest)({
      method: request.method,
      agent: kept && agents[secure ? 'https:' : 'http:'],
      hostname: endpoint.hostname,
      port: endpoint.port || undefined,
      path: pathOf(request),
      headers: request.headers,
      signal,
    });
    sent.once('response', resolve);
    sent.once('socket', giveUpOnSlowConnection);
    sent.once('error', (cause) => {
      const Failure = sent.reusedSocket ? StaleConnectionError : UpstreamFailedError;
      reject(
        signal.aborted
          ? new UpstreamTimeoutError(request.upstream, { cause })
          : new Failure(request.upstream, 'unreachable', { cause }),
      );
    });
    sent.end(request.body ?? undefined);
  });
}

/** Ends a connection that is not there in time, with an error of its own. */
export function giveUpOnSlowConnection(socket: Socket): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => {
    // A busy function may be late itself: what the network has already brought is looked at first.
    setImmediate(() => {
      if (socket.connecting) socket.destroy(new Error('no connection in time'));
    });
  }, CONNECT_MS);
  socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}

/** RFC 3986 encoding as SigV4 demands it: everything but unreserved characters. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Path and query, as they go over the wire. */
export function pathOf({ path, query }: SignedRequest): string {
  return path + queryString(query);
}

function queryString(query: Record<string, string> | undefined): string {
  if (query === undefined) return '';
  const pairs = Object.entries(query).map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
