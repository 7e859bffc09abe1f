/**
 * Distances between keys, and points between them, in the alphabet that the bucket's own keys use.
 *
 * A key is read as the digits of a fraction: the first character weighs most. The base of each place is the number of
 * characters that may stand there (`place.ts`): of the classes seen in words at this place (digits, small letters …), all
 * that were seen in such words, less those that a page has shown not to be there. So the room between `9` and `a` of
 * hexadecimal names is nothing, a prefix that all keys share takes no room, and nothing is looked for between `2026/12/`
 * and `2027/01/` once one page has gone from there to there. It only has to estimate well: a bad point costs a request,
 * never a key.
 *
 * Worked example, UUIDs as Mendix names its files. The first page of 1,000 keys goes from `0012c9a1-5b7e-…` to
 * `00a3f1d0-1111-…`. Each place before a dash may have 16 characters, so
 *
 *     `0012c9a1` is 0/16 + 0/16² + 1/16³ + 2/16⁴ … = 0.00029        distance of the page: 0.00221
 *     `00a3f1d0` is 0/16 + 0/16² + 10/16³ + 3/16⁴ … = 0.00250       what is left up to the end: 0.99750
 *
 * which is about 450 pages. Half of that room above `00a3f1d0-…` is 0.50125; digits that are worth less than a sixteenth
 * of the step are left off, so the point is `80`: the range up to it keeps the connection that it has, the other gets a
 * new one. The next two splits are at `40` and `c0`. Had all keys begun with `files/`, the points would be `files/80` ….
 */
import { compareKeys } from '../object-key.ts';
import { Alphabets, type Cursor, moveOn, start } from './alphabets.ts';
import type { Alphabet } from './place.ts';

/** Digits that are worth less than this share of a step are left off: split points travel in cursors. */
const FINEST_LOG = Math.log(16);
const MIN_WEIGHT = 1e-12;
/** S3's longest key. */
const MAX_LENGTH = 1_024;
/** A character that is not in its place's alphabet still takes some room of it: at most so much. */
const STRANGE_WEIGHT = 0.1;

/** What a listing has learned of its keys, to tell where a range is best cut in two. */
export class KeySpace {
  /** All keys of the listing begin with it; it says nothing about distances. */
  readonly #prefix: string;
  readonly #alphabets: Alphabets;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#alphabets = new Alphabets(prefix.length);
  }

  /** Takes a key of the bucket into the alphabets. `length`: so much of it, and the word that ends behind that. */
  learn(key: string, length?: number): void {
    this.#alphabets.learn(key, length);
  }

  /** Learns that nothing lies between `after` and `first` (`null`: the end). */
  learnGap(after: string, first: string | null): void {
    this.#alphabets.learnGap(after, first);
  }

  /**
   * Natural logarithm of the distance from `low` up to `high`; the whole space is 0. `null` is its end.
   *
   * @param folder outside of it, characters that were not seen count for little
   */
  logDistance(low: string, high: string | null, folder = ''): number {
    const cursor = start();
    const caution = folder.length;
    let i = this.#prefix.length;
    let sharedLog = 0;
    for (; high !== null && i < low.length && low[i] === high[i]; ) {
      const point = low.codePointAt(i) ?? 0;
      if (high.codePointAt(i) !== point) break;
      sharedLog -= Math.log(shareOf(this.#alphabets.at(cursor), i < caution, point).width);
      moveOn(cursor, point);
      i += point > 0xffff ? 2 : 1;
    }
    const upper = high === null ? 1 : this.#fraction(high, i, { ...cursor }, caution);
    const distance = upper - this.#fraction(low, i, cursor, caution);
    return Math.log(Math.max(distance, MIN_WEIGHT)) - sharedLog;
  }

  /** Where `key` lies in the room of the place at `from`, of which the whole is 1. */
  #fraction(key: string, from: number, cursor: Cursor, caution: number): number {
    let fraction = 0;
    let weight = 1;
    for (let i = from; i < key.length && weight > MIN_WEIGHT; ) {
      const point = key.codePointAt(i) ?? 0;
      const { before, width } = shareOf(this.#alphabets.at(cursor), i < caution, point);
      fraction += weight * before;
      weight *= width;
      moveOn(cursor, point);
      i += point > 0xffff ? 2 : 1;
    }
    return fraction;
  }

  /**
   * A short key about `e^logStep` above `low` and below `high`, made of characters that may stand there; `null` when
   * there is none.
   *
   * @param folder outside of it, characters that were not seen count for little
   */
  above(low: string, logStep: number, high: string | null, folder = ''): string | null {
    const caution = folder.length;
    // Along `low`, down to where the step is as large as the room: the point is in none of those below.
    const cursors = [start()];
    const ends = [this.#prefix.length];
    const shares: Share[] = [];
    const reader = start();
    let roomLog = 0;
    for (let i = this.#prefix.length; i < low.length && logStep + roomLog < 0; ) {
      const point = low.codePointAt(i) ?? 0;
      const share = shareOf(this.#alphabets.at(reader), i < caution, point);
      shares.push(share);
      roomLog -= Math.log(share.width);
      moveOn(reader, point);
      i += point > 0xffff ? 2 : 1;
      cursors.push({ ...reader });
      ends.push(i);
    }
    let fraction = this.#fraction(low, ends.at(-1) ?? 0, { ...reader }, caution);
    for (let i = shares.length; i >= 0; i--) {
      const step = Math.exp(logStep + roomLog);
      const cursor = cursors[i];
      if (fraction + step < 1 && cursor !== undefined) {
        const point = this.#write(low.slice(0, ends[i]), cursor, fraction + step, step, caution);
        return compareKeys(point, low) > 0 && (high === null || compareKeys(point, high) < 0) ? point : null;
      }
      const { before = 0, width = 1 } = shares[i - 1] ?? {};
      fraction = before + width * fraction;
      roomLog += Math.log(width);
    }
    return null;
  }

  /** Appends the digits of `fraction` that are worth more than a sixteenth of `step`. */
  #write(text: string, cursor: Cursor, fraction: number, step: number, caution: number): string {
    let key = text;
    let rest = fraction;
    for (let weightLog = 0; weightLog < FINEST_LOG - Math.log(step) && key.length < MAX_LENGTH; ) {
      const { points, even, cautious } = this.#alphabets.at(cursor);
      const room = key.length < caution ? cautious : even;
      const all = room[points.length] ?? 1;
      let digit = 0;
      while (digit < points.length - 1 && (room[digit + 1] ?? 0) <= rest * all) digit++;
      const width = ((room[digit + 1] ?? 0) - (room[digit] ?? 0)) / all;
      rest = Math.min(Math.max((rest - (room[digit] ?? 0) / all) / width, 0), 1);
      weightLog -= Math.log(width);
      const point = points[digit] ?? 0x21;
      key += String.fromCodePoint(point);
      moveOn(cursor, point);
    }
    return key;
  }
}

/** A character's share of the room of its place: what comes before it, and its own. */
interface Share {
  before: number;
  width: number;
}

function shareOf({ points, even, cautious }: Alphabet, isCautious: boolean, point: number): Share {
  const room = isCautious ? cautious : even;
  const all = room[points.length] ?? 1;
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] ?? 0) < point) low = middle + 1;
    else high = middle;
  }
  const before = (room[low] ?? 0) / all;
  return points[low] === point
    ? { before, width: ((room[low + 1] ?? 0) - (room[low] ?? 0)) / all }
    : { before, width: Math.min(STRANGE_WEIGHT, 1 / (points.length + 1)) };
}
