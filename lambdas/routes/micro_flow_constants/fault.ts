/** What stands beside a source that could not be used: a stable word, and what to do. Never an address or a value. */
import {
  DatabaseUnavailableError,
  UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from '../../errors.ts';
import { UnusableContentError } from '../../mendix/constants/unusable.ts';

export interface Fault {
  reason: string;
  detail: string;
}

const ADVICE: Record<string, string> = {
  'access-denied':
    "It may not be read: check the function's role, the endpoint policy, and the bucket's own policy and key.",
  'not-found': 'It is not there: check the configured bucket and key, or upload it.',
  'wrong-region': 'Its bucket is in another Region than configured.',
  changed: 'It was replaced while it was read: ask again.',
  'too-large': 'It is larger than its documented limit: check what was uploaded.',
  'too-many-objects': 'More than 10,000 objects are under its prefix: configure a narrower one, or a key.',
  'invalid-range': 'It is empty: upload it again.',
  unreachable: 'It cannot be reached from the functions: check endpoints and security groups.',
};

/** @throws what is no fault of a source, a bug for instance */
export function faultOf(error: unknown): Fault {
  if (error instanceof UnusableContentError) return { reason: error.reason, detail: error.advice };
  if (error instanceof UpstreamFailedError) {
    return {
      reason: error.reason,
      detail: ADVICE[error.reason] ?? 'It gave an answer that cannot be used: ask again.',
    };
  }
  if (error instanceof UpstreamThrottledError) return { reason: 'throttled', detail: 'It asks for slower requests.' };
  if (error instanceof UpstreamTimeoutError)
    return { reason: 'timeout', detail: 'It did not answer in time: ask again.' };
  if (error instanceof DatabaseUnavailableError) {
    return {
      reason: error.reason,
      detail: 'The database does not say which model is deployed; GET /table_size says why.',
    };
  }
  throw error;
}
