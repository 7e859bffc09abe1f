/** What reading one bucket came to: its row, what is left to do, and what could not be had. */

import { type Fault, faultOf, type PartProblem, partProblem } from '../../faults.ts';
import type { RunningQuery } from '../../inventory/query.ts';
import { InventoryUnavailableError, UpstreamThrottledError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { BucketRow } from './bucket-row.ts';
import type { InventoryReading } from './inventory.ts';
import type { ListingState } from './live-listing.ts';

/** What became of one bucket. */
export interface BucketOutcome {
  row: BucketRow;
  /** What is left of its listing; `null`: nothing, or it failed. */
  rest: ListingState | null;
  /** The query over its inventory report that goes on; `null`: none. */
  query: RunningQuery | null;
  /** Every part that could not be had, for the log line. */
  faults: Fault[];
  /** Whether time ran out before the first page of its listing came. */
  unread: boolean;
}

/** Counts `error` as a fault. @throws what is no upstream's fault: a bug must not hide in a row */
export function count(error: unknown, outcome: BucketOutcome): Fault {
  const fault = faultOf(error);
  outcome.faults.push(fault);
  return fault;
}

/** As {@link count}; gives the problem that stands in the row. */
export function problemIn(error: unknown, outcome: BucketOutcome): PartProblem {
  count(error, outcome);
  return partProblem(error);
}

/** Not what S3 has against this bucket, but that there was no time left to ask. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof UpstreamTimeoutError || error instanceof UpstreamThrottledError;
}

/** The problem with a report after which another one should have come; `null`: it is the newest that there can be. */
export function oldProblem({ report }: InventoryReading, outcome: BucketOutcome): PartProblem | null {
  return report.old ? problemIn(new InventoryUnavailableError('old'), outcome) : null;
}
