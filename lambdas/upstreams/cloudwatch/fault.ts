/** What CloudWatch and the way to it can answer, as our errors. Messages hold ARNs and are not used. */
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../upstream-errors.ts';

/** What errors, the log line and `Server-Timing` call it. */
export const CLOUDWATCH = 'cloudwatch';

/**
 * By the name of the error, the first that fits. A refused signature is not a lack of permission: other hands mend it.
 * Source: CloudWatch API reference, "Common Errors"; IAM User Guide, "Troubleshoot Signature Version 4".
 */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|NotAuthorized|OptInRequired/, 'access-denied'],
  [/RequestExpired|RequestTimeTooSkewed/, 'clock-skew'],
  [/UnrecognizedClient|InvalidClientTokenId|ExpiredToken|MissingAuthentication|IncompleteSignature/, 'credentials'],
];

/** InvalidSignatureException has two meanings and one name: AWS's words for the one that is about time. */
const ABOUT_TIME = /^Signature (?:expired|not yet current)/;

/**
 * The error of a request.
 *
 * @param error what the SDK's client threw
 * @param expired true when the request's deadline has come: whatever the client made of it
 */
export function cloudWatchFault(error: unknown, expired: boolean): Error {
  const cause = { cause: { code: nameOf(error) } };
  if (expired) return new UpstreamTimeoutError(CLOUDWATCH, cause);
  const status = statusOf(error);
  const name = nameOf(error);
  if (status === undefined) return new UpstreamFailedError(CLOUDWATCH, 'unreachable', cause);
  // A body that cannot be parsed, below a status that says that all is well.
  if (status < 300) return new UpstreamFailedError(CLOUDWATCH, 'invalid-answer', cause);
  if (status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(name)) {
    return new UpstreamThrottledError(CLOUDWATCH, cause);
  }
  if (status >= 500) return new UpstreamFailedError(CLOUDWATCH, 'failed', cause);
  return new UpstreamFailedError(CLOUDWATCH, reasonOf(name, status, error), cause);
}

function reasonOf(name: string, status: number, error: unknown): string {
  if (/InvalidSignature|SignatureDoesNotMatch/.test(name)) {
    return error instanceof Error && ABOUT_TIME.test(error.message) ? 'clock-skew' : 'credentials';
  }
  const known = REASONS.find(([pattern]) => pattern.test(name));
  // A 403 without a name of its own: the endpoint's policy, or something between us and CloudWatch.
  return known?.[1] ?? (status === 403 ? 'access-denied' : 'refused');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The HTTP status of an answer; `undefined` when there was none. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
