/**
 * What S3 means when it does not give what was asked for.
 *
 * The status alone does not tell: a clock that is wrong, credentials that have expired and a policy's refusal are all
 * 403, another Region is 301, 307 or 400, and an error may stand in a body whose status is 200. The body's `Code` tells,
 * a bare word; nothing else of the body, which holds addresses and ids, is used.
 * Source: S3 API reference, "Error responses" (list of error codes).
 */
import type { IncomingMessage } from 'node:http';
import { UpstreamFailedError, UpstreamThrottledError } from '../../upstream-errors.ts';
import { readBody } from './body.ts';

export type S3Fault = UpstreamFailedError | UpstreamThrottledError;

/** S3's own names, and those of services that stand in for it (MinIO: `SlowDownRead`, `ServerBusy`). */
const THROTTLING = /^(SlowDown|ServiceUnavailable|ServerBusy|Throttl|TooManyRequests|Request(LimitExceeded|Throttled))/;

/** The reason that each code stands for. */
const REASONS_OF_CODES: Readonly<Record<string, string>> = {
  RequestTimeTooSkewed: 'clock-skew',
  RequestExpired: 'clock-skew',
  ExpiredToken: 'credentials',
  TokenRefreshRequired: 'credentials',
  InvalidAccessKeyId: 'credentials',
  InvalidToken: 'credentials',
  InvalidSecurity: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  AuthorizationHeaderMalformed: 'credentials',
  AllAccessDisabled: 'access-disabled',
  AccountProblem: 'access-disabled',
  NotSignedUp: 'access-disabled',
  AccessDenied: 'access-denied',
  PermanentRedirect: 'wrong-region',
  TemporaryRedirect: 'wrong-region',
  Redirect: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  IncorrectEndpoint: 'wrong-region',
  NoSuchBucket: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchUpload: 'not-found',
  NoSuchVersion: 'not-found',
  InvalidObjectState: 'archived',
  PreconditionFailed: 'changed',
  InvalidRange: 'invalid-range',
  NotImplemented: 'refused',
  InternalError: 'failed',
  OperationAborted: 'failed',
  RequestTimeout: 'failed',
};

/** Where the answer has no code that is known here: no body, a proxy's page, a newer code. */
const REASONS_OF_STATUSES: Readonly<Record<number, string>> = {
  200: 'invalid-answer',
  301: 'wrong-region',
  307: 'wrong-region',
  308: 'wrong-region',
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  408: 'failed',
  409: 'failed',
  412: 'changed',
  416: 'invalid-range',
  501: 'refused',
};

/** Statuses with which S3 refuses a request that came to the wrong Region; the header then names the bucket's. */
const TOLD_FROM_ELSEWHERE = new Set([301, 307, 308, 400, 403]);

/** An error document is under 2 kB; more is no error document. */
export const MAX_ERROR_BYTES = 65_536;

/** An answer whose status is not the one asked for, as one of our errors. Reads the body. */
export async function s3Fault(source: string, response: IncomingMessage, region: string): Promise<S3Fault> {
  const status = response.statusCode ?? 0;
  // A body that cannot be read leaves the status.
  const body = await readBody(response, source, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
  const bucketRegion = response.headers['x-amz-bucket-region'];
  return refusalOf(source, { status, bucketRegion, body: body.toString('utf8') }, region);
}

/** An answer whose status is not the one asked for, with its body. */
export interface Refusal {
  status: number;
  /** The header `x-amz-bucket-region`. */
  bucketRegion: string | string[] | undefined;
  /** Its beginning is enough. */
  body: string;
}

/** What it means, when `region` was asked. */
export function refusalOf(source: string, { status, bucketRegion, body }: Refusal, region: string): S3Fault {
  const elsewhere = typeof bucketRegion === 'string' && bucketRegion !== region;
  if (elsewhere && TOLD_FROM_ELSEWHERE.has(status)) return new UpstreamFailedError(source, 'wrong-region');
  return faultOf(source, status, body);
}

/** A body in place of what was asked for, as one of our errors. `body`: its beginning is enough. */
export function faultOf(source: string, status: number, body: string): S3Fault {
  const [, code = ''] = /<Error[\s>][\s\S]*?<Code>([A-Za-z.]{1,64})<\/Code>/.exec(body) ?? [];
  if (THROTTLING.test(code)) return new UpstreamThrottledError(source);
  const known = REASONS_OF_CODES[code];
  // The same code is a malformed header, or a signature for another Region, which it then names.
  if (code === 'AuthorizationHeaderMalformed' && body.includes('<Region>'))
    return new UpstreamFailedError(source, 'wrong-region');
  if (known !== undefined) return new UpstreamFailedError(source, known);
  if (status === 503 || status === 429) return new UpstreamThrottledError(source);
  return new UpstreamFailedError(
    source,
    REASONS_OF_STATUSES[status] ?? (status >= 500 ? 'failed' : refusal(status, code)),
  );
}

function refusal(status: number, code: string): string {
  return status < 400 && code === '' ? 'invalid-answer' : 'refused';
}
