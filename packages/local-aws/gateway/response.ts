/** A function's answer as an HTTP response ("Lambda proxy integrations", payload 2.0). */
import { z } from 'zod';

/** Without `statusCode` any JSON is the body of a 200. */
const Explicit = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.union([z.string(), z.number()]).transform(String).nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** What goes to the client. Names of headers are in lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** Headers that belong to a connection, or that the gateway writes itself. */
const RESERVED = /^(connection|content-length|date|keep-alive|server|transfer-encoding|apigw-.*|x-amzn?-.*)$/;

/** `null` when the answer is malformed: API Gateway's 500. */
export function httpAnswer(payload: Buffer): HttpAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
  if (value === null || typeof value !== 'object' || !('statusCode' in value)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: payload };
  }
  const explicit = Explicit.safeParse(value);
  if (!explicit.success) return null;
  const { statusCode, headers, cookies, body, isBase64Encoded } = explicit.data;
  const named = Object.entries(headers ?? {}).map(([name, text]): [string, string] => [name.toLowerCase(), text]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(named.filter(([name]) => !RESERVED.test(name))),
    },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** The gateway's own answers, which an HTTP API cannot change ("HTTP API errors and their responses"). */
export function gatewayAnswer(status: number, message: string, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}
