/** Where a listing that was cut off stands: what is left of it, within the bytes that a cursor has for it. */
import { compareKeys } from '../object-key.ts';
import type { Range } from './range.ts';
import type { Count, Tally, TallyState } from './tally.ts';

/** `[after, version, upto]` of each range left, in key order. */
type RangeState = [string, string | null, string | null];

/** Where a listing stands; JSON. */
export interface ListingPosition {
  ranges: RangeState[];
  tally: TallyState;
  /** Sums of prefixes that are not finished: prefix, objects, bytes. */
  prefixes: [string, number, number][];
}

/**
 * What is counted, and a position of at most `maxBytes` of JSON for the rest; `null` when nothing is left.
 *
 * Where there are too many ranges for that, neighbours become one, and what was counted between them is dropped to be
 * counted again: the least work first.
 *
 * @param all in key order
 * @param earlier what earlier requests counted
 */
export function cutOff(
  all: readonly Range[],
  earlier: Tally,
  newTally: () => Tally,
  maxBytes: number,
): { tally: Tally; position: ListingPosition | null } {
  const kept = newTally();
  kept.merge(earlier);
  const gaps: { state: RangeState; before: Tally }[] = [];
  let between = newTally();
  for (const range of all) {
    between.merge(range.tally);
    if (range.done) continue;
    gaps.push({ state: [range.after, range.version, range.upto], before: between });
    between = newTally();
  }
  kept.merge(between);
  for (;;) {
    const tally = newTally();
    for (const part of [kept, ...gaps.map((gap) => gap.before)]) tally.merge(part);
    if (gaps.length === 0) return { tally, position: null };
    const ranges = gaps.map((gap) => gap.state);
    const position = { ranges, tally: tally.state(), prefixes: unfinished(tally, ranges) };
    const work = gaps.slice(1).map((gap) => gap.before.entries);
    if (work.length === 0 || bytesOf(position) <= maxBytes) return { tally, position };
    const [dropped] = gaps.splice(work.indexOf(Math.min(...work)) + 1, 1);
    const previous = gaps.findLast((gap) => dropped !== undefined && compareKeys(gap.state[0], dropped.state[0]) < 0);
    if (dropped !== undefined && previous !== undefined) previous.state[2] = dropped.state[2];
  }
}

/** True when keys below `prefix` are left in one of the ranges. */
export function isUnfinished(prefix: string, position: ListingPosition | null): boolean {
  return (position?.ranges ?? []).some(
    ([after, , upto]) =>
      (compareKeys(after, prefix) < 0 || after.startsWith(prefix)) && (upto === null || compareKeys(prefix, upto) <= 0),
  );
}

/** Sums that a later request goes on with. */
function unfinished(tally: Tally, ranges: RangeState[]): [string, number, number][] {
  const position = { ranges, tally: tally.state(), prefixes: [] };
  return [...tally.prefixes]
    .filter(([prefix]) => isUnfinished(prefix, position))
    .map(([prefix, { objects, bytes }]: [string, Count]) => [prefix, objects, bytes]);
}

function bytesOf(position: ListingPosition): number {
  return Buffer.byteLength(JSON.stringify(position));
}
