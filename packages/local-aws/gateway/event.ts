/**
 * An HTTP request as the payload 2.0 event of an HTTP API (API Gateway developer guide, "Lambda proxy
 * integrations").
 */
import type { IncomingMessage } from 'node:http';
import type { JWTPayload } from 'jose';

/** What the event says of the API itself. */
export interface EventPlace {
  account: string;
  apiId: string;
  stage: string;
}

/** What the gateway knows of a request beside the message itself. */
export interface GatewayRequest {
  requestId: string;
  routeKey: string;
  /** Percent-decoded. */
  path: string;
  /** Of a route such as `/problems/{slug}`; empty for others. */
  pathParameters: Readonly<Record<string, string>>;
  rawQuery: string;
  received: Date;
  /** `null` on an open route. */
  claims: JWTPayload | null;
  body: Buffer;
  traceId: string;
}

/** The event; absent parts are left out, as API Gateway does. */
export function gatewayEvent(message: IncomingMessage, request: GatewayRequest, place: EventPlace) {
  const headers = gatewayHeaders(message, request.traceId);
  const cookie = message.headersDistinct['cookie'];
  const host = (headers['host'] ?? '').replace(/:\d+$/, '');
  const parameters = queryParameters(request.rawQuery);
  const text = isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.flatMap((list) => list.split(/; */)) }),
    headers,
    ...(Object.keys(request.pathParameters).length > 0 && { pathParameters: request.pathParameters }),
    ...(Object.keys(parameters).length > 0 && { queryStringParameters: parameters }),
    requestContext: {
      accountId: place.account,
      apiId: place.apiId,
      ...(request.claims !== null && {
        authorizer: { jwt: { claims: claimsAsText(request.claims), scopes: scopesOf(request.claims) } },
      }),
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: message.method ?? '',
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: place.stage,
      time: commonLogTime(request.received),
      timeEpoch: request.received.getTime(),
    },
    ...(request.body.length > 0 && { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

/** The token's scopes; `null` when it has no scope claim. */
export function scopesOf(claims: JWTPayload): string[] | null {
  const scope = claims['scope'] ?? claims['scp'];
  if (Array.isArray(scope)) return scope.map(String);
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : null;
}

/** `12/Mar/2020:19:03:58 +0000` */
export function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** The client's headers without cookies, repeated ones joined with commas, and those that the gateway sets. */
function gatewayHeaders(message: IncomingMessage, traceId: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined && name !== 'cookie') headers[name] = values.join(',');
  }
  const source = message.socket.remoteAddress ?? '127.0.0.1';
  return {
    ...headers,
    'x-amzn-trace-id': traceId,
    'x-forwarded-for': [...(message.headersDistinct['x-forwarded-for'] ?? []), source].join(', '),
    'x-forwarded-port': String(message.socket.localPort),
    'x-forwarded-proto': 'http',
  };
}

/** Values of a repeated parameter are joined with commas. */
function queryParameters(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const earlier = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    parameters[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return parameters;
}

/** Every claim is text; a list looks like a Go slice: `[Admins Readers]`. */
function claimsAsText(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      if (Array.isArray(value)) return [name, `[${value.join(' ')}]`];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

function isText(contentType: string | undefined): boolean {
  return (
    contentType === undefined || /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))/.test(contentType)
  );
}
