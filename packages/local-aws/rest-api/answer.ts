/** A function's answer as a REST API reads it (API Gateway guide, "Output format of a Lambda function for proxy integration"). */
import { z } from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Answer = z.strictObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), text).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(text)).nullish(),
  body: z.string().nullish(),
  // Without binary media types the text goes out as it is, encoded or not.
  isBase64Encoded: z.boolean().nullish(),
});

export interface RestAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/** `null` for an answer of another form: the gateway's 502. */
export function restAnswer(payload: Buffer): RestAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
  const parsed = Answer.safeParse(value);
  if (!parsed.success) return null;
  const { statusCode, headers, multiValueHeaders, body } = parsed.data;
  const given = { 'content-type': 'application/json', ...lowered(headers ?? {}), ...lowered(multiValueHeaders ?? {}) };
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(given).filter(([name]) => !RESERVED.test(name))),
    body: body ?? '',
  };
}

/** Headers that belong to a connection, or that the gateway writes itself. */
const RESERVED = /^(connection|content-length|date|keep-alive|server|transfer-encoding|x-amzn?-.*)$/;

function lowered<Value>(headers: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
