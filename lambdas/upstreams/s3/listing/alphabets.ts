/**
 * What may stand at each place of a bucket's keys, as the pages so far have shown: by the keys that came, and by the gaps
 * between them.
 */
import { type Alphabet, alphabetOf, Place, Word, wordClassOf } from './place.ts';

/** What a gap teaches is looked for in so many places from where its ends part. */
const MAX_GAP_PLACES = 8;

/** Where a reader of a key stands: its place is the number of signs passed and the distance from the last of them. */
export interface Cursor {
  word: number;
  at: number;
}

export function start(): Cursor {
  return { word: 0, at: 0 };
}

export function moveOn(cursor: Cursor, point: number): void {
  if (wordClassOf(point) === 0) {
    cursor.word++;
    cursor.at = 0;
  } else {
    cursor.at++;
  }
}

/** The alphabets of all places, learned from keys and gaps. */
export class Alphabets {
  /** How much all keys begin with: it is not looked at. */
  readonly #prefixLength: number;
  readonly #words: Word[] = [];
  readonly #seen = new Set<number>();
  /** Of places that no key has reached yet. */
  #unknown: Alphabet | null = null;

  constructor(prefixLength: number) {
    this.#prefixLength = prefixLength;
  }

  /**
   * What stands anywhere in a word may stand at each place of it: the `a` of `00a1` as its first letter, too.
   *
   * @param length so much of the key is looked at, and the word that ends behind that
   */
  learn(key: string, length = key.length): void {
    let word = 0;
    let from = this.#prefixLength;
    let classes = 0;
    for (let i = from; i < key.length; i++) {
      // Half of a pair is beyond 0x7f too: the class is right without looking at the other half.
      const bit = wordClassOf(key.charCodeAt(i));
      classes |= bit;
      if (bit !== 0) continue;
      this.#learnWord(key, from, i + 1, word, classes);
      word++;
      from = i + 1;
      classes = 0;
      if (from > length) return;
    }
    this.#learnWord(key, from, key.length, word, classes);
  }

  /** @param to with the sign that ends the word */
  #learnWord(key: string, from: number, to: number, index: number, classes: number): void {
    const word = this.#word(index);
    for (let i = from, at = 0; i < to; at++) {
      const point = key.codePointAt(i) ?? 0;
      const place = word.places[at] ?? new Place(word);
      word.places[at] = place;
      const bit = wordClassOf(point);
      if (bit !== 0) place.allow(classes);
      if (place.see(point)) {
        if (bit !== 0) word.add(point, bit);
        this.#know(point);
      }
      i += point > 0xffff ? 2 : 1;
    }
  }

  #know(point: number): void {
    if (this.#seen.has(point)) return;
    this.#seen.add(point);
    this.#unknown = null;
  }

  #word(index: number): Word {
    let word = this.#words[index];
    if (word === undefined) {
      word = new Word();
      this.#words[index] = word;
    }
    return word;
  }

  /**
   * Learns that nothing lies between `after` and `first` (`null`: the end). From `2026/5` to `2027/01/01/…`: no month
   * begins with 6 to 9.
   */
  learnGap(after: string, first: string | null): void {
    const cursor = start();
    let i = this.#prefixLength;
    for (; i < after.length && first !== null && after[i] === first[i]; i++) moveOn(cursor, after.charCodeAt(i));
    if (first === null) {
      this.#exclude(after, i, cursor, 'above', null);
    } else {
      this.#exclude(after, i, { ...cursor }, 'above', first.codePointAt(i) ?? null);
      this.#exclude(first, i, cursor, 'below', after.codePointAt(i) ?? null);
    }
  }

  /** Along one end of a gap: what would lie beside it and in the gap. `bound`: the other end's character at the first. */
  #exclude(key: string, from: number, cursor: Cursor, side: 'above' | 'below', bound: number | null): void {
    let limit = bound;
    for (let i = from, places = 0; i < key.length && places < MAX_GAP_PLACES; places++) {
      const point = key.codePointAt(i) ?? 0;
      const place = this.#words[cursor.word]?.places[cursor.at];
      if (side === 'above') place?.exclude(point, limit ?? 0x110000);
      else place?.exclude(limit ?? -1, point);
      limit = null;
      moveOn(cursor, point);
      i += point > 0xffff ? 2 : 1;
    }
  }

  /** Never empty. Where no key has come to, anything may stand. */
  at({ word, at }: Cursor): Alphabet {
    const place = this.#words[word]?.places[at];
    if (place !== undefined) return place.alphabet();
    this.#unknown ??= alphabetOf(this.#seen, () => [1, 1]);
    return this.#unknown;
  }
}
