/**
 * A function's answer as a REST API reads it, whole or as a stream.
 * Source: API Gateway guide, "Output format of a Lambda function for proxy integration" and "Lambda proxy integration format
 * for response streaming".
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const status = z.coerce.number().int().min(100).max(599);
const headers = z.record(z.string(), text).nullish();
const multiValueHeaders = z.record(z.string(), z.array(text)).nullish();
const Answer = z.strictObject({
  statusCode: status,
  headers,
  multiValueHeaders,
  body: z.string().nullish(),
  // Without binary media types the text goes out as it is, encoded or not.
  isBase64Encoded: z.boolean().nullish(),
});
const Head = z.strictObject({
  statusCode: status.default(200),
  headers,
  multiValueHeaders,
  cookies: z.array(z.string()).nullish(),
});

/** Between a streamed answer's head and its body. */
const END_OF_HEAD = Buffer.alloc(8);
/** In so many bytes the head must have ended. */
const MAX_HEAD_BYTES = 16 * 1024;

export interface RestAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  /** Whole, or as the function sends it; then it fails when the function does. */
  body: string | Readable;
}

/** `null` for an answer of another form: the gateway's 502. */
export function restAnswer(payload: Buffer): RestAnswer | null {
  const { success, data } = Answer.safeParse(parsed(payload));
  if (!success) return null;
  return { status: data.statusCode, headers: headersOf(data), body: data.body ?? '' };
}

/** The answer, once its head is there. `null` for a stream of another form, which is then read no further. */
export async function streamedAnswer(stream: Readable): Promise<RestAnswer | null> {
  let seen = Buffer.alloc(0);
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      seen = Buffer.concat([seen, piece]);
      const end = seen.indexOf(END_OF_HEAD);
      if (end >= 0 && end <= MAX_HEAD_BYTES) {
        const { success, data } = Head.safeParse(parsed(seen.subarray(0, end)));
        if (!success) break;
        stream.unshift(seen.subarray(end + END_OF_HEAD.length));
        const { cookies } = data;
        const given = headersOf(data);
        return {
          status: data.statusCode,
          headers: cookies?.length ? { ...given, 'set-cookie': cookies } : given,
          body: stream,
        };
      }
      if (seen.length > MAX_HEAD_BYTES + END_OF_HEAD.length) break;
    }
  } catch {
    // The function has failed before its head was out.
  }
  stream.destroy();
  return null;
}

/** `undefined` for what is no JSON. */
function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Headers that belong to a connection, or that the gateway writes itself. */
const RESERVED = /^(connection|content-length|date|keep-alive|server|transfer-encoding|x-amzn?-.*)$/;

function headersOf(given: {
  headers?: Record<string, string> | null | undefined;
  multiValueHeaders?: Record<string, string[]> | null | undefined;
}): Record<string, string | string[]> {
  const all = {
    'content-type': 'application/json',
    ...lowered(given.headers ?? {}),
    ...lowered(given.multiValueHeaders ?? {}),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !RESERVED.test(name)));
}

function lowered<Value>(named: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
}
