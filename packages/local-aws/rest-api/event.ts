/**
 * A request as a REST API hands it to functions: the proxy event, and the authorizer's.
 * Source: API Gateway guide, "Input format of a Lambda function for proxy integration" and "Input to an API Gateway
 * Lambda authorizer".
 */
import type { IncomingMessage } from 'node:http';
import type { DeployedRestApi } from '../cloudformation/deployed-rest-apis.ts';
import type { StackPlace } from '../cloudformation/template.ts';
import { commonLogTime } from '../gateway/event.ts';
import { sessionArn } from '../iam/iam.ts';
import type { Caller } from './admission.ts';
import type { ChosenMethod } from './method-tree.ts';

/** What the gateway knows of a request beside the message itself. */
export interface RestRequest {
  requestId: string;
  received: Date;
  chosen: ChosenMethod;
  /** As it was sent, without the stage. */
  path: string;
  rawQuery: string;
  body: Buffer;
  endpointId: string;
}

/** The event of a function behind a method. */
export function proxyEvent(
  message: IncomingMessage,
  request: RestRequest,
  caller: Caller,
  api: DeployedRestApi,
  place: StackPlace,
): Record<string, unknown> {
  const shared = sharedPart(message, request, api, place);
  return {
    ...shared,
    requestContext: {
      ...shared.requestContext,
      identity: { ...shared.requestContext.identity, ...identityOf(caller) },
      ...(caller.authorizer !== null && { authorizer: { ...caller.authorizer, integrationLatency: 0 } }),
    },
    body: request.body.length === 0 ? null : request.body.toString('utf8'),
    isBase64Encoded: false,
  };
}

/** The event of a request authorizer. */
export function authorizerEvent(
  message: IncomingMessage,
  request: RestRequest,
  methodArn: string,
  api: DeployedRestApi,
  place: StackPlace,
): Record<string, unknown> {
  return { type: 'REQUEST', methodArn, ...sharedPart(message, request, api, place) };
}

function sharedPart(message: IncomingMessage, request: RestRequest, api: DeployedRestApi, { account }: StackPlace) {
  const { chosen, path, received, requestId, endpointId } = request;
  const host = (message.headers.host ?? '').replace(/:\d+$/, '');
  const method = message.method ?? '';
  const query = grouped(new URLSearchParams(request.rawQuery));
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values]) =>
    values === undefined ? [] : [[name, values] as [string, string[]]],
  );
  return {
    resource: chosen.deployed.path,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.length === 0 ? null : lastOf(query),
    multiValueQueryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    pathParameters: chosen.pathParameters,
    stageVariables: null,
    requestContext: {
      accountId: account,
      apiId: api.id,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      extendedRequestId: requestId,
      httpMethod: method,
      identity: {
        sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
        userAgent: message.headers['user-agent'] ?? null,
        vpceId: endpointId,
        accessKey: null,
        accountId: null,
        caller: null,
        user: null,
        userArn: null,
      },
      path: `/${api.stage}${path}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: commonLogTime(received),
      requestTimeEpoch: received.getTime(),
      resourceId: 'local',
      resourcePath: chosen.deployed.path,
      stage: api.stage,
    },
  };
}

function identityOf({ principal }: Caller): Record<string, string> {
  if (principal === null) return {};
  const arn = sessionArn(principal);
  const user = `AROALOCAL:${principal.name}`;
  return { accessKey: principal.accessKeyId, accountId: arn.split(':')[4] ?? '', caller: user, user, userArn: arn };
}

function grouped(query: URLSearchParams): [string, string[]][] {
  return [...new Set(query.keys())].map((name) => [name, query.getAll(name)]);
}

/** Where a map holds one value for a name, it is the last (same page, "queryStringParameters"). */
function lastOf(entries: readonly [string, string[]][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, values]) => [name, values.at(-1) ?? '']));
}
