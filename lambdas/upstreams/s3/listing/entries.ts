/** What a page of a listing gives, in arrays of numbers: an object for each key would cost more than reading it. */
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { decodeKey } from '../object-key.ts';

/** What an entry of a page is; the numbers stand in `Entries.kinds`. */
export const KIND = { current: 0, noncurrent: 1, deleteMarker: 2 } as const;

/** Names of the storage classes seen; an entry's number is its place here. Unnamed in a listing: a marker. */
export const STORAGE_CLASSES: string[] = ['STANDARD'];

/** Entries that became complete with one chunk. Reused: read it before the callback returns. */
export interface Entries {
  readonly count: number;
  /** Bytes. */
  readonly sizes: Float64Array;
  /** Values of {@link KIND}. */
  readonly kinds: Uint8Array;
  /** Places in {@link STORAGE_CLASSES}. */
  readonly classes: Uint8Array;
  /** The key of an entry, decoded. */
  key(index: number): string;
  /** What {@link keyStarts} and {@link keyEnds} are places in: keys as the answer writes them, not decoded. */
  readonly bytes: Uint8Array;
  readonly keyStarts: Int32Array;
  readonly keyEnds: Int32Array;
  /**
   * When the object was last written, to the minute: the digits of its UTC time as a number, so that later is larger.
   * `2026-11-26T09:05:31.000Z` is 202611260905.
   *
   * @throws UpstreamFailedError `invalid-answer` for an entry without such a time
   */
  minute(index: number): number;
}

/** Where the digits of `yyyy-mm-ddThh:mm` stand. */
const MINUTE_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15];
/** S3 gives 1,000 entries a page; more are handed on in portions. */
const CAPACITY = 1_024;

/** The entries of the bytes that are being read: where their keys stand in them, and what is counted of each. */
export class EntryBuffer implements Entries {
  #bytes: Buffer = Buffer.alloc(0);
  #urlEncoded = true;
  count = 0;
  readonly sizes = new Float64Array(CAPACITY);
  readonly kinds = new Uint8Array(CAPACITY);
  readonly classes = new Uint8Array(CAPACITY);
  readonly keyStarts = new Int32Array(CAPACITY);
  readonly keyEnds = new Int32Array(CAPACITY);
  readonly #modified = new Int32Array(CAPACITY);

  /** @param urlEncoded whether the answer says so of its keys. They are ASCII then, which is faster to read */
  begin(bytes: Buffer, urlEncoded: boolean): void {
    this.#bytes = bytes;
    this.#urlEncoded = urlEncoded;
    this.count = 0;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get full(): boolean {
    return this.count === CAPACITY;
  }

  /** @param modified where the text of `LastModified` begins; 0: there is none */
  add(keyStart: number, keyEnd: number, modified: number, size: number, kind: number, storageClass: number): void {
    const at = this.count++;
    this.keyStarts[at] = keyStart;
    this.keyEnds[at] = keyEnd;
    this.#modified[at] = modified;
    this.sizes[at] = size;
    this.kinds[at] = kind;
    this.classes[at] = storageClass;
  }

  key(index: number): string {
    const encoding = this.#urlEncoded ? 'latin1' : 'utf8';
    const text = this.#bytes.toString(encoding, this.keyStarts[index], this.keyEnds[index]);
    return decodeKey(text, this.#urlEncoded);
  }

  minute(index: number): number {
    const start = this.#modified[index] ?? 0;
    let digits = start === 0 ? Number.NaN : 0;
    for (const at of MINUTE_DIGITS) {
      const digit = (this.#bytes[start + at] ?? 0) - 0x30;
      digits = digit >= 0 && digit <= 9 ? digits * 10 + digit : Number.NaN;
    }
    if (Number.isNaN(digits)) throw new UpstreamFailedError('s3', 'invalid-answer');
    return digits;
  }
}

/** S3 has about ten; a number has one byte. */
const MAX_CLASSES = 256;

const STANDARD = Buffer.from('STANDARD');

/** The number of the storage class that stands in `bytes`. Nearly every object is in `STANDARD`: told without a string. */
export function storageClassAt(bytes: Buffer, start: number, end: number): number {
  let same = 0;
  while (same < STANDARD.length && bytes[start + same] === STANDARD[same]) same++;
  if (same === STANDARD.length && end - start === same) return 0;
  const name = bytes.toString('latin1', start, end);
  const known = STORAGE_CLASSES.indexOf(name);
  if (known >= 0) return known;
  if (STORAGE_CLASSES.length === MAX_CLASSES) throw new UpstreamFailedError('s3', 'invalid-answer');
  return STORAGE_CLASSES.push(name) - 1;
}
