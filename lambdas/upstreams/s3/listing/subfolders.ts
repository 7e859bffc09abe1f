/**
 * Names of folders that S3 was asked for, and the cuts that follow from them. Where a bucket has folders by date, no page
 * of `2024/01/` says that there is a `2025/`; a list with `delimiter=/` does, beside the pages that are asked for anyway.
 *
 * Worked example: the first page goes from `2024/01/01/0012…` to `2024/01/05/fc34…`, so it lies in `2024/01/`. Asked for
 * are the folders of the bucket and of `2024/`, and not those of `2024/01/`: a page passes five of its days, so that cuts
 * at them would save nothing. The bucket's are `2024/`, `2025/` and `2026/`: cuts at `20240` and `20250`, behind the end
 * of each but the last. As there are folders two levels below `2024/`, those of `2025/` and `2026/` are asked for too.
 *
 * It is advice alone: a cut is made where it lies within a range, and what S3 did not say costs nothing but time.
 */
import { compareKeys, sharedLength } from '../object-key.ts';

/** Asked for at the most: so many at once in the beginning, and one more for each of so many pages. */
const FIRST_LISTS = 16;
const PAGES_PER_LIST = 32;
/** Folders that are asked for because a neighbour has folders: of more, a page has to show first that it is worth it. */
const MAX_NEIGHBOURS = 12;
/** Folders of a level are too small to be cut at where more than one of so many pages passes the end of one. */
const PAGES_PER_FOLDER = 3;

const DELIMITER = '/';

/** Of one listing. */
export class Subfolders {
  /** How much all keys begin with; no folder above it is looked at. */
  readonly #rootLength: number;
  readonly #asked = new Set<string>();
  readonly #toAsk: string[] = [];
  readonly #cuts: { point: string; level: number }[] = [];
  /** Pages by the level of the first folder that they leave: 1 is `a/1` to `b/2`. */
  readonly #leaving: number[] = [];
  #pages = 0;
  /** The deepest level that keys of a page were in. */
  #depth = 0;

  constructor(root: string) {
    this.#rootLength = root.length;
  }

  /** Learns from the first and the last key of a page that further ones follow. */
  see(first: string, last: string): void {
    const folders = this.#around(first.slice(0, sharedLength(first, last)));
    const level = folders.length;
    this.#pages++;
    this.#leaving[level] = (this.#leaving[level] ?? 0) + 1;
    this.#depth = Math.max(this.#depth, level);
    // The folder of the page itself is not asked for: how its keys go on is known from them.
    for (const [above, folder] of folders.slice(0, -1).entries()) this.#want(folder, above + 1);
  }

  /** A folder whose folders are to be asked for; `null` when there is none. */
  next(): string | null {
    const most = FIRST_LISTS + Math.floor(this.#pages / PAGES_PER_LIST);
    return this.#asked.size - this.#toAsk.length < most ? (this.#toAsk.shift() ?? null) : null;
  }

  /** @param names full names of folders in `folder`, in the order of keys; of very many, the first */
  take(folder: string, names: readonly string[]): void {
    const level = this.#around(folder).length;
    const ends = names.slice(0, -1).map((name) => name.slice(0, -1) + String.fromCharCode(DELIMITER.charCodeAt(0) + 1));
    for (const point of halves(ends)) this.#cuts.push({ point, level });
    if (level + 1 < this.#depth && names.length <= MAX_NEIGHBOURS)
      for (const name of names) this.#want(name, level + 1);
  }

  /** A point to cut at, the most useful first; `null` when there is none. */
  nextCut(): string | null {
    for (let cut = this.#cuts.shift(); cut !== undefined; cut = this.#cuts.shift()) {
      // Pages that came since the folders were asked for may have shown that they are small.
      if (!this.#isTooFine(cut.level)) return cut.point;
    }
    return null;
  }

  /** @param level of the folders in it */
  #want(folder: string, level: number): void {
    if (this.#asked.has(folder) || this.#isTooFine(level)) return;
    this.#asked.add(folder);
    this.#toAsk.push(folder);
  }

  #isTooFine(level: number): boolean {
    let leaving = 0;
    for (let i = 1; i <= level; i++) leaving += this.#leaving[i] ?? 0;
    return leaving * PAGES_PER_FOLDER > this.#pages;
  }

  /** The root and each folder that the text is in, outermost first: of `a/b/c` these are the root, `a/` and `a/b/`. */
  #around(text: string): string[] {
    const folders = [text.slice(0, this.#rootLength)];
    for (let end = text.indexOf(DELIMITER, this.#rootLength); end >= 0; end = text.indexOf(DELIMITER, end + 1)) {
      folders.push(text.slice(0, end + 1));
    }
    return folders;
  }
}

/** The middle one, then those of the halves beside it, and so on: however few are used, they lie evenly. */
export function halves(sorted: readonly string[]): string[] {
  const ordered: string[] = [];
  const parts: [number, number][] = [[0, sorted.length]];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const [from, to] = part;
    const middle = (from + to) >> 1;
    const point = sorted[middle];
    if (from >= to || point === undefined) continue;
    ordered.push(point);
    parts.push([from, middle], [middle + 1, to]);
  }
  return ordered;
}

/** Whether a cut at `point` leaves something on both sides that has not been seen. */
export function isWithin(point: string, seen: string, upto: string | null): boolean {
  return compareKeys(point, seen) > 0 && (upto === null || compareKeys(point, upto) < 0);
}
