/**
 * The answer to {@link keysStatement} as Athena leaves it: an object in CSV, every value in quotes (Athena guide, "Work with
 * query results and recent queries"), read by ranges of bytes. Its rows are in the order of the keys, so a key is found by
 * halving, and any part of the keys is read without the rest; memory is flat, whatever its size.
 */
import type { Context } from '../context.ts';
import type { Reader } from '../environment-settings.ts';
import { InventoryUnavailableError } from '../upstream-errors.ts';
import { type EntryBuffer, KIND, storageClassAt } from '../upstreams/s3/listing/entries.ts';
import { compareKeys, decodeKey } from '../upstreams/s3/object-key.ts';
import { readObject } from '../upstreams/s3/objects.ts';

/** Where its bytes come from. */
export interface KeyFile {
  /** In bytes. */
  size: number;
  /** Bytes from `from` up to, and without, `to`. */
  read(from: number, to: number): Promise<Buffer>;
}

export const HEADER = '"encoded_key","size","storage_class","modified"\n';
/** What errors call it. */
const NAME = 'inventory';
/** A key of 1,024 bytes, each written as three, and the other values. */
const MAX_ROW_BYTES = 4_096;
/** With fewer bytes left, looking at each row is quicker than halving. */
const WINDOW_BYTES = 64 * 1_024;
const QUOTE = 0x22;
const NEW_LINE = 0x0a;
/** `","` between two values. */
const BETWEEN = 3;
const MINUTE_LENGTH = 'yyyy-mm-dd hh:mm'.length;

/**
 * @param address of the object: `s3://bucket/key`
 * @param reader of the tenant whose answer it is; left out: the function's own role reads it
 * @throws UpstreamFailedError `not-found` where it is no longer kept; what reading an object throws
 */
export async function keyFileInS3(
  address: string,
  { region, reader }: { region: string; reader: Reader | undefined },
  context: Context,
): Promise<KeyFile> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
  const at = { name: NAME, bucket, region, reader, key };
  const read = async (from: number, to: number) => {
    const object = await readObject(at, { range: { from, to: to - 1 }, max_bytes: to - from }, context);
    if (object === 'not-modified') throw new InventoryUnavailableError('unreadable');
    return object;
  };
  const { size } = await read(0, 1);
  return { size, read: async (from, to) => (from >= to ? Buffer.alloc(0) : (await read(from, to)).body) };
}

/** @throws InventoryUnavailableError `unreadable` where it is another statement's answer */
export async function requireHeader(file: KeyFile): Promise<void> {
  const start = await file.read(0, Math.min(file.size, HEADER.length));
  if (start.toString('latin1') !== HEADER) throw new InventoryUnavailableError('unreadable');
}

/**
 * Where the first row stands whose key comes after `after`; the end of the file where there is none.
 *
 * With rows at 0 (`a`), 40 (`c`) and 80 (`e`), after `c` it is 80.
 */
export async function offsetAfter(file: KeyFile, after: string): Promise<number> {
  let low = HEADER.length;
  if (after === '') return low;
  let high = file.size;
  while (high - low > WINDOW_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const bytes = await file.read(middle, Math.min(file.size, middle + 2 * MAX_ROW_BYTES));
    const start = bytes.indexOf(NEW_LINE) + 1;
    if (start === 0) throw new InventoryUnavailableError('unreadable');
    if (compareKeys(keyAt(bytes, start), after) > 0) high = middle + start;
    else low = middle + start;
  }
  const bytes = await file.read(low, high);
  for (let at = 0; at < bytes.length; at = bytes.indexOf(NEW_LINE, at) + 1) {
    if (compareKeys(keyAt(bytes, at), after) > 0) return low + at;
  }
  return high;
}

function keyAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(QUOTE, at + 1);
  if (bytes[at] !== QUOTE || end < 0) throw new InventoryUnavailableError('unreadable');
  return decodeKey(bytes.toString('latin1', at + 1, end), true);
}

/** Reads the rows of a file one after the other; a key that stands there twice is given once. */
export class RowReader {
  /** The bytes that have the key of the row before, and where it stands in them. */
  #before: { bytes: Buffer; start: number; end: number } | null = null;

  /**
   * Reads whole rows into `entries` until it has `most` of them or they end.
   *
   * @param bytes rows, the last of which ends with a line break
   * @param most no more than the entries have room for
   * @returns where the next row begins
   * @throws InventoryUnavailableError `unreadable` for what is no row of the statement's, one without a size or time included
   */
  read(bytes: Buffer, from: number, entries: EntryBuffer, most: number): number {
    entries.begin(bytes, true);
    let at = from;
    while (at < bytes.length && entries.count < most) {
      const keyEnd = bytes.indexOf(QUOTE, at + 1);
      const sizeStart = keyEnd + BETWEEN;
      const sizeEnd = bytes.indexOf(QUOTE, sizeStart);
      const classStart = sizeEnd + BETWEEN;
      const classEnd = bytes.indexOf(QUOTE, classStart);
      const modified = classEnd + BETWEEN;
      const end = modified + MINUTE_LENGTH;
      const size = numberIn(bytes, sizeStart, sizeEnd);
      const isRow =
        bytes[at] === QUOTE &&
        keyEnd > at + 1 &&
        bytes[sizeStart - 1] === QUOTE &&
        bytes[classStart - 1] === QUOTE &&
        bytes[modified - 1] === QUOTE &&
        bytes[end] === QUOTE &&
        bytes[end + 1] === NEW_LINE;
      if (!isRow || Number.isNaN(size)) throw new InventoryUnavailableError('unreadable');
      if (!this.#isRepeated(bytes, at + 1, keyEnd)) {
        entries.add(at + 1, keyEnd, modified, size, KIND.current, storageClassAt(bytes, classStart, classEnd));
      }
      this.#before = { bytes, start: at + 1, end: keyEnd };
      at = end + 2;
    }
    return at;
  }

  /** The key of the last row that was read; `null` before the first. */
  lastKey(): string | null {
    return this.#before && decodeKey(this.#before.bytes.toString('latin1', this.#before.start, this.#before.end), true);
  }

  #isRepeated(bytes: Buffer, start: number, end: number): boolean {
    const before = this.#before;
    return before !== null && before.bytes.compare(bytes, start, end, before.start, before.end) === 0;
  }
}

/** NaN for what is no whole number. */
function numberIn(bytes: Buffer, start: number, end: number): number {
  let value = end > start ? 0 : Number.NaN;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    value = digit >= 0 && digit <= 9 ? 10 * value + digit : Number.NaN;
  }
  return value;
}
