/** API Gateway's payload 2.0 in, and its answer out. The only file that knows the gateway's shapes. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A request as the pipeline sees it. */
export interface HttpRequest {
  method: 'GET' | 'HEAD';
  /** With its slash, as in the route table. */
  path: string;
  /** As it came over the wire: the gateway's own parsing joins repeated parameters. */
  query: string;
  /** By its name in lower case; repeated ones are joined with commas. */
  header(name: string): string | undefined;
  /** The gateway's request id. */
  id: string;
}

/** What goes back; the gateway adds `date`, `apigw-requestid` and, for pages of other origins, its CORS headers. */
export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Bytes where it is gzip-encoded. */
  body: string | Buffer;
}

/** What only the API says of a caller: whoever sends it in is not believed, and nobody further on ever sees it. */
const ONLY_OURS = ['x-spiffe-id', 'x-caller'];

/** Any other method than HEAD is GET: the gateway routes no third one. */
export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  return {
    method: event.requestContext.http.method === 'HEAD' ? 'HEAD' : 'GET',
    path: event.rawPath,
    query: event.rawQueryString,
    header: (name) => (ONLY_OURS.includes(name) ? undefined : event.headers[name]),
    id: event.requestContext.requestId,
  };
}

/** @param method HEAD has the headers of GET and no body (RFC 9110, 9.3.2) */
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
