/**
 * Where the ranges of a listing are best cut in two.
 *
 * What is known best is the folder of a range's newest page (`2026/01/` of a page of January): keys there go on as
 * densely as they did, so its rest is cut evenly. What lies beyond is a guess: a few ranges at a time are sent ahead, first
 * behind the folder's end (`2026/010`), behind the end of the folder around it (`20260`), then between those. What they
 * bring teaches the key space; what they do not find costs a request.
 */
import { compareKeys } from '../object-key.ts';
import type { Folders } from './folder.ts';
import type { KeySpace } from './key-space.ts';
import type { Range } from './range.ts';

/** Pages that an even spread may have; beyond, what looks empty most likely is (1e5 pages are 100 M keys). */
const MAX_PAGES_LOG = Math.log(1e5);
/** Below two pages a split costs a request and saves none. */
const MIN_PAGES_LOG = Math.log(2);
/** Ranges that are sent ahead at a time into what is not known. */
const MAX_GUESSES = 6;

/** Folders around a page that are looked at: `a/b/c/…` may have a thousand, and each look reads the whole key. */
const MAX_FOLDERS = 6;

/** What a range of a listing is cut into: its upper part begins at `point`. */
export interface Split {
  range: Range;
  point: string;
  /** How densely keys lie above the point, as far as is known, and in which folder. */
  sample: Range['sample'];
  folder: string;
  isGuess: boolean;
}

/** Logarithms of pages; 0 or less: not worth a request. */
interface Estimate {
  seen: string;
  upto: string | null;
  sample: Range['sample'];
  /** In the folder, if keys go on as densely as they were. */
  known: number;
  /** Behind it. */
  beyond: number;
  /** Where that begins. */
  end: string | null;
  parent: string;
}

/** Chooses among all ranges. */
export class Splitter {
  readonly #space: KeySpace;
  readonly #folders: Folders;
  readonly #estimates = new WeakMap<Range, Estimate>();

  constructor(space: KeySpace, folders: Folders) {
    this.#space = space;
    this.#folders = folders;
  }

  /** The cut that is worth most, or `null` when none is worth a request. */
  next(ranges: readonly Range[]): Split | null {
    let guesses = 0;
    for (const range of ranges) if (range.isGuess && !range.done) guesses++;
    return (guesses < MAX_GUESSES ? this.#best(ranges, 'beyond') : null) ?? this.#best(ranges, 'known');
  }

  #best(ranges: readonly Range[], part: 'known' | 'beyond'): Split | null {
    for (;;) {
      let most = MIN_PAGES_LOG;
      let largest: Range | null = null;
      for (const range of ranges) {
        if (range.done || range.sample === null) continue;
        const pages = this.#estimate(range)[part];
        if (pages > most) {
          most = pages;
          largest = range;
        }
      }
      if (largest === null) return null;
      const split = part === 'known' ? this.#cutKnown(largest) : this.#cutBeyond(largest);
      if (split !== null) return split;
      // No key of the known characters lies between: its next page may show others.
      this.#estimate(largest)[part] = 0;
    }
  }

  #cutKnown(range: Range): Split | null {
    const { known, end } = this.#estimate(range);
    return this.#middle(range, known, end === null ? range.upto : end, range.folder, false);
  }

  #cutBeyond(range: Range): Split | null {
    const { beyond, end, parent } = this.#estimate(range);
    if (end !== null) return { range, point: end, sample: range.sample, folder: parent, isGuess: true };
    return this.#middle(range, beyond, range.upto, range.folder, true);
  }

  /**
   * Half way, or, where there is far more room than keys could fill, at the geometric middle, which finds the end of a
   * used part in a few steps where halves would take one for each bit of the room.
   */
  #middle(range: Range, pages: number, high: string | null, folder: string, isGuess: boolean): Split | null {
    const all = this.#space.logDistance(range.seen, high, folder);
    const isEven = pages <= MAX_PAGES_LOG;
    const point = this.#space.above(range.seen, isEven ? all - Math.LN2 : all - pages / 2, high, folder);
    return point === null ? null : { range, point, sample: isEven ? range.sample : null, folder, isGuess };
  }

  #estimate(range: Range): Estimate {
    const before = this.#estimates.get(range);
    if (
      before !== undefined &&
      before.seen === range.seen &&
      before.upto === range.upto &&
      before.sample === range.sample
    ) {
      return before;
    }
    const estimate = this.#make(range);
    this.#estimates.set(range, estimate);
    return estimate;
  }

  #make(range: Range): Estimate {
    const { seen, upto, sample, folder } = range;
    const [first, last, pageShare] = sample ?? [seen, seen, 1];
    const page = (within: string) => this.#space.logDistance(first, last, within) - Math.log(pageShare);
    const pages = (low: string, high: string | null, within: string) =>
      this.#space.logDistance(low, high, within) - page(within);
    const estimate: Estimate = { seen, upto, sample, known: 0, beyond: 0, end: null, parent: folder };
    // The innermost folder that has a page or two left; what is less, the next page passes.
    let inner = folder;
    for (let level = 0; level < MAX_FOLDERS; level++, inner = this.#folders.parentOf(inner)) {
      const end = this.#folders.endOf(inner);
      const isLast = end === null || (upto !== null && compareKeys(end, upto) >= 0);
      const within = isLast ? pages(seen, upto, inner) : compareKeys(end, seen) > 0 ? pages(seen, end, inner) : 0;
      if (!range.isGuess && inner === folder) estimate.known = within;
      if (isLast) {
        if (range.isGuess) estimate.beyond = within;
        return estimate;
      }
      if (within >= MIN_PAGES_LOG) {
        estimate.end = end;
        estimate.parent = this.#folders.parentOf(inner);
        estimate.beyond = pages(end, upto, estimate.parent);
        return estimate;
      }
    }
    return estimate;
  }
}
