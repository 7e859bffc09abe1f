/**
 * Buckets of any size for benchmarks: keys of a given shape, everything else derived from them.
 * The XML of every entry is made at the start, so that a list page costs this endpoint next to nothing.
 */
import { Random } from '../random/seeded-random.ts';
import { sortKeys } from './key-order.ts';
import { contentsElement, type RenderedObjects } from './list-objects.ts';
import { etagOf, type StoredObject } from './store.ts';
import { urlEncodeKey } from './xml.ts';

/**
 * How keys may lie: Mendix's own, by date, below one deep prefix, nine in ten below one prefix, non-ASCII; by date with
 * half of them on one day, below one prefix beside prefixes of one key each, of 900 bytes, in folders named by words.
 */
export const KEY_SHAPES = ['uuid', 'dates', 'deep', 'hot', 'non-ascii', 'hot-day', 'beside', 'long', 'words'] as const;

/** How the keys are spread: what makes a listing hard is their shape and not their number. */
export type KeyShape = (typeof KEY_SHAPES)[number];

const SHAPES: Readonly<Record<KeyShape, (random: Random) => string>> = {
  uuid: (random) => random.uuid(),
  dates: (random) => `${dayPath(random.between(0, 1000))}/${random.uuid()}`,
  deep: (random) => `apps/shop/production/eu-west-1/files/archive/objects/${random.uuid()}`,
  hot: (random) => (random.next() < 0.9 ? `incoming/${random.uuid()}` : random.uuid()),
  'non-ascii': (random) => {
    const word = random.weighted([
      ['größe', 3],
      ['発注', 3],
      ['заказ', 3],
      ['\u{1f4e6}', 2],
      ['\ufb01le', 1],
    ] as const);
    return `${word}${random.next() < 0.5 ? ' ' : '/'}${random.uuid()}`;
  },
  'hot-day': (random) => `${dayPath(random.next() < 0.5 ? 533 : random.between(0, 1000))}/${random.uuid()}`,
  // 400 keys to each prefix of one key.
  beside: (random) => (random.between(0, 400) > 0 ? `files/${random.uuid()}` : `${random.uuid().slice(0, 13)}/one`),
  long: (random) =>
    Array.from({ length: 25 }, () => random.uuid())
      .join('/')
      .slice(0, 900),
  words: (random) => `${word(random)}/${word(random)}/${random.uuid()}`,
};

/** `0` is `2024/01/01`. */
function dayPath(day: number): string {
  const date = new Date(Date.UTC(2024, 0, 1) + day * 86_400_000);
  return date.toISOString().slice(0, 10).replaceAll('-', '/');
}

const WORDS = ['contract', 'invoice', 'letter', 'offer', 'order', 'photo', 'report', 'scan'];

function word(random: Random): string {
  return WORDS[random.between(0, WORDS.length - 1)] ?? '';
}

/** Distinct keys in S3's order, the same on each call. */
export function syntheticKeys(shape: KeyShape, count: number): string[] {
  const random = new Random(`keys ${shape}`);
  return sortKeys(Array.from({ length: count }, () => SHAPES[shape](random)));
}

const MODIFIED = Date.UTC(2026, 0, 1);
const CHUNK = 1000;

/** Objects that follow from their number and are kept nowhere: a million of them costs no memory. */
export class SyntheticObjects implements RenderedObjects {
  readonly #keys: readonly string[];
  readonly #chunks: Buffer[] = [];
  /** Where each entry begins within its chunk. */
  readonly #offsets: Uint32Array;

  /** @param keys distinct, in S3's order */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
    this.#offsets = new Uint32Array(keys.length);
    for (let from = 0; from < keys.length; from += CHUNK) this.#chunks.push(this.#render(from));
  }

  get length(): number {
    return this.#keys.length;
  }

  /** The object at this place in key order. */
  at(index: number): StoredObject | undefined {
    const key = this.#keys[index];
    if (key === undefined) return undefined;
    return {
      key,
      size: sizeOf(index),
      last_modified: new Date(MODIFIED + index * 1000),
      etag: etagOf(key),
      storage_class: 'STANDARD',
      version_id: 'null',
      body: null,
    };
  }

  /** Bytes of all objects: what an exact listing must find. */
  totalBytes(): number {
    let total = 0;
    for (let index = 0; index < this.length; index++) total += sizeOf(index);
    return total;
  }

  /** The `<Contents>` elements of a run of objects, ready to be sent. */
  rendered(from: number, to: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let at = from; at < to; ) {
      const chunk = Math.floor(at / CHUNK);
      const end = Math.min(to, (chunk + 1) * CHUNK);
      const stop = end % CHUNK === 0 || end === this.length ? undefined : this.#offsets[end];
      const bytes = this.#chunks[chunk];
      if (bytes !== undefined) pieces.push(bytes.subarray(this.#offsets[at], stop));
      at = end;
    }
    return pieces;
  }

  #render(from: number): Buffer {
    let text = '';
    for (let index = from; index < Math.min(from + CHUNK, this.length); index++) {
      this.#offsets[index] = text.length;
      const object = this.at(index);
      if (object !== undefined) text += contentsElement(object, urlEncodeKey);
    }
    // Url-encoded keys leave nothing beyond ASCII.
    return Buffer.from(text, 'latin1');
  }
}

/** Spread over 0 to 999,999 bytes. */
function sizeOf(index: number): number {
  return Math.imul(index + 1, 2654435761) >>> 12;
}
