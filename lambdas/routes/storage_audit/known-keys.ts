/**
 * The storage keys that the database knows, in an array of numbers: 33 bytes each where an object of JavaScript's would
 * take some 200. A million of them are 33 MB, outside the heap.
 *
 * A hash table with open addresses: a UUID is looked for from its place, then in the slots behind it until one is free. With
 * 4 slots and the keys A (whose place is 2), B (2) and C (3), the slots read `C - A B`, as B finds its place taken and C
 * finds B in its.
 *
 * The place of a random UUID (version 4, Mendix's own) is by its first 32 bits: in a part from `40` to `80`, `60…` lies in
 * the middle. So a page of the listing, which comes in order, looks at slots that lie side by side, and not at a thousand
 * places of 33 MB: that took half of the audit's own time.
 */
import { type KeyRange, type KeySink, KNOWN } from '../../mendix/files/documents.ts';
import { type KeyLayout, keyOf, type UuidWords, uuidText } from '../../mendix/files/key-layout.ts';

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

/** Thrown while keys are read when they become too many to be held. */
export class TooManyKeysError extends Error {
  override name = 'TooManyKeysError' as const;
}

/**
 * Numbers of a slot, side by side so that one look at memory brings all of them: the UUID's four, then the size by its lower
 * and its upper half, which has above its 21 bits the kind and one more (so that only a free slot has 0), and the mark.
 */
const SLOT = 6;
const KIND_SHIFT = 24;
const SEEN = 0x8000_0000;
const UPPER_SIZE = 0x1f_ffff;
const HALF = 0x1_0000_0000;
/** Slots for each key. */
const ROOM = 1.3;
/** Random UUIDs of a million have their place within some 200 slots: with more, they are not as random as they say. */
const MAX_STEPS = 1_000;

/** Two rows with one UUID have two slots. */
export class KnownKeys implements KeySink {
  #slots: Uint32Array;
  #capacity: number;
  #count = 0;
  /** False once UUIDs have turned out to lie close together. */
  #isByOrder = true;
  /** Slots are by order of what lies above this first word, and so far above it. */
  readonly #low: number;
  readonly #width: number;
  readonly #layout: KeyLayout;
  /** By the object key that they would have. */
  readonly odd = new Map<string, OddKey>();

  /**
   * @param range of the keys
   * @param expected rows; a good guess spares making room
   */
  constructor(layout: KeyLayout, { after, upto }: KeyRange, expected: number) {
    this.#layout = layout;
    this.#low = after === null ? 0 : firstWord(after);
    this.#width = (upto === null ? HALF : firstWord(upto)) - this.#low;
    this.#capacity = Math.max(MIN_CAPACITY, Math.min(MAX_KEYS, Math.ceil(expected * 1.05)));
    this.#slots = newSlots(this.#capacity);
  }

