/**
 * The key space of a listing as ranges: what is counted, what is left, where to split, and how to carry it on.
 *
 * Ranges never overlap and together cover everything, so a key is counted by exactly one of them. A range `(after,
 * upto]` moves its `after` up only with a whole page, and gives away its upper part only above every key that it has
 * seen. docs/decisions/listing.md has the proof.
 */
import { compareKeys } from '../object-key.ts';
import { KeySpace } from './key-space.ts';
import { type Count, Tally, type TallyState } from './tally.ts';

/** Keys above `after`, up to and with `upto`, of which one page at a time is asked for. */
export interface Range {
  /** The last key counted; the range goes on after it. */
  after: string;
  /** In a listing of versions: the version of `after` counted last; `null`: all of them. */
  version: string | null;
  /** Where S3 gave a page without keys: how to go on. */
  token: string | null;
  /** Last key that belongs to the range; `null`: to the end. */
  upto: string | null;
  /** Highest key seen, also in a page that is still arriving. */
  seen: string;
  /** First and last key of the newest page here, or of the neighbour that this was split off: how dense keys lie. */
  sample: readonly [string, string] | null;
  readonly tally: Tally;
  /** Whether nothing of it is left to count. */
  done: boolean;
}

/** `[after, version, upto]` of each range left, in key order. */
type RangeState = [string, string | null, string | null];

/** Where a listing stands; JSON. */
export interface ListingPosition {
  ranges: RangeState[];
  tally: TallyState;
  /** Sums of prefixes that are not finished: prefix, objects, bytes. */
  prefixes: [string, number, number][];
}

/** Pages that an even spread may have; beyond, what looks empty most likely is (1e5 pages are 100 M keys). */
const MAX_PAGES_LOG = Math.log(1e5);
/** Below two pages a split costs a request and saves none. */
const MIN_PAGES_LOG = Math.log(2);
/** Done ranges are put together above so many: a long listing makes thousands. */
const MAX_RANGES = 256;

/**
 * All ranges of one listing.
 *
 * A listing of `a` … `z` begins as one range `('', end]`. When its first page has come up to `c`, it is split in
 * `(c, n]` and `(n, end]`, each with a request of its own; when `(n, end]` has come up to `p`, that becomes `(p, u]` and
 * `(u, end]`, and so on. Cut off there, `c…n`, `p…u` and `u…end` are the position, with what was counted so far.
 */
export class Ranges {
  readonly #space: KeySpace;
  /** In key order. */
  #all: Range[] = [];
  /** What earlier requests counted. */
  readonly #before: Tally;
  /** Whether an earlier request has counted something of this listing. */
  readonly resumed: boolean;

  /** Of the request's own kind, for a page or a range. */
  readonly newTally: (state?: TallyState) => Tally;

  /**
   * @param position where an earlier request was cut; `null`: from the start
   * @param tally makes what is counted with; default: a plain one
   */
  constructor(
    prefix: string,
    position: ListingPosition | null,
    tally: (state: TallyState | null) => Tally = (state) => (state === null ? new Tally() : Tally.from(state)),
  ) {
    this.newTally = (state) => tally(state ?? null);
    this.#space = new KeySpace(prefix);
    this.resumed = position !== null;
    this.#before = this.newTally(position?.tally);
    for (const [name, objects, bytes] of position?.prefixes ?? []) this.#before.prefixes.set(name, { objects, bytes });
    for (const [after, version, upto] of position?.ranges ?? [['', null, null]]) {
      this.#all.push(newRange(after, version, upto, null, this.newTally()));
      if (upto !== null) this.#space.learn(upto);
      this.#space.learn(after);
    }
  }

  /** Those that are not done. */
  left(): Range[] {
    return this.#all.filter((range) => !range.done);
  }

  /** Prefixes with sums of their own, over all ranges. */
  prefixCount(): number {
    return this.#all.reduce((sum, range) => sum + range.tally.prefixes.size, this.#before.prefixes.size);
  }

  /** Nothing lies between `after` and `before` (`null`: the end): ranges within are done without a request. */
  markEmpty(after: string, before: string | null): void {
    for (const range of this.#all) {
      const starts = compareKeys(range.after, after) >= 0;
      const ends = before === null || (range.upto !== null && compareKeys(range.upto, before) < 0);
      if (starts && ends) range.done = true;
    }
  }

  /** Takes keys of the bucket into the alphabet by which distances are measured. */
  learn(keys: Iterable<string>): void {
    for (const key of keys) this.#space.learn(key);
  }

  /** Splits the range with the most work left and gives the new upper part; `null` when no split is worth a request. */
  split(): Range | null {
    if (this.#all.length > MAX_RANGES) this.#joinDone();
    for (;;) {
      let most = MIN_PAGES_LOG;
      let largest: Range | null = null;
      for (const range of this.#all) {
        const pages = this.#pagesLog(range);
        if (pages > most) {
          most = pages;
          largest = range;
        }
      }
      if (largest === null) return null;
      const upper = this.#splitRange(largest, most);
      if (upper !== null) return upper;
      // No key of the known characters lies between: its next page may show others.
      largest.sample = null;
    }
  }

  #splitRange(range: Range, pages: number): Range | null {
    const all = this.#space.logDistance(range.seen, range.upto);
    // Far more room than keys could fill: look at the geometric middle, which finds the end of a deep prefix in a few
    // steps where halves would take one for each bit of it.
    const even = pages <= MAX_PAGES_LOG;
    const middle = this.#space.above(range.seen, even ? all - Math.LN2 : all - pages / 2, range.upto);
    if (middle === null) return null;
    const upper = newRange(middle, null, range.upto, even ? range.sample : null, this.newTally());
    range.upto = middle;
    this.#all.splice(this.#all.indexOf(range) + 1, 0, upper);
    return upper;
  }

  /** Neighbours that are done become one, their counts together: what is looked through at each split stays short. */
  #joinDone(): void {
    const joined: Range[] = [];
    for (const range of this.#all) {
      const before = joined.at(-1);
      if (range.done && before?.done === true) before.tally.merge(range.tally);
      else joined.push(range);
    }
    this.#all = joined;
  }

  /** Logarithm of the pages left in a range, if keys go on as densely as they were; 0 where nothing is known. */
  #pagesLog(range: Range): number {
    if (range.done || range.sample === null) return 0;
    const [first, last] = range.sample;
    return this.#space.logDistance(range.seen, range.upto) - this.#space.logDistance(first, last);
  }

  /**
   * What is counted, and a position of at most `maxBytes` of JSON for the rest; `null` when nothing is left.
   *
   * Where there are too many ranges for that, neighbours become one, and what was counted between them is dropped to be
   * counted again: the least work first.
   */
  cut(maxBytes: number): { tally: Tally; position: ListingPosition | null } {
    const kept = this.newTally();
    kept.merge(this.#before);
    const gaps: { state: RangeState; before: Tally }[] = [];
    let between = this.newTally();
    for (const range of this.#all) {
      between.merge(range.tally);
      if (range.done) continue;
      gaps.push({ state: [range.after, range.version, range.upto], before: between });
      between = this.newTally();
    }
    kept.merge(between);
    for (;;) {
      const tally = this.newTally();
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

function newRange(
  after: string,
  version: string | null,
  upto: string | null,
  sample: Range['sample'],
  tally: Tally,
): Range {
  return { after, version, token: null, upto, seen: after, sample, tally, done: false };
}
