/** The refusals that each route may give, for the OpenAPI document. */
import type { Route } from '../lambdas/route.ts';

type Json = Record<string, unknown>;

export const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457. The last segment of `type` is stable.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    request_id: { type: 'string' },
    source: { type: 'string' },
    reason: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { parameter: { type: 'string' }, message: { type: 'string' } },
        required: ['parameter', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'request_id'],
};

/** API Gateway's own refusals have its own body, which an HTTP API cannot change. */
const gatewayBody = {
  'application/json': {
    schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  },
};
const problemBody = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const own = (description: string): Json => ({ description, content: problemBody });
const both = (description: string): Json => ({ description, content: { ...problemBody, ...gatewayBody } });

/** By status. */
export function problems(route: Route): Record<string, Json> {
  const always = {
    400: own('A parameter is wrong; `errors` names it.'),
    406: own('The Accept header rules out every form that the route has.'),
    429: { description: 'Throttled by the gateway.', content: gatewayBody },
    500: both('Something failed; the log has more under the request id.'),
    503: both('An upstream is not available, or all instances are busy. Retry with back-off.'),
  };
  if (route.scopes === null) return always;
  return {
    ...always,
    401: both('The token is missing or not valid.'),
    403: both('The token lacks a scope.'),
    ...(route.environment
      ? {
          404: both('Unknown environment or bucket, or not offered.'),
          502: own('An upstream failed; `source` names it.'),
          504: own('The deadline came before an upstream.'),
        }
      : {}),
  };
}
