/**
 * What belongs into an answer and is not there, with the reason: an answer without it must not look whole.
 * What can be missing is listed in the route's schema; each has a test in `missing.test.ts`.
 */
import { type Fault, faultOf } from '../../faults.ts';

/** A field of the answer, or a group of them. */
export type Part =
  | 'size_bytes'
  | 'counters_since'
  | 'wal_retained_bytes'
  | 'inactive_slots'
  | 'free_bytes'
  | 'counters'
  | 'sizes'
  | 'catalog';

export interface Missing {
  what: Part;
  /** As in the log line: `grant-missing`, `sqlstate-0A000`, `no-data`, `locked` … */
  reason: string;
}

export interface MissingPart {
  missing: Missing;
  fault: Fault;
}

/** @throws the error itself when it is no upstream's fault */
export function missingPart(what: Part, error: unknown): MissingPart {
  const fault = faultOf(error);
  return { missing: { what, reason: fault.reason }, fault };
}

/** What the role may not look at. @param server its configured name */
export function refusedPart(what: Part, server: string): MissingPart {
  return { missing: { what, reason: 'grant-missing' }, fault: { source: server, reason: 'grant-missing' } };
}
