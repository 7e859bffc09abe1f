/**
 * What Athena answers when it does not do what was asked, and why a query of its failed, as our errors. Its messages hold
 * SQL, paths and ARNs: they are looked at, and never passed on. Source: Athena API reference, "Common Errors",
 * "AthenaError"; Athena guide, "Troubleshoot issues in Athena".
 */
import { InventoryUnavailableError, UpstreamFailedError, UpstreamThrottledError } from '../../upstream-errors.ts';

/** What errors, the log line and `Server-Timing` call it. */
export const ATHENA = 'athena';

/** By the name of the error, the first that fits. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|NotAuthorized|OptInRequired/, 'access-denied'],
  [/RequestExpired/, 'clock-skew'],
  [/UnrecognizedClient|InvalidClientTokenId|ExpiredToken|MissingAuthentication|IncompleteSignature/, 'credentials'],
];
const ABOUT_TIME = /^Signature (?:expired|not yet current)/;

/** An answer whose status is not 200. @param body of the answer: `{"__type": "…", "message": "…"}` */
export function athenaFault(status: number, body: string): UpstreamFailedError | UpstreamThrottledError {
  const { __type = '', message = '', Message = message } = parsed(body);
  const name = __type.split('#').at(-1) ?? '';
  const cause = { cause: { code: name } };
  if (status === 429 || /Throttl|TooManyRequests/.test(name)) return new UpstreamThrottledError(ATHENA, cause);
  if (status >= 500) return new UpstreamFailedError(ATHENA, 'failed', cause);
  if (/InvalidSignature|SignatureDoesNotMatch/.test(name)) {
    return new UpstreamFailedError(ATHENA, ABOUT_TIME.test(Message) ? 'clock-skew' : 'credentials', cause);
  }
  const known = REASONS.find(([pattern]) => pattern.test(name));
  return new UpstreamFailedError(ATHENA, known?.[1] ?? (status === 403 ? 'access-denied' : 'refused'), cause);
}

function parsed(body: string): Record<string, string | undefined> {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

/**
 * Why a query ended in the state FAILED.
 *
 * @param reason Athena's `StateChangeReason`
 * @param type Athena's `ErrorType`, where it gave one
 */
export function queryFault(reason: string, type: number | null): Error {
  const cause = { cause: { code: `athena-${type ?? 'unknown'}` } };
  if (/Bytes scanned limit was exceeded/i.test(reason)) return new InventoryUnavailableError('over-limit', cause);
  // Lake Formation's: "Insufficient Lake Formation permission(s) on …".
  if (/Access ?Denied|not authorized|Insufficient .*permission|Status Code: 403/i.test(reason)) {
    return new InventoryUnavailableError('not-permitted', cause);
  }
  // The account's "DML query timeout" (Athena guide, "Service Quotas").
  if (/Query timeout/i.test(reason)) return new InventoryUnavailableError('cancelled', cause);
  if (/Query exhausted resources|SlowDown|Rate exceeded|Too ?Many ?Requests/i.test(reason)) {
    return new UpstreamThrottledError(ATHENA, cause);
  }
  if (/HIVE_|PARQUET|ORC|NoSuchKey|Malformed|corrupt/i.test(reason)) {
    return new InventoryUnavailableError('unreadable', cause);
  }
  return new UpstreamFailedError(ATHENA, 'failed', cause);
}
