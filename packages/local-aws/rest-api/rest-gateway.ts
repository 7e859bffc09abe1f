/** A private REST API on one machine: one request from its first byte to its line in the access log. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeployedRestApi } from '../cloudformation/deployed-rest-apis.ts';
import type { StackPlace } from '../cloudformation/template.ts';
import { filledLine } from '../gateway/access-log.ts';
import { TokenBucket } from '../gateway/throttle.ts';
import type { Iam } from '../iam/iam.ts';
import { sessionArn } from '../iam/iam.ts';
import { readBody } from '../service/request-body.ts';
import {
  type Admission,
  type Asked,
  admitByDecision,
  admitByIam,
  type Caller,
  methodArn,
  resourceVerdict,
} from './admission.ts';
import type { RestAnswer } from './answer.ts';
import { type AuthorizerFunction, Decisions } from './decisions.ts';
import { authorizerEvent, proxyEvent, type RestRequest } from './event.ts';
import { integrated, type RestIntegration } from './integration.ts';
import { MethodTree } from './method-tree.ts';
import { type Refusal, refusedAnswer } from './refusal.ts';
import { sent } from './sent-answer.ts';

/** Quotas of a REST API (API Gateway guide, "Quotas for configuring and running a REST API"). */
const MAX_HEADER_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_BACKLOG = 4_096;

/** The API as the template has it, and what stands behind it. */
export interface RestGatewayOptions {
  api: DeployedRestApi;
  place: StackPlace;
  iam: Iam;
  /** Of a method's function. @param sourceArn of the request, which the function's resource policy names */
  integration: (functionArn: string, sourceArn: string, timeoutMilliseconds: number) => RestIntegration;
  /** Of an authorizer's function. */
  authorizer: (functionArn: string, sourceArn: string) => AuthorizerFunction;
  /** Takes the lines of the access log. */
  writeAccessLine: (line: string) => void;
}

/** What a request leaves behind for the access log, by the names of `$context`. */
type Line = Record<string, string | number | null>;

/** One REST API; each endpoint that leads to it is a port on the loopback. */
export class RestGateway {
  readonly #options: RestGatewayOptions;
  readonly #methods: MethodTree;
  readonly #buckets: ReadonlyMap<unknown, TokenBucket>;
  readonly #decisions = new Decisions();
  readonly #servers: Server[] = [];
  readonly #admission: Admission;

  constructor(options: RestGatewayOptions) {
    this.#options = options;
    const { api, place, iam } = options;
    this.#admission = { api, place, iam };
    this.#methods = new MethodTree(api.methods);
    this.#buckets = new Map(api.methods.map((method) => [method, new TokenBucket(method.throttle)]));
  }

