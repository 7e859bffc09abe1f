/** What a cursor of this route carries: JSON. */
import type { EnvironmentRequest } from '../../exchange.ts';
import type { RunningQuery } from '../../inventory/query.ts';
import type { ParametersOf } from '../../route.ts';
import type { RangeState } from './audit-scope.ts';
import type { route } from './route.ts';
import type { TotalsState } from './totals.ts';

/** A request with its place in an audit or in a list. */
export type AuditRequest = EnvironmentRequest<ParametersOf<typeof route>, Position | ListPosition | WaitingPosition>;

/** Where an audit stands. */
export interface Position {
  /** When it began: ages are counted from then, on every page. */
  as_of: string;
  /** False: the database could not be asked when it began, and is not asked later, as its classes would be partial. */
  database: boolean;
  /** The part that it is at: pieces of the key space. */
  from: number;
  to: number;
  /** What is left of that part; `null`: all of it. */
  ranges: RangeState[] | null;
  /** Everything counted before. */
  totals: TotalsState;
  /** Left out where the bucket is listed. */
  report?: AskedReport;
}

/** A report whose keys Athena gives, or gave; the audit ends with the one that it began with. */
export interface AskedReport extends RunningQuery {
  as_of: string;
  old: boolean;
}

/** Where an audit stands while Athena has not given the keys yet: nowhere. */
export interface WaitingPosition {
  report: AskedReport;
}

/** Where a list of keys stands. */
export interface ListPosition {
  as_of: string;
  /** The last key that was looked at. */
  after: string;
  /** Pieces of the part to begin with: as large as was good last time. */
  width: number;
  /** As in {@link Position}. */
  report?: AskedReport;
}

/**
 * Of the ranges, in bytes of JSON. A cursor has at most 6,000 characters, in base64 4,500 bytes; totals take up to 1,900
 * of them with all entities, classes and states.
 */
export const MAX_RANGES_BYTES = 2_300;
