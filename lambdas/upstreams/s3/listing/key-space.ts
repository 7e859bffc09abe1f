/**
 * Distances between keys, and points between them, in the alphabet that the bucket's own keys use.
 *
 * A key is read as the digits of a fraction: the first character weighs most. The base of each place is the number of
 * characters that may stand there: of the classes seen in words at this place (digits, small letters, a slash …), all
 * that were seen anywhere. So the room between `9` and `a` of hexadecimal names is nothing, a prefix that all keys share
 * takes no room, and nothing is looked for between `2026/01/` and `2026/02/`. It only has to estimate well: a bad point
 * costs a request, never a key.
 *
 * Worked example, UUIDs as Mendix names its files. The first page of 1,000 keys goes from `0012c9a1-5b7e-…` to
 * `00a3f1d0-1111-…`. Each place before a dash may have 16 characters, so
 *
 *     `0012c9a1` is 0/16 + 0/16² + 1/16³ + 2/16⁴ … = 0.00029        distance of the page: 0.00221
 *     `00a3f1d0` is 0/16 + 0/16² + 10/16³ + 3/16⁴ … = 0.00250       what is left up to the end: 0.99750
 *
 * which is about 450 pages. Half of that room above `00a3f1d0-…` is 0.50125, and the shortest key near it is `80`: the
 * range up to it keeps the connection that it has, the other gets a new one. The next two splits are at `40` and `c0`.
 * Had all keys begun with `files/`, those six places would have one character each, and the points be `files/80` ….
 */
import { compareKeys } from '../object-key.ts';

/** Digits that are looked at beyond a step's size, as a natural logarithm of their number. */
const PRECISION_LOG = 7;
const MIN_WEIGHT = 1e-12;
/** S3's longest key. */
const MAX_LENGTH = 1_024;
const DIGITS = [...'0123456789'].map((digit) => digit.charCodeAt(0));

/** Kinds of characters that stand for each other; a sign stands for itself. */
function classOf(point: number): string {
  if (point > 0x7f) return 'other';
  const character = String.fromCharCode(point);
  if (/[0-9]/.test(character)) return 'digit';
  if (/[a-z]/.test(character)) return 'small';
  return /[A-Z]/.test(character) ? 'capital' : character;
}

/** Letters and digits; signs part them. */
const WORD = new Set(['digit', 'small', 'capital', 'other']);

interface Place {
  classes: Set<string>;
  /** Code points that may stand here, ascending; `null`: to be made anew. */
  alphabet: number[] | null;
}

/** What a listing has learned of its keys, to tell where a range is best cut in two. */
export class KeySpace {
  /** All keys of the listing begin with it; it says nothing about distances. */
  readonly #prefix: string;
  /** Code points seen anywhere, by class. */
  readonly #seen = new Map<string, Set<number>>();
  /** Class of each code point seen. */
  readonly #classes = new Map<number, string>();
  readonly #places: Place[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** What stands anywhere in a word may stand at each place of it: the `a` of `00a1` as its first letter, too. */
  learn(key: string): void {
    const classes = this.#points(key).map((point) => this.#learnPoint(point));
    let start = 0;
    while (start < classes.length) {
      let end = start + 1;
      while (end < classes.length && WORD.has(classes[start] ?? '') && WORD.has(classes[end] ?? '')) end++;
      const word = new Set(classes.slice(start, end));
      for (let i = start; i < end; i++) this.#allow(i, word);
      start = end;
    }
  }

  #allow(i: number, classes: ReadonlySet<string>): void {
    const place = this.#places[i] ?? { classes: new Set(), alphabet: null };
    this.#places[i] = place;
    for (const name of classes) {
      if (place.classes.has(name)) continue;
      place.classes.add(name);
      place.alphabet = null;
    }
  }

  /** Gives the class. */
  #learnPoint(point: number): string {
    const known = this.#classes.get(point);
    if (known !== undefined) return known;
    const name = classOf(point);
    this.#classes.set(point, name);
    this.#seen.set(name, new Set([...(this.#seen.get(name) ?? []), ...(name === 'digit' ? DIGITS : []), point]));
    for (const place of this.#places) place.alphabet = null;
    return name;
  }

  /** Natural logarithm of the distance from `low` up to `high`; the whole space is 0. `null` is its end. */
  logDistance(low: string, high: string | null): number {
    const from = this.#points(low);
    const to = high === null ? null : this.#points(high);
    let shared = 0;
    let sharedLog = 0;
    while (to !== null && shared < from.length && from[shared] === to[shared]) {
      sharedLog += Math.log(this.#alphabet(shared).length);
      shared++;
    }
    let distance = to === null ? 1 : 0;
    let weight = 1;
    for (let i = shared; i < Math.max(from.length, to?.length ?? 0) && weight > MIN_WEIGHT; i++) {
      weight /= this.#alphabet(i).length;
      distance += weight * ((to === null ? 0 : this.#digit(to, i)) - this.#digit(from, i));
    }
    return Math.log(Math.max(distance, weight)) - sharedLog;
  }

  /**
   * A short key about `e^logStep` above `low` and below `high`, made of characters that may stand there; `null` when
   * there is none.
   */
  above(low: string, logStep: number, high: string | null): string | null {
    const from = this.#points(low);
    const digits: number[] = [];
    let roomLog = 0;
    for (let i = 0; roomLog < PRECISION_LOG - logStep && i < MAX_LENGTH && i <= this.#places.length + 4; i++) {
      digits.push(this.#digit(from, i));
      roomLog += Math.log(this.#alphabet(i).length);
    }
    let carry = Math.max(1, Math.round(Math.exp(logStep + roomLog)));
    for (let i = digits.length - 1; i >= 0 && carry > 0; i--) {
      const base = this.#alphabet(i).length;
      const sum = (digits[i] ?? 0) + carry;
      digits[i] = sum % base;
      carry = Math.floor(sum / base);
    }
    return carry > 0 ? null : this.#shortest(low, digits, high);
  }

  /** As few digits as tell the point from its neighbours, and one: split points travel in cursors. */
  #shortest(low: string, digits: number[], high: string | null): string | null {
    let text = this.#prefix;
    let spare = 1;
    for (const [i, digit] of digits.entries()) {
      text += String.fromCodePoint(this.#alphabet(i)[digit] ?? 0x21);
      if (compareKeys(text, low) > 0 && spare-- === 0) break;
    }
    const between = compareKeys(text, low) > 0 && (high === null || compareKeys(text, high) < 0);
    return between ? text : null;
  }

  #points(key: string): number[] {
    if (!key.startsWith(this.#prefix)) return [];
    return Array.from(key.slice(this.#prefix.length), (character) => character.codePointAt(0) ?? 0);
  }

  /** How many characters of a place's alphabet are smaller than the key's; where the key has ended, none. */
  #digit(points: readonly number[], i: number): number {
    const point = points[i];
    if (point === undefined) return 0;
    const alphabet = this.#alphabet(i);
    let low = 0;
    let high = alphabet.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((alphabet[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Never empty. Beyond the longest key seen, anything may stand. */
  #alphabet(i: number): readonly number[] {
    const place = this.#places[i];
    if (place?.alphabet) return place.alphabet;
    const classes = place?.classes ?? this.#seen.keys();
    const points = [...classes].flatMap((name) => [...(this.#seen.get(name) ?? [])]).sort((a, b) => a - b);
    const alphabet = points.length === 0 ? [0x21] : points;
    if (place !== undefined) place.alphabet = alphabet;
    return alphabet;
  }
}
