/** A REST API's proxy event as a call (API Gateway guide, "Lambda proxy integrations in API Gateway"). */
import type { APIGatewayProxyEvent } from 'aws-lambda';
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
    method: event.httpMethod,
    path: event.path,
    environment,
    rest,
    query: Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
      (values ?? []).map((value) => [name, value] as const),
    ),
    body: event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? ''),
    // No header is read: what a client says of itself is not believed, and none goes to Airflow.
    caller: () => (way === 'iam' ? callerOfRole(identity.userArn, accountId, roles) : callerOfToken(authorizer)),
  };
}
