/**
 * Buckets of any size for benchmarks: keys of a given shape, everything else derived from them.
 * The XML of every entry is made at the start, so that a list page costs this endpoint next to nothing.
 */
import { Random } from '../random/seeded-random.ts';
import { sortKeys } from './key-order.ts';
import { contentsElement, type RenderedObjects } from './list-objects.ts';
import { etagOf, type StoredObject } from './store.ts';
import { urlEncodeKey } from './xml.ts';

/** How keys may lie: Mendix's own, by date, below one deep prefix, nine in ten below one prefix, non-ASCII. */
export const KEY_SHAPES = ['uuid', 'dates', 'deep', 'hot', 'non-ascii'] as const;

/** How the keys are spread: what makes a listing hard is their shape and not their number. */
export type KeyShape = (typeof KEY_SHAPES)[number];

const SHAPES: Readonly<Record<KeyShape, (random: Random) => string>> = {
  uuid: (random) => random.uuid(),
  dates: (random) => {
    const day = new Date(Date.UTC(2024, 0, 1) + random.between(0, 1000) * 86_400_000);
    return `${day.toISOString().slice(0, 10).replaceAll('-', '/')}/${random.uuid()}`;
  },
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
};

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
