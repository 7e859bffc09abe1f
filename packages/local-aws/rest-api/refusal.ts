/**
 * What a REST API answers itself, in place of a function.
 * Source: API Gateway guide, "Gateway response types for API Gateway"; the bodies as the service sends them.
 */
import type { DeployedRestApi } from '../cloudformation/deployed-rest-apis.ts';
import type { RestAnswer } from './answer.ts';

const REFUSALS = {
  MISSING_AUTHENTICATION_TOKEN: { status: 403, body: { message: 'Missing Authentication Token' } },
  UNAUTHORIZED: { status: 401, body: { message: 'Unauthorized' } },
  ACCESS_DENIED: { status: 403, body: { Message: 'User is not authorized to access this resource' } },
  EXPIRED_TOKEN: { status: 403, body: { message: 'The security token included in the request is expired' } },
  INVALID_SIGNATURE: {
    status: 403,
    body: { message: 'The request signature we calculated does not match the signature you provided.' },
  },
  AUTHORIZER_FAILURE: { status: 500, body: { message: null } },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, body: { message: null } },
  REQUEST_TOO_LARGE: { status: 413, body: { message: 'Request Too Long' } },
  THROTTLED: { status: 429, body: { message: 'Too Many Requests' } },
  API_CONFIGURATION_ERROR: { status: 502, body: { message: 'Internal server error' } },
  INTEGRATION_FAILURE: { status: 504, body: { message: 'Internal server error' } },
  INTEGRATION_TIMEOUT: { status: 504, body: { message: 'Endpoint request timed out' } },
  DEFAULT_5XX: { status: 500, body: { message: 'Internal server error' } },
  // No type of its own: a path that has not even the name of the stage.
  FORBIDDEN: { status: 403, body: { message: 'Forbidden' } },
} as const satisfies Record<string, { status: number; body: Record<string, string | null> }>;

export type RefusalType = keyof typeof REFUSALS;

/** A refusal on its way to the client. */
export interface Refusal {
  type: RefusalType;
  /** In place of the type's own: IAM says who may not do what. */
  message?: string;
}

/** A refusal as an answer, in the API's own words where it has some. */
export function refusedAnswer(
  { type, message }: Refusal,
  { responses }: Pick<DeployedRestApi, 'responses'>,
  requestId: string,
): RestAnswer & { body: string } {
  const { status, body } = REFUSALS[type];
  const own = responses.get(type);
  const [name = 'message'] = Object.keys(body);
  const said = JSON.stringify(message === undefined ? body : { [name]: message });
  return {
    status: own?.status ?? status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: own?.template?.replaceAll('$context.requestId', requestId) ?? said,
  };
}
