/** Invokes a function's real bundle directly, as somebody with `lambda:InvokeFunction` would. */
import type { RunningFunction } from '@mrt/local-aws/lambda/running-function.ts';
import type { Outcome } from '@mrt/local-aws/lambda/runtime-api.ts';
import type { System } from '../../local/system.ts';

export interface DirectAnswer {
  status: number;
  headers: Record<string, string>;
  json: Record<string, unknown>;
}

export interface DirectEvent {
  path: string;
  query?: string;
  /** As the gateway joins repeated headers. */
  authorization?: string | undefined;
  headers?: Record<string, string>;
  /** What the event says that the gateway has verified. */
  claims?: Record<string, unknown>;
}

export function functionOf(system: System, route: string): RunningFunction {
  const found = [...system.functions.byArn.values()].find(({ deployed }) => deployed.logName === route);
  if (found === undefined) throw new Error(`no function ${route}`);
  return found;
}

export function eventOf({ path, query = '', authorization, headers = {}, claims = {} }: DirectEvent): string {
  const http = { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'attack' };
  return JSON.stringify({
    version: '2.0',
    routeKey: `GET ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.com', ...headers, ...(authorization === undefined ? {} : { authorization }) },
    requestContext: {
      accountId: '000000000000',
      apiId: 'forged',
      authorizer: { jwt: { claims, scopes: String(claims['scope'] ?? '').split(' ') } },
      http,
      requestId: 'forged-request',
      routeKey: `GET ${path}`,
      stage: '$default',
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
  });
}

export function answerOf({ error, payload }: Outcome): DirectAnswer {
  const text = payload.toString('utf8');
  if (error !== null) throw new Error(text);
  const result = JSON.parse(text) as { statusCode: number; headers: Record<string, string>; body: string };
  return {
    status: result.statusCode,
    headers: result.headers,
    json: result.body === '' ? {} : (JSON.parse(result.body) as Record<string, unknown>),
  };
}

export async function invokeDirectly(running: RunningFunction, event: DirectEvent): Promise<DirectAnswer> {
  return answerOf(await running.invoke(eventOf(event)));
}
