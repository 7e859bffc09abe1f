/** The HTTP API on one machine: one request from its first byte to its line in the access log. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWTVerifyGetKey } from 'jose';
import type { DeployedApi, DeployedRoute } from '../cloudformation/deployed-api.ts';
import { readBody } from '../service/request-body.ts';
import { accessLine } from './access-log.ts';
import type { AccessRecord } from './access-record.ts';
import { newRecord } from './access-record.ts';
import { preflight, withCors } from './cors.ts';
import { type EventPlace, gatewayEvent } from './event.ts';
import { type Integration, integrate } from './integration.ts';
import { authorize, identityToken } from './jwt-authorizer.ts';
import { refuse } from './refusal.ts';
import { gatewayAnswer, type HttpAnswer } from './response.ts';
import { RouteKeys } from './route-keys.ts';
import { TokenBucket } from './throttle.ts';

/** Quotas of an HTTP API (API Gateway developer guide, "Quotas for HTTP APIs"). */
const MAX_HEADER_BYTES = 10_240;
const MAX_BODY_BYTES = 10_000_000;
/**
 * How long a client may take. API Gateway documents no figure; these are bounded by what it does document, the 30
 * seconds that an integration may take (API Gateway guide, "Quotas for configuring and running an HTTP API").
 */
const MAX_HEADERS_MS = 10_000;
const MAX_REQUEST_MS = 30_000;
/** Neither a byte read nor one written, while an answer is waited for or sent: longer than any integration takes. */
const MAX_SILENCE_MS = 40_000;

/** Connections that wait to be taken: with Node's 511, clients of a burst would be left to try again. */
const MAX_BACKLOG = 4_096;

/** The API as the template has it, and what stands behind it. */
export interface GatewayOptions {
  api: DeployedApi;
  place: EventPlace;
  /** By issuer. */
  keysOf: (issuer: string) => JWTVerifyGetKey;
  integration: (route: DeployedRoute) => Integration;
  /**
   * Answers what is no part of the API but stands at the same address, as behind a proxy in front of both; `false`: this
   * request is the API's. Default: everything is.
   */
  beside?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Takes the lines of the access log. */
  writeAccessLine: (line: string) => void;
  /** Shorter ones for tests. */
  limits?: Partial<ClientLimits>;
}

/** Milliseconds that a client has for the header lines, for the whole request, and between two signs of life. */
export interface ClientLimits {
  headersMs: number;
  requestMs: number;
  silenceMs: number;
}

const DEFAULT_LIMITS: ClientLimits = {
  headersMs: MAX_HEADERS_MS,
  requestMs: MAX_REQUEST_MS,
  silenceMs: MAX_SILENCE_MS,
};

/** One HTTP API on the loopback. A route that is not known here is refused when it is made, not when it is asked. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #routes: RouteKeys<DeployedRoute>;
  readonly #buckets: ReadonlyMap<string, TokenBucket>;
  readonly #server: Server;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#routes = new RouteKeys(options.api.routes);
    this.#buckets = new Map(Object.entries(options.api.throttles).map(([key, limit]) => [key, new TokenBucket(limit)]));
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: limits.headersMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
      },
      (message, response) => {
        if (options.beside?.(message, response) === true) return;
        this.#serve(message, response).catch(() => response.destroy());
      },
    );
    // A client that does not read its answer holds it in memory; without a listener the socket is closed.
    this.#server.setTimeout(limits.silenceMs);
    this.#server.on('clientError', refuse);
  }

  /** @returns the port. @throws Error with code EADDRINUSE */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: '127.0.0.1', backlog: MAX_BACKLOG }, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const { api, place, writeAccessLine } = this.#options;
    const record = newRecord(message, api, place);
    const answer = await this.#answer(message, record).catch(() =>
      // The client went away, or the keys cannot be looked up: nothing that the client has done wrong.
      failed(record, 500, 'Internal Server Error'),
    );
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.cookies.length > 0 && { 'set-cookie': answer.cookies }),
      // Bodies of 204 and 304 have no length (RFC 9110, 8.6).
      ...(answer.status !== 204 && answer.status !== 304 && { 'content-length': answer.body.length }),
      'apigw-requestid': record.requestId,
    });
    response.end(answer.body);
    record.status = answer.status;
    record.responseLength = message.method === 'HEAD' ? 0 : answer.body.length;
    record.responseLatency = Math.round(performance.now() - started);
    if (api.accessLogFormat !== null) writeAccessLine(accessLine(api.accessLogFormat, record));
  }

  async #answer(message: IncomingMessage, record: AccessRecord): Promise<HttpAnswer> {
    const { api, place } = this.#options;
    const early = preflight(api.cors, record.method, message.headers);
    if (early !== null) return early;

    const rawQuery = (message.url ?? '').split(/\?(.*)/s)[1] ?? '';
    const chosen = this.#routes.choose(record.method, record.path);
    if (chosen === null) return failed(record, 404, 'Not Found');
    const { route, pathParameters } = chosen;
    record.routeKey = route.key;
    if (this.#buckets.get(route.key)?.take() === false) return failed(record, 429, 'Too Many Requests');

    if (route.authorizer !== null) {
      const { identitySource, issuer } = route.authorizer;
      const token = identityToken(identitySource, message.headers, new URLSearchParams(rawQuery));
      const decision = await authorize(token, route.authorizer, route.scopes, this.#options.keysOf(issuer));
      if (decision.allowed || decision.status === 403) record.claims = decision.claims;
      if (!decision.allowed) {
        record.authorizerError = decision.reason;
        return decision.status === 403
          ? failed(record, 403, 'Forbidden')
          : failed(record, 401, 'Unauthorized', { 'www-authenticate': decision.challenge });
      }
    }

    const body = await readBody(message, MAX_BODY_BYTES);
    if (body === null) return failed(record, 413, 'Request Entity Too Large');
    const traceId = `Root=1-${Math.floor(record.received.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
    const { requestId, path, received, claims } = record;
    const event = gatewayEvent(
      message,
      { requestId, routeKey: route.key, path, pathParameters, rawQuery, received, claims, body, traceId },
      place,
    );

    const asked = performance.now();
    const result = await integrate(this.#options.integration(route), JSON.stringify(event), traceId);
    record.integrationLatency = Math.round(performance.now() - asked);
    if (!result.answered) {
      record.integrationError = result.reason;
      return failed(record, result.status, result.status === 503 ? 'Service Unavailable' : 'Internal Server Error');
    }
    record.integrationStatus = result.answer.status;
    return withCors(api.cors, message.headers.origin, result.answer);
  }
}

function failed(record: AccessRecord, status: number, message: string, headers?: Record<string, string>): HttpAnswer {
  record.errorMessage = message;
  return gatewayAnswer(status, message, headers);
}
