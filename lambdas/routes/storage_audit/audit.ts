/** The audit as a whole: part after part, from a position to the end or to the deadline. */
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { AuditScope, Part, PartResult, RangeState } from './audit-scope.ts';
import { keyRange, objectRange, PIECES, type Pieces, piecesOf } from './key-space.ts';
import { TooManyKeysError } from './known-keys.ts';
import { auditPart } from './part.ts';
import { MAX_RANGES_BYTES, type Position } from './position.ts';
import { addTotals, newTotals, type Totals, totalsFrom, totalsState } from './totals.ts';

/** What an audit has come to. */
export interface Progress {
  totals: Totals;
  /** Where it goes on; `null`: it is whole. */
  next: Position | null;
  /** Why it got no further, where that was not its time alone. */
  interruption: Error | null;
}

/** A guess where the planner has none; room is made as keys come. */
const UNKNOWN_KEYS = 100_000;
/** With less time left, another part would only be begun. */
const MIN_PART_MS = 500;

/**
 * Goes on from `position` as far as the time lets.
 *
 * A failure leaves the position where it was, so a client that asks again with its cursor loses nothing.
 *
 * @throws what {@link auditPart} throws, and what kept the listing from its first page, where nothing was counted before,
 *   now or earlier
 */
export async function audit(scope: AuditScope, position: Position | null): Promise<Progress> {
  const totals = position === null ? newTotals() : totalsFrom(position.totals);
  const width = piecesOf(expectedKeys(scope));
  let pieces: Pieces = position ?? { from: 0, to: width };
  let ranges: RangeState[] | null = position?.ranges ?? null;
  let interruption: Error | null = null;
  let hasCounted = position !== null;
  for (;;) {
    try {
      const result = await auditPieces(pieces, ranges, scope);
      // Not one page: nothing is known of the bucket, which is not an empty one.
      if (!hasCounted && result.pages === 0 && result.rest.length > 0) {
        throw result.interruption ?? new UpstreamTimeoutError('s3');
      }
      addTotals(totals, result.totals);
      hasCounted = true;
      ({ interruption } = result);
      ranges = result.rest.length > 0 ? result.rest : null;
      if (ranges === null) {
        if (pieces.to >= PIECES) return { totals, next: null, interruption };
        pieces = { from: pieces.to, to: Math.min(PIECES, pieces.to + width) };
      }
    } catch (error) {
      if (error instanceof TooManyKeysError && ranges === null && pieces.to - pieces.from > 1) {
        pieces = { from: pieces.from, to: (pieces.from + pieces.to) >> 1 };
        continue;
      }
      const told = toldAs(error, scope);
      if (!hasCounted) throw told;
      interruption = told;
    }
    if (ranges !== null || interruption !== null || scope.deadline.remaining() < MIN_PART_MS) break;
  }
  const { as_of, database } = scope;
  const next = {
    as_of: as_of.toISOString(),
    database: database !== null,
    ...pieces,
    ranges,
    totals: totalsState(totals),
  };
  return { totals, next, interruption };
}

/** Audits the pieces, or what is left of them. @param list and the rest: as in `Part` */
export function auditPieces(
  pieces: Pieces,
  ranges: RangeState[] | null,
  scope: AuditScope,
  list: Pick<Part, 'list' | 'max_rows'> = { list: null, max_rows: Number.POSITIVE_INFINITY },
): Promise<PartResult> {
  const part = {
    keys: keyRange(pieces),
    ranges: ranges ?? [objectRange(pieces, scope.layout)],
    expected: (expectedKeys(scope) * (pieces.to - pieces.from)) / PIECES,
    position_bytes: MAX_RANGES_BYTES,
    ...list,
  };
  return auditPart(part, scope);
}

/** Too many keys in the smallest part is a limit of ours, told as the database's. */
export function toldAs(error: unknown, { database }: AuditScope): Error {
  if (error instanceof TooManyKeysError) {
    return new UpstreamFailedError(database?.server ?? 'postgresql', 'too-many-documents', { cause: error });
  }
  return error instanceof Error ? error : new UpstreamTimeoutError('s3', { cause: error });
}

function expectedKeys({ database }: AuditScope): number {
  return database === null ? 0 : (database.catalog.documents.estimated_rows ?? UNKNOWN_KEYS);
}
