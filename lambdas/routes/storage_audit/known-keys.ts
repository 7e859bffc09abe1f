/**
 * The storage keys that the database knows, in arrays of numbers: 33 bytes each where an object of JavaScript's would
 * take some 200. A million of them are 33 MB, outside the heap.
 *
 * A hash table with open addresses: a UUID's words are looked for from the slot that they are mixed to, then in the slots
 * behind it. With 4 slots and the keys A (mixed to 2), B (to 2) and C (to 3), the slots read `C - A B`, as B finds its
 * place taken and C finds B in its.
 */
import { KNOWN } from '../../mendix/files/documents.ts';
import {
  type KeyLayout,
  keyOf,
  newUuidWords,
  readUuid,
  type UuidWords,
  uuidText,
} from '../../mendix/files/key-layout.ts';

/** A key that is no UUID as Mendix writes one: an app has none, but the column would take it. */
export interface OddKey {
  uuid: string;
  kind: number;
  size: number;
  /** Whether an object has it. */
  seen: boolean;
}

/** More keys than this are no part of a million, whatever the planner believed; the part is made smaller. */
export const MAX_KEYS = 2_000_000;
const MAX_ODD_KEYS = 10_000;
const MIN_CAPACITY = 1_024;
const SEEN = 0x80;

/** Thrown while keys are read when they become too many to be held. */
export class TooManyKeysError extends Error {
  override name = 'TooManyKeysError' as const;
}

/** Rows are numbered in the order in which they came. Two rows with one UUID are two rows. */
export class KnownKeys {
  #words: Uint32Array;
  #sizes: Float64Array;
  #kinds: Uint8Array;
  #slots: Int32Array;
  #count = 0;
  readonly #layout: KeyLayout;
  readonly #scratch = newUuidWords();
  /** By the object key that they would have. */
  readonly odd = new Map<string, OddKey>();

  /** @param expected rows; a good guess spares making room */
  constructor(layout: KeyLayout, expected: number) {
    this.#layout = layout;
    const capacity = Math.max(MIN_CAPACITY, Math.min(MAX_KEYS, Math.ceil(expected * 1.05)));
    this.#words = new Uint32Array(4 * capacity);
    this.#sizes = new Float64Array(capacity);
    this.#kinds = new Uint8Array(capacity);
    this.#slots = newSlots(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** @throws TooManyKeysError */
  add(uuid: string, kind: number, size: number): void {
    if (uuid.length !== 36 || !readUuid(uuid, 0, this.#scratch)) {
      this.#addOdd(uuid, kind, size);
      return;
    }
    if (this.#count === this.#kinds.length) this.#grow();
    const row = this.#count++;
    this.#words.set(this.#scratch, 4 * row);
    this.#sizes[row] = size;
    this.#kinds[row] = kind;
    this.#enter(row);
  }

  /** A document goes before the queue, and one with contents before one without. */
  #addOdd(uuid: string, kind: number, size: number): void {
    if (this.odd.size >= MAX_ODD_KEYS) throw new TooManyKeysError('odd keys');
    const key = keyOf(uuid, this.#layout);
    const before = this.odd.get(key);
    if (before === undefined || kind < before.kind) this.odd.set(key, { uuid, kind, size, seen: false });
  }

  /**
   * The row of a UUID, a document's before one of the queue; -1 when there is none.
   *
   * @param sees marks every row that has it: an object with this key exists
   */
  find(words: UuidWords, sees: boolean): number {
    const mask = this.#slots.length - 1;
    let best = -1;
    for (let slot = mixed(words[0] ?? 0, words[1] ?? 0, words[3] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row < 0) return best;
      const at = 4 * row;
      const isSame =
        this.#words[at] === words[0] &&
        this.#words[at + 1] === words[1] &&
        this.#words[at + 2] === words[2] &&
        this.#words[at + 3] === words[3];
      if (!isSame) continue;
      if (sees) this.#kinds[row] = (this.#kinds[row] ?? 0) | SEEN;
      if (best < 0 || this.kind(row) < this.kind(best)) best = row;
    }
  }

  kind(row: number): number {
    return (this.#kinds[row] ?? 0) & ~SEEN;
  }

  size(row: number): number {
    return this.#sizes[row] ?? -1;
  }

  uuid(row: number): string {
    const at = 4 * row;
    const [a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(at, at + 4);
    return uuidText(a, b, c, d);
  }

  /** Rows of documents with contents for which no object was seen. */
  *unseen(): Generator<number> {
    for (let row = 0; row < this.#count; row++) if (this.#kinds[row] === KNOWN.document) yield row;
  }

  #enter(row: number): void {
    const mask = this.#slots.length - 1;
    const at = 4 * row;
    let slot = mixed(this.#words[at] ?? 0, this.#words[at + 1] ?? 0, this.#words[at + 3] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    const capacity = Math.min(MAX_KEYS, 2 * this.#kinds.length);
    if (capacity === this.#kinds.length) throw new TooManyKeysError('keys');
    const [words, sizes, kinds] = [this.#words, this.#sizes, this.#kinds];
    this.#words = new Uint32Array(4 * capacity);
    this.#words.set(words);
    this.#sizes = new Float64Array(capacity);
    this.#sizes.set(sizes);
    this.#kinds = new Uint8Array(capacity);
    this.#kinds.set(kinds);
    this.#slots = newSlots(capacity);
    for (let row = 0; row < this.#count; row++) this.#enter(row);
  }
}

/** A power of two, so that at most half of the slots are taken. */
function newSlots(capacity: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
}

/** Most UUIDs are random; those that count up or tell the time differ in few bits, which end up everywhere. */
function mixed(a: number, b: number, d: number): number {
  let hash = Math.imul(a ^ Math.imul(d, 0x9e3779b1) ^ b, 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0xc2b2ae35) >>> 1;
}
