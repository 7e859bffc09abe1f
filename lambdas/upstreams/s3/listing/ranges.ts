/**
 * The key space of a listing as ranges: what is counted, what is left, and where to split.
 *
 * Ranges never overlap and together cover everything, so a key is counted by exactly one of them. A range `(after,
 * upto]` moves its `after` up only with a whole page, and gives away its upper part only above every key that it has
 * seen. docs/decisions/listing.md has the proof.
 */
import { compareKeys } from '../object-key.ts';
import { Folders } from './folder.ts';
import { KeySpace } from './key-space.ts';
import { cutOff, type ListingPosition } from './position.ts';
import { newRange, type PagePoint, type Range } from './range.ts';
import { Splitter } from './split.ts';
import { isWithin, Subfolders } from './subfolders.ts';
import { Tally, type TallyState } from './tally.ts';

/** A folder that a page ends in counts by itself where it goes on for so many pages. */
const MIN_FOLDER_LOG = Math.log(4);

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
  readonly #folders: Folders;
  readonly #splitter: Splitter;
  /** What S3 said of the folders of the listing. */
  readonly subfolders: Subfolders;
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
    this.#folders = new Folders(prefix);
    this.subfolders = new Subfolders(prefix);
    this.#splitter = new Splitter(this.#space, this.#folders);
    this.resumed = position !== null;
    this.#before = this.newTally(position?.tally);
    for (const [name, objects, bytes] of position?.prefixes ?? []) this.#before.prefixes.set(name, { objects, bytes });
    for (const [after, version, upto] of position?.ranges ?? [['', null, null]]) {
      this.#all.push(newRange(after, version, upto, this.newTally()));
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
    this.#space.learnGap(after, before);
    for (let i = this.#firstFrom(after); i < this.#all.length; i++) {
      const range = this.#all[i];
      if (range === undefined) return;
      const ends = before === null || (range.upto !== null && compareKeys(range.upto, before) < 0);
      if (!ends) return;
      range.done = true;
    }
  }

  /** Place of the first range that begins at or after the key. */
  #firstFrom(key: string): number {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.#all[middle]?.after ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes the first `length` characters of a key of the bucket into the alphabet by which distances are measured. */
  learn(key: string, length?: number): void {
    this.#space.learn(key, length);
  }

  /** Splits the range with the most work left and gives the new upper part; `null` when no split is worth a request. */
  split(): Range | null {
    if (this.#all.length > MAX_RANGES) this.#joinDone();
    const folder = this.#splitAtFolder();
    if (folder !== null) return folder;
    const split = this.#splitter.next(this.#all);
    if (split === null) return null;
    const { range, point, sample, folder: within, isGuess } = split;
    return this.#cutAt(range, point, { sample, folder: within, isGuess });
  }

  /** Behind the end of a folder that another one follows: there are keys above it, and how many nobody knows. */
  #splitAtFolder(): Range | null {
    for (let point = this.subfolders.nextCut(); point !== null; point = this.subfolders.nextCut()) {
      const range = this.#all[this.#firstFrom(point) - 1];
      if (range === undefined || range.done || !isWithin(point, range.seen, range.upto)) continue;
      return this.#cutAt(range, point, { sample: null, folder: '', isGuess: false });
    }
    return null;
  }

  #cutAt(range: Range, point: string, known: Pick<Range, 'sample' | 'folder' | 'isGuess'>): Range {
    const upper: Range = { ...newRange(point, null, range.upto, this.newTally()), ...known };
    range.upto = point;
    this.#all.splice(this.#all.indexOf(range) + 1, 0, upper);
    return upper;
  }

  /**
   * Takes the newest page of a range as the measure of how densely keys lie. Where it ends in a large folder that it does
   * not begin in, its end alone: `00a3…/one` to `files/0b17…` says how the keys of `files/` lie from its first one on.
   *
   * @param between some keys of the page in order, each with the share of the page's keys from it on
   */
  sample(range: Range, first: string, last: string, between: readonly PagePoint[] = []): void {
    range.isGuess = false;
    range.sample = [first, last, 1];
    range.folder = this.#folders.folderOf(first, last);
    const point = between.find(({ key }) => this.#folders.folderOf(key, last).length > range.folder.length);
    if (point === undefined || point.key === last) return;
    const inner = this.#folders.folderOf(point.key, last);
    const page = this.#space.logDistance(point.key, last, inner) - Math.log(point.share);
    if (this.#space.logDistance(last, this.#folders.endOf(inner), inner) - page < MIN_FOLDER_LOG) return;
    range.sample = [point.key, last, point.share];
    range.folder = inner;
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

  /** What is counted, and a position of at most `maxBytes` of JSON for the rest; `null` when nothing is left. */
  cut(maxBytes: number): { tally: Tally; position: ListingPosition | null } {
    return cutOff(this.#all, this.#before, this.newTally, maxBytes);
  }
}
