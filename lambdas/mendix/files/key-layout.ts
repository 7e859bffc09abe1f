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

const UUID_LENGTH = 36;
/** What a tree puts before the UUID: `ab/cd/`. */
const FOLDERS_LENGTH = 6;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Digits of a UUID by character code; 255 for what is none. Capital letters are others: keys and columns are compared as texts. */
const DIGITS = new Uint8Array(256).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value;

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
 * Reads the UUID that stands in `text` from `start` on into `words`.
 *
 * @returns false, with `words` spoilt, for what is not written as Mendix writes one: 36 characters, small letters
 */
export function readUuid(text: string, start: number, words: UuidWords): boolean {
  let at = start;
  for (let word = 0; word < 4; word++) {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      // A dash stands before the digits 8, 12, 16 and 20.
      if ((word === 1 && i === 0) || (word === 1 && i === 4) || (word === 2 && i === 0) || (word === 2 && i === 4)) {
        if (text.charCodeAt(at) !== 0x2d) return false;
        at++;
      }
      const digit = DIGITS[text.charCodeAt(at++)] ?? 255;
      if (digit === 255) return false;
      value = (value << 4) | digit;
    }
    words[word] = value;
  }
  return at === start + UUID_LENGTH;
}

/**
 * Reads the UUID of a key that fits the layout; the quick way for what nearly every key of a bucket is.
 *
 * @returns false for any other key, also for one whose UUID has capital letters
 */
export function readKey(key: string, { prefix, shape, suffix }: KeyLayout, words: UuidWords): boolean {
  const start = prefix.length + (shape === 'tree' ? FOLDERS_LENGTH : 0);
  if (key.length !== start + UUID_LENGTH + suffix.length || !readUuid(key, start, words)) return false;
  if (shape === 'tree' && !isTree(key, prefix.length)) return false;
  return key.startsWith(prefix) && key.endsWith(suffix);
}

/** Whether `ab/cd/` at `at` are the first digits of the UUID behind them. */
function isTree(key: string, at: number): boolean {
  const uuid = at + FOLDERS_LENGTH;
  return (
    key.charCodeAt(at) === key.charCodeAt(uuid) &&
    key.charCodeAt(at + 1) === key.charCodeAt(uuid + 1) &&
    key.charCodeAt(at + 2) === 0x2f &&
    key.charCodeAt(at + 3) === key.charCodeAt(uuid + 2) &&
    key.charCodeAt(at + 4) === key.charCodeAt(uuid + 3) &&
    key.charCodeAt(at + 5) === 0x2f
  );
}

/** The text of a UUID. */
export function uuidText(a: number, b: number, c: number, d: number): string {
  const hex = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