  /**
   * Stands for an interface endpoint.
   *
   * @param endpointId becomes `aws:SourceVpce`; any, as the API's policy says which are let in
   * @returns the port
   */
  async listen(port: number, endpointId: string): Promise<number> {
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (message, response) => {
      this.#serve(message, response, endpointId).catch(() => response.destroy());
    });
    // Clients keep connections for long; ending them at Node's five seconds races with their next request.
    server.keepAliveTimeout = 75_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: '127.0.0.1', backlog: MAX_BACKLOG }, resolve);
    });
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  }

  async #serve(message: IncomingMessage, response: ServerResponse, endpointId: string): Promise<void> {
    const { api, writeAccessLine } = this.#options;
    const started = performance.now();
    const line: Line = {
      requestId: randomUUID(),
      requestTimeEpoch: Date.now(),
      httpMethod: message.method ?? '',
      stage: api.stage,
      apiId: api.id,
      'identity.vpceId': endpointId,
      'identity.sourceIp': message.socket.remoteAddress ?? '',
      'identity.userAgent': message.headers['user-agent'] ?? '',
    };
    const requestId = String(line['requestId']);
    const outcome = await this.#answer(message, endpointId, line).catch((): Refusal => ({ type: 'DEFAULT_5XX' }));
    const refused = 'type' in outcome;
    const said = refused ? refusedAnswer(outcome, api, requestId) : outcome;
    const responseLength = await sent(said, requestId, message.method === 'HEAD', response);
    Object.assign(line, {
      status: said.status,
      responseLength,
      responseLatency: Math.round(performance.now() - started),
      'error.responseType': refused ? outcome.type : null,
    });
    if (api.accessLogFormat !== null) writeAccessLine(filledLine(api.accessLogFormat, (name) => line[name]));
  }

  async #answer(message: IncomingMessage, endpointId: string, line: Line): Promise<RestAnswer | Refusal> {
    const { api, place } = this.#options;
    const [target = '', rawQuery = ''] = (message.url ?? '').split(/\?(.*)/s);
    const stage = `/${api.stage}`;
    if (target !== stage && !target.startsWith(`${stage}/`)) return { type: 'FORBIDDEN' };
    const path = target.slice(stage.length) || '/';
    const chosen = this.#methods.choose(message.method ?? '', path);
    if (chosen === null) return { type: 'MISSING_AUTHENTICATION_TOKEN' };
    const { deployed } = chosen;
    line['resourcePath'] = deployed.path;
    const body = await readBody(message, MAX_BODY_BYTES);
    if (body === null) return { type: 'REQUEST_TOO_LARGE' };

    const requestId = String(line['requestId']);
    const request: RestRequest = { requestId, received: new Date(), chosen, path, rawQuery, body, endpointId };
    const asked: Asked = {
      wire: { method: message.method ?? '', target: message.url ?? '', headers: message.headers, body },
      method: deployed,
      path,
      endpointId,
      sourceIp: message.socket.remoteAddress ?? '',
    };
    const caller = await this.#admit(message, request, asked);
    if ('type' in caller) return caller;
    line['authorizer.principalId'] = caller.authorizer === null ? null : String(caller.authorizer['principalId']);
    line['identity.userArn'] = caller.principal === null ? null : sessionArn(caller.principal);
    if (this.#buckets.get(deployed)?.take() === false) return { type: 'THROTTLED' };

    const event = proxyEvent(message, request, caller, api, place);
    const source = methodArn(api, place, deployed.method, path);
    const asking = performance.now();
    const answer = await integrated(
      this.#options.integration(deployed.functionArn, source, deployed.timeoutMilliseconds),
      deployed,
      JSON.stringify(event),
    );
    line['integration.latency'] = Math.round(performance.now() - asking);
    line['integration.status'] = 'type' in answer ? null : answer.status;
    return answer;
  }

  async #admit(message: IncomingMessage, request: RestRequest, asked: Asked): Promise<Caller | Refusal> {
    const { api, place } = this.#options;
    const { authorization } = asked.method;
    if (authorization.by === 'iam') return admitByIam(this.#admission, asked);
    // An explicit refusal of the resource policy comes before the authorizer is asked.
    if (resourceVerdict(this.#admission, asked, null) === 'deny') {
      return {
        type: 'ACCESS_DENIED',
        message: 'User: anonymous is not authorized to perform: execute-api:Invoke with an explicit deny',
      };
    }
    const values = message.headersDistinct[authorization.header.toLowerCase()];
    // Without its identity source nobody is asked.
    if (values === undefined || values.every((value) => value.trim() === '')) return { type: 'UNAUTHORIZED' };
    const source = `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/authorizers/${authorization.authorizerId}`;
    const decision = await this.#decisions.about(
      authorization,
      values.join(','),
      this.#options.authorizer(authorization.functionArn, source),
      () =>
        JSON.stringify(
          authorizerEvent(message, request, methodArn(api, place, asked.method.method, asked.path), api, place),
        ),
    );
    return typeof decision === 'string' ? { type: decision } : admitByDecision(this.#admission, asked, decision);
  }
}
