/** API Gateway's payload 2.0 in, and its answer out. The only file that knows the gateway's shapes. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export interface HttpRequest {
  method: 'GET' | 'HEAD';
  path: string;
  /** As it came over the wire: the gateway's own parsing joins repeated parameters. */
  query: string;
  header(name: string): string | undefined;
  /** The gateway's request id. */
  id: string;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string | Buffer;
}

export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  return {
    method: event.requestContext.http.method === 'HEAD' ? 'HEAD' : 'GET',
    path: event.rawPath,
    query: event.rawQueryString,
    header: (name) => event.headers[name],
    id: event.requestContext.requestId,
  };
}

export function resultOf(response: HttpResponse, method: 'GET' | 'HEAD'): APIGatewayProxyStructuredResultV2 {
  const { body } = response;
  const text = typeof body === 'string';
  return {
    statusCode: response.status,
    headers: response.headers,
    body: method === 'HEAD' ? '' : text ? body : body.toString('base64'),
    isBase64Encoded: !text && method !== 'HEAD',
  };
}
