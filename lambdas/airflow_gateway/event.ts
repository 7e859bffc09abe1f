/** A REST API's proxy event as a call (API Gateway guide, "Lambda proxy integrations in API Gateway"). */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { traceOf } from '../trace.ts';
import type { GatewayRequest } from './call.ts';
import { callerOfRole, callerOfToken } from './caller.ts';

/** The two ways in: `/airflow/…` by a token, `/iam/…` by a signature. */
const PATH = /^\/(airflow|iam)\/([^/]+)(\/.*)?$/s;

/** @param roles names in the configuration, by the role's name in AWS */
export function requestOf(event: APIGatewayProxyEvent, roles: ReadonlyMap<string, string>): GatewayRequest {
  const [, way, environment = '', rest = ''] = PATH.exec(event.path) ?? [];
  const { authorizer, identity, accountId, requestId } = event.requestContext;
  return {
    id: requestId,
    trace: traceOf(headerOf(event, 'traceparent'), headerOf(event, 'x-amzn-trace-id')),
    method: event.httpMethod,
    path: event.path,
    environment,
    rest,
    query: Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
      (values ?? []).map((value) => [name, value] as const),
    ),
    body: event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? ''),
    // No other header is read: what a client says of itself is not believed, and none goes to Airflow.
    caller: () => (way === 'iam' ? callerOfRole(identity.userArn, accountId, roles) : callerOfToken(authorizer)),
  };
}

/** All lines of a header, joined as RFC 9110 has it: `traceOf` takes no trace that came twice. */
function headerOf({ multiValueHeaders }: APIGatewayProxyEvent, name: string): string | undefined {
  const values = Object.entries(multiValueHeaders ?? {})
    .filter(([header]) => header.toLowerCase() === name)
    .flatMap(([, lines]) => lines ?? []);
  return values.length === 0 ? undefined : values.join(',');
}
