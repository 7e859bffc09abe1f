/**
 * One HTTPS request to an Airflow or to MWAA's API, with every bound that an answer from outside needs: time, bytes, no
 * redirect. What comes back is the answer as it is, whatever its status.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { readBody } from '../s3/body.ts';

/** What errors, the log line and `Server-Timing` call every Airflow. */
export const AIRFLOW = 'airflow';

/**
 * Of one answer: a page of a hundred DAGs is some 100 kB. MWAA ends at 6 MB (MWAA user guide, "Using the Apache Airflow
 * REST API"), and so do Lambda's own answers.
 */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024;
/** For one answer, its last byte included: MWAA's own limit for InvokeRestApi (same page). */
export const MAX_CALL_MS = 10_000;
/** Packets to what is not there, or not let through, vanish; a connection inside a Region takes a few milliseconds. */
const MAX_CONNECT_MS = 1_000;
/** An Airflow has a few web-server workers; more at once would only queue there, before other people's pages. */
const MAX_CONNECTIONS = 16;

/** A request as it goes over the wire. */
export interface Outgoing {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | null;
  /** PEM of the authority to trust instead of the public ones; `null`: those. */
  certificateAuthority: string | null;
  /** Whether sending it twice does no more than sending it once: then a dead kept connection is tried again. */
  repeatable: boolean;
}

/** An answer, read whole. */
export interface Incoming {
  status: number;
  /** In lower case; one that came several times is joined as Node joins it. `set-cookie` is a list of its own. */
  headers: Record<string, string | undefined>;
  cookies: readonly string[];
  body: Buffer;
}

const connections = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
const plain = new HttpAgent(connections);
/** By the authority that is trusted; the configuration names all that there can be. */
const secure = new Map<string, HttpsAgent>();

function secureAgent(ca: string | null): HttpsAgent {
  const known = secure.get(ca ?? '');
  if (known !== undefined) return known;
  const agent = new HttpsAgent({ ...connections, ...(ca === null ? {} : { ca }) });
  secure.set(ca ?? '', agent);
  return agent;
}

/** A kept connection was dead: closed while the function was frozen, or in the moment it was used. */
class StaleConnectionError extends UpstreamFailedError {}

/**
 * Sends a request and reads the answer. Redirects are not followed: where they lead is the answerer's wish, not the
 * configuration's.
 *
 * @param maxMs for the whole exchange, where that is less than the deadline
 * @throws UpstreamFailedError `unreachable`, `tls`, `too-large`, `truncated`; UpstreamTimeoutError. No cause of theirs holds
 *   a header: those have tokens
 */
export async function exchange(outgoing: Outgoing, context: Context, maxMs = MAX_CALL_MS): Promise<Incoming> {
  const signal = AbortSignal.any([context.deadline.signal(), AbortSignal.timeout(maxMs)]);
  const response = await opened(outgoing, signal);
  const body = await readBody(response, AIRFLOW, MAX_ANSWER_BYTES).catch((error: unknown) => {
    // However Node calls the end that the time made of it.
    if (signal.aborted) throw new UpstreamTimeoutError(AIRFLOW, { cause: { code: 'ABORTED' } });
    throw error;
  });
  const { 'set-cookie': cookies = [], ...headers } = response.headers;
  return {
    status: response.statusCode ?? 0,
    headers: headers as Record<string, string | undefined>,
    cookies,
    body,
  };
}

/**
 * Sends a request and gives the answer once its headers are there; its body is still to come.
 *
 * @param signal ends the request, and the body as well
 * @throws as {@link exchange}
 */
export function opened(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  // What may be sent once only gets a connection of its own: a kept one may have died while the function was frozen, and
  // then nobody could say whether the request had arrived.
  return attempt(outgoing, signal, outgoing.repeatable).catch((error: unknown) => {
    if (error instanceof StaleConnectionError && outgoing.repeatable) return attempt(outgoing, signal, false);
    throw error;
  });
}

function attempt(outgoing: Outgoing, signal: AbortSignal, kept: boolean): Promise<IncomingMessage> {
  const { url, method, headers, body, certificateAuthority } = outgoing;
  const isSecure = url.protocol === 'https:';
  const agent = isSecure ? secureAgent(certificateAuthority) : plain;
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? httpsRequest : httpRequest)({
      method,
      agent: kept ? agent : false,
      hostname: url.hostname,
      port: url.port || undefined,
      path: url.pathname + url.search,
      headers: body === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      ...(isSecure && !kept && certificateAuthority !== null ? { ca: certificateAuthority } : {}),
    });
    sent.once('response', resolve);
    sent.once('socket', giveUpOnSlowConnection);
    sent.once('error', (error) => {
      const cause = { code: (error as { code?: string }).code ?? error.name };
      if (signal.aborted) reject(new UpstreamTimeoutError(AIRFLOW, { cause }));
      else if (sent.reusedSocket) reject(new StaleConnectionError(AIRFLOW, 'unreachable', { cause }));
      else reject(new UpstreamFailedError(AIRFLOW, isAboutCertificates(cause.code) ? 'tls' : 'unreachable', { cause }));
    });
    sent.end(body ?? undefined);
  });
}

/** Node.js documentation, "X509 certificate error codes", and the one for another name in the certificate. */
function isAboutCertificates(code: string): boolean {
  return /CERT|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

function giveUpOnSlowConnection(socket: Socket): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => {
    // A busy function may be late itself: what the network has already brought is looked at first.
    setImmediate(() => {
      if (socket.connecting) socket.destroy(new Error('no connection in time'));
    });
  }, MAX_CONNECT_MS);
  socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}
