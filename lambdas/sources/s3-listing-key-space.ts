/**
 * Distances between keys, and points between them, in the alphabet that the bucket's own keys use.
 *
 * A key is read as the digits of a fraction: the first character weighs most, and the base is the number of characters
 * seen so far (and one for "the key ends here"). With hexadecimal names the space between `9` and `a` is nothing, as it
 * should be; with names in Chinese the base is some thousands. It only has to estimate well: a bad point costs a
 * request, never a key.
 */

/** Digits beyond the first difference that matter for an estimate. */
const PRECISION = 6;

/** Order of keys in S3: their UTF-8 bytes, which is the order of code points. JavaScript's own is that of UTF-16. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Surrogates, which write code points above 0xFFFF, sort after all other units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

export class KeySpace {
  /** All keys of the listing begin with it; it says nothing about distances. */
  readonly #prefix: string;
  /** Code points seen, ascending. */
  readonly #alphabet: number[] = [];
  readonly #seen = new Set<number>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  learn(key: string): void {
    for (const character of this.#own(key)) {
      const point = character.codePointAt(0) ?? 0;
      if (this.#seen.has(point)) continue;
      this.#seen.add(point);
      this.#alphabet.splice(this.#place(point), 0, point);
    }
  }

  /** Natural logarithm of the distance from `low` up to `high`; the whole space is 0. `null` is its end. */
  logDistance(low: string, high: string | null): number {
    const from = this.#digits(low);
    const to = high === null ? [this.#base] : this.#digits(high);
    let shared = 0;
    while (shared < from.length && from[shared] === to[shared]) shared++;
    let distance = 0;
    for (let i = PRECISION - 1; i >= 0; i--) {
      distance = (distance + (to[shared + i] ?? 0) - (from[shared + i] ?? 0)) / this.#base;
    }
    const least = this.#base ** -PRECISION;
    return Math.log(Math.max(distance, least)) - shared * Math.log(this.#base);
  }

  /**
   * A short key about `e^logStep` above `low` and below `high`, made of characters seen; `null` when there is none.
   */
  above(low: string, logStep: number, high: string | null): string | null {
    const base = this.#base;
    const depth = Math.max(0, Math.ceil(-logStep / Math.log(base)));
    const length = depth + 2;
    const digits = this.#digits(low).slice(0, length);
    while (digits.length < length) digits.push(0);
    let carry = Math.round(Math.exp(logStep + length * Math.log(base)));
    for (let i = length - 1; i >= 0 && carry > 0; i--) {
      const sum = (digits[i] ?? 0) + carry;
      digits[i] = sum % base;
      carry = Math.floor(sum / base);
    }
    if (carry > 0) return null;
    return this.#shortest(low, digits, high);
  }

  /** As few digits as tell the point from its neighbours, and one: split points travel in cursors. */
  #shortest(low: string, digits: number[], high: string | null): string | null {
    let text = this.#prefix;
    let spare = 1;
    for (const digit of digits) {
      if (digit === 0 && compareKeys(text, low) > 0) break;
      // Digit 0 is the end of a key; a point that must go on does so with the least character.
      text += String.fromCodePoint(this.#alphabet[Math.max(digit, 1) - 1] ?? 0x21);
      if (compareKeys(text, low) > 0 && spare-- === 0) break;
    }
    const between = compareKeys(text, low) > 0 && (high === null || compareKeys(text, high) < 0);
    return between ? text : null;
  }

  get #base(): number {
    return this.#alphabet.length + 1;
  }

  #digits(key: string): number[] {
    return Array.from(this.#own(key), (character) => this.#place(character.codePointAt(0) ?? 0) + 1);
  }

  #own(key: string): string {
    return key.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : '';
  }

  /** How many characters of the alphabet are smaller. */
  #place(point: number): number {
    let low = 0;
    let high = this.#alphabet.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#alphabet[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
