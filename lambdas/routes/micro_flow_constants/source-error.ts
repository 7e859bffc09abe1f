/** What stands beside a source that could not be used: a stable word, and what to do. Never an address or a value. */
import { faultOf, problemOf } from '../../faults.ts';
import { UnusableContentError } from '../../mendix/unusable-content.ts';

export interface SourceError {
  reason: string;
  detail: string;
}

/** @throws what is no fault of a source, a bug for instance */
export function sourceError(error: unknown): SourceError {
  if (error instanceof UnusableContentError) return { reason: error.reason, detail: error.advice };
  return { reason: faultOf(error).reason, detail: problemOf(error).detail };
}
