/** CloudWatch's JSON 1.0 protocol: one operation, with retries for what waiting cures. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../errors.ts';
import { signedPost } from '../s3/signed-https.ts';

const SOURCE = 'cloudwatch';
const MAX_ATTEMPTS = 5;
const BACK_OFF_MS = 100;
const MAX_ANSWER_BYTES = 8_000_000;

/**
 * Calls one operation and parses its answer; again after what waiting cures, while there is time.
 *
 * @throws UpstreamFailedError `other-region`, `access-denied`, `unreachable`, `failed`, `refused`, `invalid-answer`,
 *   `too-large`; UpstreamThrottledError; UpstreamTimeoutError
 */
export async function callCloudWatch<T>(
  operation: 'GetMetricData' | 'ListMetrics',
  request: object,
  schema: z.ZodMiniType<T>,
  region: string,
  context: Context,
): Promise<T> {
  // The interface endpoint is of the function's own Region; another Region's packets would vanish.
  if (region !== process.env['AWS_REGION']) throw new UpstreamFailedError(SOURCE, 'other-region');
  return context.timing.of(SOURCE, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await callOnce(operation, request, schema, region, context);
      } catch (error) {
        const passing =
          error instanceof UpstreamThrottledError ||
          (error instanceof UpstreamFailedError && ['failed', 'unreachable'].includes(error.reason));
        const wait = BACK_OFF_MS * 2 ** attempt * Math.random();
        if (!passing || attempt === MAX_ATTEMPTS || wait >= context.deadline.remaining()) throw error;
        await sleep(wait);
      }
    }
  });
}

async function callOnce<T>(
  operation: string,
  request: object,
  schema: z.ZodMiniType<T>,
  region: string,
  context: Context,
): Promise<T> {
  const response = await signedPost(
    {
      upstream: SOURCE,
      service: 'monitoring',
      region,
      endpoint: new URL(process.env['AWS_ENDPOINT_URL_CLOUDWATCH'] || `https://monitoring.${region}.amazonaws.com`),
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
        'x-amzn-query-mode': 'true',
      },
    },
    JSON.stringify(request),
    context,
  );
  const answer = await json(response);
  if (response.statusCode !== 200) throw fault(response.statusCode ?? 0, answer);
  const parsed = z.safeParse(schema, answer);
  if (!parsed.success) throw new UpstreamFailedError(SOURCE, 'invalid-answer');
  return parsed.data;
}

async function json(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) throw new UpstreamFailedError(SOURCE, 'too-large');
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    if (cause instanceof UpstreamFailedError) throw cause;
    if (cause instanceof Error && cause.name === 'AbortError') throw new UpstreamTimeoutError(SOURCE, { cause });
    throw new UpstreamFailedError(SOURCE, cause instanceof SyntaxError ? 'invalid-answer' : 'unreachable', { cause });
  }
}

const errorBody = z.object({ __type: z.string() });

/** The last part of `__type` names the error; its message holds ARNs and is not used. */
function fault(status: number, answer: unknown): Error {
  const type = z.safeParse(errorBody, answer).data?.__type ?? '';
  if (status === 429 || /Throttl|LimitExceeded$/.test(type)) return new UpstreamThrottledError(SOURCE);
  if (/AccessDenied|NotAuthorized/.test(type) || status === 403)
    return new UpstreamFailedError(SOURCE, 'access-denied');
  return new UpstreamFailedError(SOURCE, status >= 500 ? 'failed' : 'refused');
}