  /** @throws TooManyKeysError */
  add(words: UuidWords, kind: number, size: number): void {
    if (this.#count === this.#capacity) this.#grow();
    this.#count++;
    // One more than it is, so that -1 is 0: all negative sizes say the same, that there is none.
    const above = Math.min(Number.MAX_SAFE_INTEGER, Math.max(-1, size) + 1);
    const upper = Math.floor(above / HALF) | ((kind + 1) << KIND_SHIFT);
    if (!this.#enter(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0, above, upper)) this.#scatter();
  }

  /** A document goes before the queue, and one with contents before one without. @throws TooManyKeysError */
  addOdd(uuid: string, kind: number, size: number): void {
    if (this.odd.size >= MAX_ODD_KEYS) throw new TooManyKeysError('odd keys');
    const key = keyOf(uuid, this.#layout);
    const before = this.odd.get(key);
    if (before === undefined || kind < before.kind) this.odd.set(key, { uuid, kind, size, seen: false });
  }

  /**
   * The slot of a UUID, a document's before one of the queue; -1 when there is none.
   *
   * @param words have the UUID from `start` on
   * @param sees marks every slot that has it: an object with this key exists
   */
  find(words: Uint32Array, start: number, sees: boolean): number {
    const a = words[start] ?? 0;
    const b = words[start + 1] ?? 0;
    const c = words[start + 2] ?? 0;
    const d = words[start + 3] ?? 0;
    const slots = this.#slots;
    let best = -1;
    for (let at = this.#place(a, b, d); slots[at + 5] !== 0; at = at + SLOT === slots.length ? 0 : at + SLOT) {
      if (slots[at] !== a || slots[at + 1] !== b || slots[at + 2] !== c || slots[at + 3] !== d) continue;
      if (sees) slots[at + 5] = (slots[at + 5] ?? 0) | SEEN;
      if (best < 0 || this.kind(at) < this.kind(best)) best = at;
    }
    return best;
  }

  kind(slot: number): number {
    return (((this.#slots[slot + 5] ?? 0) >>> KIND_SHIFT) & 0x7f) - 1;
  }

  /** Bytes, as the database has them; -1 where it has none. Exact below 9 PB. */
  size(slot: number): number {
    return ((this.#slots[slot + 5] ?? 0) & UPPER_SIZE) * HALF + (this.#slots[slot + 4] ?? 0) - 1;
  }

  uuid(slot: number): string {
    const [a = 0, b = 0, c = 0, d = 0] = this.#slots.subarray(slot, slot + 4);
    return uuidText(a, b, c, d);
  }

  /** Slots of documents with contents for which no object was seen. */
  *unseen(): Generator<number> {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += SLOT) {
      if ((slots[at + 5] ?? 0) >>> KIND_SHIFT === KNOWN.document + 1) yield at;
    }
  }

  /** Where a UUID is looked for first. */
  #place(a: number, b: number, d: number): number {
    const isRandom = this.#isByOrder && (b & 0xf000) === 0x4000 && a >= this.#low;
    const share = isRandom ? (a - this.#low) / this.#width : mixed(a, b, d) / HALF;
    const place = Math.floor((share * this.#slots.length) / SLOT) * SLOT;
    return place < this.#slots.length ? place : 0;
  }

  /** @returns false when it was entered far from its place */
  #enter(a: number, b: number, c: number, d: number, lower: number, upper: number): boolean {
    const slots = this.#slots;
    let steps = 0;
    let at = this.#place(a, b, d);
    for (; slots[at + 5] !== 0; steps++) at = at + SLOT === slots.length ? 0 : at + SLOT;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = d;
    slots[at + 4] = lower;
    slots[at + 5] = upper;
    return steps <= MAX_STEPS;
  }

  #grow(): void {
    if (this.#capacity === MAX_KEYS) throw new TooManyKeysError('keys');
    this.#capacity = Math.min(MAX_KEYS, 2 * this.#capacity);
    this.#enterAll(this.#slots);
  }

  /** Gives up the order: UUIDs that call themselves random and lie side by side would be looked for ever longer. */
  #scatter(): void {
    if (!this.#isByOrder) return;
    this.#isByOrder = false;
    this.#enterAll(this.#slots);
  }

  #enterAll(before: Uint32Array): void {
    this.#slots = newSlots(this.#capacity);
    let isNear = true;
    for (let at = 0; at < before.length; at += SLOT) {
      const [a = 0, b = 0, c = 0, d = 0, lower = 0, upper = 0] = before.subarray(at, at + SLOT);
      if (upper !== 0) isNear = this.#enter(a, b, c, d, lower, upper) && isNear;
    }
    if (!isNear) this.#scatter();
  }
}

/** With slots to spare, so that a key is found, or found not to be there, within a few steps. */
function newSlots(capacity: number): Uint32Array {
  return new Uint32Array(SLOT * Math.ceil(ROOM * capacity));
}

/** The first 32 bits of the UUIDs that begin with the two digits of a border. */
function firstWord(border: string): number {
  return Number.parseInt(border, 16) * 0x100_0000;
}

/** Evenly spread, whatever bits the UUIDs differ in: those that count up or tell the time differ in few. */
function mixed(a: number, b: number, d: number): number {
  let hash = Math.imul(a ^ Math.imul(d, 0x9e3779b1) ^ b, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
