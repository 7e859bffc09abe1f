/**
 * How Mendix names a file in its bucket: prefix + UUID + suffix, where the UUID is `system$filedocument.__uuid__`; below
 * `tree` the UUID's first four digits are folders. Nothing in a key tells the file's name or entity.
 * Sources: Mendix documentation, "Runtime Customization" (`com.mendix.storage.s3.ResourceNamePrefix`, `…Suffix`) and
 * "Backups" (`tree/<xx>/<yy>/<uuid>`).
 */

/** As it is configured for a bucket. */
export interface KeyLayout {
  /** Without a separator of its own: `acc-`, or a folder `shop/`. May be empty. */
  prefix: string;
  shape: 'flat' | 'tree';
  /** May be empty. */
  suffix: string;
}

/** Characters of a UUID's text. */
export const UUID_LENGTH = 36;
/** What a tree puts before the UUID: `ab/cd/`. */
const FOLDERS_LENGTH = 6;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Digits of a UUID by character code; -1 for what is none. Capital letters are others: keys and columns are compared as texts. */
const DIGITS = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value;
const DASH = 0x2d;
const SLASH = 0x2f;

/**
 * The key of a file.
 *
 * @example keyOf('0a1b…', { prefix: 'acc-', shape: 'tree', suffix: '' }) // 'acc-0a/1b/0a1b…'
 */
export function keyOf(uuid: string, { prefix, shape, suffix }: KeyLayout): string {
  const folders = shape === 'tree' ? `${uuid.slice(0, 2)}/${uuid.slice(2, 4)}/` : '';
  return `${prefix}${folders}${uuid}${suffix}`;
}

/** The UUID in a key, in whatever case; `null` for a key that does not fit the layout. */
export function uuidIn(key: string, layout: KeyLayout): string | null {
  const start = layout.prefix.length + (layout.shape === 'tree' ? FOLDERS_LENGTH : 0);
  const uuid = key.slice(start, start + UUID_LENGTH);
  return UUID.test(uuid) && keyOf(uuid, layout) === key ? uuid : null;
}

/** A UUID's 128 bits, as four numbers of 32. Reused: read it before the next one is read. */
export type UuidWords = Uint32Array & { readonly length: 4 };

export function newUuidWords(): UuidWords {
  return new Uint32Array(4) as UuidWords;
}

/**
 * Reads the UUID that stands in `bytes` from `at` on into `words`. Bytes and not a text: a million texts of 36 characters
 * are read in a second, and would be garbage then.
 *
 * @returns false, with `words` spoilt, for what is not written as Mendix writes one: 36 characters, small letters
 */
export function readUuid(bytes: Uint8Array, at: number, words: UuidWords): boolean {
  const a = fourDigits(bytes, at);
  const b = fourDigits(bytes, at + 4);
  const c = fourDigits(bytes, at + 9);
  const d = fourDigits(bytes, at + 14);
  const e = fourDigits(bytes, at + 19);
  const f = fourDigits(bytes, at + 24);
  const g = fourDigits(bytes, at + 28);
  const h = fourDigits(bytes, at + 32);
  words[0] = (a << 16) | b;
  words[1] = (c << 16) | d;
  words[2] = (e << 16) | f;
  words[3] = (g << 16) | h;
  const hasDashes =
    bytes[at + 8] === DASH && bytes[at + 13] === DASH && bytes[at + 18] === DASH && bytes[at + 23] === DASH;
  // One that is negative makes all of them so.
  return hasDashes && (a | b | c | d | e | f | g | h) >= 0;
}

/** @returns 16 bits; negative where one of the four is no digit */
function fourDigits(bytes: Uint8Array, at: number): number {
  return (digit(bytes, at) << 12) | (digit(bytes, at + 1) << 8) | (digit(bytes, at + 2) << 4) | digit(bytes, at + 3);
}

/** @returns -1 for what is none, also behind the end */
function digit(bytes: Uint8Array, at: number): number {
  return DIGITS[bytes[at] ?? 0] ?? -1;
}

/** A UUID that stands by itself. @returns as {@link readUuid} */
export function readUuidText(uuid: string, words: UuidWords): boolean {
  const bytes = Buffer.from(uuid);
  return bytes.length === UUID_LENGTH && readUuid(bytes, 0, words);
}

/** What is written the same in a key, in its address and in XML. */
const PLAIN = /^[\w./-]*$/;

/** Reads the UUIDs of keys that fit a layout; the quick way for what nearly every key of a bucket is. */
export class KeyReader {
  readonly #prefix: Buffer;
  readonly #suffix: Buffer;
  readonly #isTree: boolean;
  readonly #uuidAt: number;
  /** Whether a key that fits stands in a listing as it is, however that encodes its keys. */
  readonly isPlain: boolean;

  constructor({ prefix, shape, suffix }: KeyLayout) {
    this.#prefix = Buffer.from(prefix);
    this.#suffix = Buffer.from(suffix);
    this.#isTree = shape === 'tree';
    this.#uuidAt = this.#prefix.length + (this.#isTree ? FOLDERS_LENGTH : 0);
    this.isPlain = PLAIN.test(prefix) && PLAIN.test(suffix);
  }

  /**
   * Reads the UUID of the key that stands in `bytes`, as UTF-8, from `start` to `end`.
   *
   * @returns false, with `words` spoilt, for any key that does not fit, also for one whose UUID has capital letters
   */
  read(bytes: Uint8Array, start: number, end: number, words: UuidWords): boolean {
    const uuid = start + this.#uuidAt;
    return (
      end === uuid + UUID_LENGTH + this.#suffix.length &&
      readUuid(bytes, uuid, words) &&
      hasAt(bytes, start, this.#prefix) &&
      hasAt(bytes, uuid + UUID_LENGTH, this.#suffix) &&
      (!this.#isTree || hasFolders(bytes, uuid))
    );
  }

  /** The same of a key by itself. */
  readText(key: string, words: UuidWords): boolean {
    const bytes = Buffer.from(key);
    return this.read(bytes, 0, bytes.length, words);
  }
}

function hasAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** Whether `ab/cd/` before the UUID at `uuid` are its first digits. */
function hasFolders(bytes: Uint8Array, uuid: number): boolean {
  const at = uuid - FOLDERS_LENGTH;
  return (
    bytes[at] === bytes[uuid] &&
    bytes[at + 1] === bytes[uuid + 1] &&
    bytes[at + 2] === SLASH &&
    bytes[at + 3] === bytes[uuid + 2] &&
    bytes[at + 4] === bytes[uuid + 3] &&
    bytes[at + 5] === SLASH
  );
}

/** The text of a UUID. */
export function uuidText(a: number, b: number, c: number, d: number): string {
  const hex = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
