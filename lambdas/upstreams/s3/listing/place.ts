/**
 * What may stand at one place of the keys, and how likely it is: what was seen there, what has been shown not to be
 * there, and what is unknown.
 *
 * A place is told by the number of signs before it and by its distance from the last one, so that the day of
 * `2026/11/05` is one place however the year before it is written, and the second word of `a/b` and of `longer/b`, too.
 */

/** Letters and digits; anything else is a sign, and signs part words. Bits of a mask. */
const WORD_CLASS = { digit: 1, small: 2, capital: 4, other: 8 } as const;
const CLASS_BITS = [WORD_CLASS.digit, WORD_CLASS.small, WORD_CLASS.capital, WORD_CLASS.other];
const DIGITS = [...'0123456789'].map((digit) => digit.charCodeAt(0));

/**
 * Where scripts begin: whoever writes `größe` may well write `заказ` or `発注` too, and nothing of those would be looked
 * for in an alphabet of what came so far. Source: Unicode 16, Blocks.txt.
 */
const SCRIPTS = [
  0xc0, 0x100, 0x370, 0x400, 0x590, 0x600, 0x900, 0xe00, 0x1e00, 0x2000, 0x3040, 0x4e00, 0x7000, 0xac00, 0xf900,
  0x10000, 0x1f300, 0x20000,
];

/** What a character weighs beside one that was seen: where a gap spoke against it; where caution is due, the same. */
const DEAD_WEIGHT = 0.05;
const CAUTIOUS_DEAD_WEIGHT = 0.02;
/** Kept of what a place is known not to have; more would be looked through for nothing. */
const MAX_DEAD = 64;

/** The class of a character as a bit of {@link WORD_CLASS}; 0 is a sign. */
export function wordClassOf(point: number): number {
  if (point > 0x7f) return WORD_CLASS.other;
  if (point >= 0x61 && point <= 0x7a) return WORD_CLASS.small;
  if (point >= 0x30 && point <= 0x39) return WORD_CLASS.digit;
  return point >= 0x41 && point <= 0x5a ? WORD_CLASS.capital : 0;
}

/** The characters of one word of the keys (the first, the second …), by class: each may stand at each place of it. */
export class Word {
  readonly #points = new Map<number, Set<number>>(CLASS_BITS.map((bit) => [bit, new Set()]));
  readonly places: Place[] = [];

  /** Takes in a character, and what usually comes with it: all ten digits with the first of them. */
  add(point: number, bit: number): void {
    const points = this.#points.get(bit);
    if (points === undefined || points.has(point)) return;
    if (points.size === 0) {
      for (const companion of bit === WORD_CLASS.digit ? DIGITS : bit === WORD_CLASS.other ? SCRIPTS : []) {
        points.add(companion);
      }
    }
    points.add(point);
    for (const place of this.places) place.forget();
  }

  /** All characters of the classes in `mask`. */
  points(mask: number): number[] {
    return CLASS_BITS.filter((bit) => (mask & bit) !== 0).flatMap((bit) => [...(this.#points.get(bit) ?? [])]);
  }
}

/** The characters of a place as shares of its room, in the order of keys. */
export interface Alphabet {
  /** Ascending code points; never empty. */
  readonly points: readonly number[];
  /** Room before each character, and at the end all of it; where all count alike, and where unknown ones count less. */
  readonly even: readonly number[];
  readonly cautious: readonly number[];
}

export class Place {
  readonly #word: Word;
  #classes = 0;
  readonly #seen = new Set<number>();
  /** Those of them below 128, as bits: most are, and a look at a set costs more. */
  readonly #ascii = [0, 0, 0, 0];
  /** Neither end belongs to it: between them nothing was where something could have been. */
  #dead: [number, number][] = [];
  #alphabet: Alphabet | null = null;

  constructor(word: Word) {
    this.#word = word;
  }

  /** The alphabet is made anew when it is needed next. */
  forget(): void {
    this.#alphabet = null;
  }

  /** Classes of the word that came here: what stands anywhere in a word may stand at each place of it. */
  allow(classes: number): void {
    if ((this.#classes & classes) === classes) return;
    this.#classes |= classes;
    this.forget();
  }

  /** @returns whether it had not been seen here yet. Called for each character that is learned */
  see(point: number): boolean {
    const bit = 1 << (point & 31);
    if (point < 128 && ((this.#ascii[point >> 5] ?? 0) & bit) !== 0) return false;
    if (point < 128) this.#ascii[point >> 5] = (this.#ascii[point >> 5] ?? 0) | bit;
    if (this.#seen.has(point)) return false;
    this.#seen.add(point);
    this.forget();
    return true;
  }

  /** Nothing is between `low` and `high` in one case: most likely there is not in others either, until it is seen. */
  exclude(low: number, high: number): void {
    if (high - low < 2 || this.#dead.length >= MAX_DEAD) return;
    if (this.#dead.some(([from, to]) => from <= low && high <= to)) return;
    this.#dead = this.#dead.filter(([from, to]) => !(low <= from && to <= high));
    this.#dead.push([low, high]);
    this.forget();
  }

  alphabet(): Alphabet {
    this.#alphabet ??= this.#make();
    return this.#alphabet;
  }

  /**
   * Where caution is due, a character that nothing is known of weighs what the known ones let expect: with 1 to 4 seen as
   * a month's last digit, and nothing against others, 5 most likely comes; after gaps at 4 to 9 of the first digit, 2
   * most likely does not.
   */
  #make(): Alphabet {
    const points = new Set([...this.#seen, ...this.#word.points(this.#classes)]);
    const seen = this.#seen.size;
    let dead = 0;
    for (const point of points) if (!this.#seen.has(point) && this.#isDead(point)) dead++;
    const expected = Math.max(CAUTIOUS_DEAD_WEIGHT, (seen - 0.5) / (seen + dead));
    return alphabetOf(points, (point) => {
      if (this.#seen.has(point)) return [1, 1];
      return this.#isDead(point) ? [DEAD_WEIGHT, CAUTIOUS_DEAD_WEIGHT] : [1, expected];
    });
  }

  #isDead(point: number): boolean {
    return this.#dead.some(([from, to]) => from < point && point < to);
  }
}

/** Of these characters, each with what it weighs. */
export function alphabetOf(points: Iterable<number>, weights: (point: number) => [number, number]): Alphabet {
  const sorted = [...points].sort((a, b) => a - b);
  if (sorted.length === 0) sorted.push(0x21);
  const even = [0];
  const cautious = [0];
  for (const [i, point] of sorted.entries()) {
    const [weight, cautiousWeight] = weights(point);
    even.push((even[i] ?? 0) + weight);
    cautious.push((cautious[i] ?? 0) + cautiousWeight);
  }
  return { points: sorted, even, cautious };
}
