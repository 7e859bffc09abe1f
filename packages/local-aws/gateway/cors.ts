/**
 * CORS as an HTTP API does it ("Configure CORS for HTTP APIs"): preflights are answered by the gateway, the
 * function's own headers dropped.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { DeployedCors } from '../cloudformation/deployed-api.ts';
import type { HttpAnswer } from './response.ts';

/** The answer to a preflight; `null` when the request is none. No route and no authorizer is asked. */
export function preflight(cors: DeployedCors | null, method: string, headers: IncomingHttpHeaders): HttpAnswer | null {
  if (cors === null || method !== 'OPTIONS') return null;
  if (headers.origin === undefined || headers['access-control-request-method'] === undefined) return null;
  const answer: HttpAnswer = { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) };
  const origin = allowedOrigin(cors, headers.origin);
  if (origin === null) return answer;
  answer.headers = {
    'access-control-allow-origin': origin,
    ...listed('access-control-allow-methods', cors.AllowMethods),
    ...listed('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
  return answer;
}

/** A function's answer with the gateway's CORS headers in place of its own. */
export function withCors(cors: DeployedCors | null, origin: string | undefined, answer: HttpAnswer): HttpAnswer {
  if (cors === null) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = origin === undefined ? null : allowedOrigin(cors, origin);
  return {
    ...answer,
    headers: {
      ...Object.fromEntries(own),
      ...(allowed !== null && {
        'access-control-allow-origin': allowed,
        ...listed('access-control-expose-headers', cors.ExposeHeaders),
        ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
      }),
    },
  };
}

function allowedOrigin(cors: DeployedCors, origin: string): string | null {
  if (cors.AllowOrigins.includes('*')) return '*';
  return cors.AllowOrigins.includes(origin) ? origin : null;
}

function listed(name: string, values: readonly string[]): Record<string, string> {
  return values.length === 0 ? {} : { [name]: values.join(',') };
}
