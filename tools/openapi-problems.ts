/** The refusals that each route may give, for the OpenAPI document: what a problem is stands in `lambdas/problems.ts`. */
import { PROBLEMS, type ProblemSlug } from '../lambdas/problems.ts';
import type { Route } from '../lambdas/route.ts';

type Json = Record<string, unknown>;

/** The body of every refusal by a function. Fields beyond RFC 9457's own come with the problems that they explain. */
export const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457. The last segment of `type` is stable.',
  properties: {
    type: {
      type: 'string',
      description: 'Address of the page about it. Its last segment is the stable word, the slug.',
    },
    title: { type: 'string', description: 'The same in words.' },
    status: { type: 'integer', description: 'Of the answer.' },
    detail: { type: 'string', description: 'What happened and what to do, for a person.' },
    instance: { type: 'string', description: 'The path that was asked.' },
    request_id: { type: 'string', description: 'What the log has the request under; `x-request-id` too.' },
    source: { type: 'string', description: 'Configured name of the upstream that is to blame.' },
    reason: { type: 'string', description: 'A stable word for why it failed.' },
    table: { type: 'string', description: 'With `grant-missing`: the table that may not be read.' },
    environments: { type: 'array', items: { type: 'string' }, description: 'With `environment-required`: yours.' },
    scopes: { type: 'array', items: { type: 'string' }, description: 'With `missing-scope`: any one would do.' },
    parameter: { type: 'string', description: 'With `unknown-name`: the parameter that gives the name.' },
    name: { type: 'string', description: 'With `unknown-name`: the name as it was given.' },
    near: { type: 'array', items: { type: 'string' }, description: 'With `unknown-name`: names perhaps meant.' },
    errors: {
      type: 'array',
      description: 'With `invalid-parameter`: everything that is wrong.',
      items: {
        type: 'object',
        properties: {
          parameter: { type: 'string', description: 'Name of the parameter.' },
          message: { type: 'string', description: 'Goes on from the name: `must be true or false`.' },
        },
        required: ['parameter', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'request_id'],
};

/**
 * What the gateway itself answers with, in its own body, which an HTTP API cannot change.
 * Source: API Gateway developer guide, "HTTP API errors and their responses"; the texts as the service sends them.
 */
export const GATEWAY_BODIES: Record<number, { message: string; when: string }> = {
  401: { message: 'Unauthorized', when: 'no token, or one that is expired, forged or of another issuer or client' },
  403: { message: 'Forbidden', when: 'the token has none of the scopes of the route' },
  404: { message: 'Not Found', when: 'no such path, or another method than GET and HEAD' },
  // The limit is documented, the answer is not; the status is what RFC 6585, section 5, has for it.
  431: {
    message: 'Request Header Fields Too Large',
    when: 'request line and headers are longer than 10,240 bytes; a cursor and a few filters fit well',
  },
  429: { message: 'Too Many Requests', when: 'more requests than the stage lets through' },
  500: { message: 'Internal Server Error', when: 'the function crashed or ran out of time or memory' },
  503: { message: 'Service Unavailable', when: 'no instance of the function is free' },
};

/** The body of every refusal by the gateway. */
export const gatewaySchema: Json = {
  type: 'object',
  description: 'The gateway’s own refusal, before or after a function was asked.',
  properties: { message: { type: 'string', description: 'The status in words.' } },
  required: ['message'],
};

const gatewayBody = { 'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } } };
const problemBody = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** What of a route decides which refusals it can give. */
type Refusing = Pick<Route, 'scopes' | 'needs' | 'environment' | 'rows' | 'discloses' | 'fleet' | 'record'>;

/** By status: the problems of the function, and the gateway's own refusal where there is one. */
export function problems(route: Refusing): Record<string, Json> {
  const slugs = slugsOf(route);
  const statuses = new Set([...slugs.map((slug) => PROBLEMS[slug].status), ...gatewayStatuses(route)]);
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => [
        status,
        response(
          status,
          slugs.filter((slug) => PROBLEMS[slug].status === status),
          route,
        ),
      ]),
  );
}

/** One status: what each of its problems asks the client to do. */
function response(status: number, slugs: readonly ProblemSlug[], route: Refusing): Json {
  const gateway = gatewayStatuses(route).includes(status) ? GATEWAY_BODIES[status] : undefined;
  const sentences = slugs.map((slug) => `\`${slug}\`: ${PROBLEMS[slug].advice}`);
  if (gateway !== undefined) sentences.push(`The gateway’s own \`{"message":"${gateway.message}"}\`: ${gateway.when}.`);
  const content = { ...(slugs.length > 0 ? problemBody : {}), ...(gateway === undefined ? {} : gatewayBody) };
  return { description: sentences.join(' '), content };
}

/** Problems of parts of answers, which are no answer's own, and of the Airflow gateway, which is an API of its own. */
const OF_OTHERS: readonly ProblemSlug[] = ['metrics-cover-whole-bucket', 'path-not-allowed', 'inventory-unavailable'];

function slugsOf(route: Refusing): ProblemSlug[] {
  const slugs = Object.keys(PROBLEMS) as ProblemSlug[];
  return slugs.filter((slug) => !OF_OTHERS.includes(slug) && applies(slug, route));
}

/** Whether a route can give the problem, by what it declares. */
function applies(slug: ProblemSlug, route: Refusing): boolean {
  const status = PROBLEMS[slug].status;
  switch (slug) {
    case 'invalid-parameter':
    case 'not-acceptable':
    case 'internal':
      return true;
    case 'invalid-cursor':
      return route.rows !== null;
    case 'one-environment-only':
      return route.fleet !== undefined;
    case 'record-unavailable':
      return route.record?.needed === true;
    case 'reason-required':
      return route.discloses !== undefined;
    case 'environment-required':
      return route.environment;
    case 'unknown-bucket':
      return route.needs.includes('bucket_listing');
    case 'database-unavailable':
      return route.needs.includes('database');
    case 'upstream-throttled':
      return route.environment;
    default:
      return status >= 404 && slug !== 'keys-unavailable' ? route.environment : route.scopes !== null;
  }
}

/** An open route is behind no authorizer; another path than the route's is no answer of the route. */
function gatewayStatuses(route: Refusing): number[] {
  return Object.keys(GATEWAY_BODIES)
    .map(Number)
    .filter((status) => (status === 401 || status === 403 ? route.scopes !== null : status !== 404));
}
