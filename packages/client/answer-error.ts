/** A refusing answer as an error. */
import { GatewayError, type MrtError, ProblemError } from './errors.ts';
import type { Problem } from './generated/types.ts';

/** What API Gateway and what stands before it mean by a status, where no problem says more. */
const MEANINGS: Record<number, string> = {
  401: 'the access token is missing, expired, or not for this API',
  403: 'the access token has none of the scopes that this path needs',
  404: 'there is no such path at this address',
  429: 'too many requests: the stage lets no more through',
  431: 'the address with its parameters is longer than the gateway takes',
  500: 'the function crashed or ran out of time',
  503: 'no instance of the function is free',
};

/** Of an answer whose status is neither 2xx nor 304. Reads its body. */
export async function answerError(response: Response): Promise<MrtError> {
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
  // A body that breaks off says no less than the status does.
  const text = await response.text().catch(() => '');
  const problem = problemOf(response.headers.get('content-type'), text);
  if (problem !== null) return new ProblemError(problem, retryAfter);
  const { status } = response;
  const meaning = MEANINGS[status] ?? 'the answer is none of the API’s own';
  return new GatewayError(`${status}: ${meaning}`, status, requestIdOf(response), retryAfter);
}

/** The function's id of the request, else the gateway's. */
export function requestIdOf({ headers }: Response): string | null {
  return headers.get('x-request-id') ?? headers.get('apigw-requestid');
}

/** The body as a problem; `null` when it is none, whatever its type says. */
function problemOf(contentType: string | null, text: string): Problem | null {
  if (contentType?.includes('json') !== true) return null;
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    return typeof body?.type === 'string' && typeof body.status === 'number' ? (body as Problem) : null;
  } catch {
    return null;
  }
}

/**
 * RFC 9110, 10.2.3: seconds, or a date. `null` for anything else.
 *
 * @param now milliseconds since the epoch
 * @example retryAfterSeconds('5', now) // 5
 */
export function retryAfterSeconds(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}
