/**
 * S3 sorts keys by their UTF-8 bytes. JavaScript compares UTF-16 units, which puts characters beyond U+FFFF
 * (surrogates, from U+D800) before U+E000 to U+FFFF; here they come after.
 */

/** What a list is made of: an array, or something that makes its entries when asked. Sorted by key. */
export interface Sequence<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/**
 * Worked example: `"\uffee"` (EF BF AE) comes before `"\u{1f4e6}"` (F0 9F 93 A6), though its UTF-16 unit is greater.
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Keys without surrogates and private characters sort natively, ten times faster. */
export function sortKeys(keys: string[]): string[] {
  if (keys.some((key) => /[\ud800-\uffff]/.test(key))) return keys.sort(compareKeys);
  // biome-ignore lint/suspicious/useArraySortCompare: UTF-16 order is what is wanted here
  return keys.sort();
}

/** The first index whose key is `key` or after it. */
export function firstFrom(items: Sequence<{ key: string }>, key: string): number {
  return firstWhere(items, 0, (candidate) => compareKeys(candidate, key) >= 0);
}

/** The first index whose key is after `key`. */
export function firstAfter(items: Sequence<{ key: string }>, key: string): number {
  return firstWhere(items, 0, (candidate) => compareKeys(candidate, key) > 0);
}

/** The first index after every key that begins with `prefix`. */
export function firstAfterPrefix(items: Sequence<{ key: string }>, prefix: string): number {
  return firstWhere(items, 0, (key) => !key.startsWith(prefix) && compareKeys(key, prefix) > 0);
}

function firstWhere(items: Sequence<{ key: string }>, from: number, holds: (key: string) => boolean): number {
  let [low, high] = [from, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items.at(middle);
    if (item === undefined || holds(item.key)) high = middle;
    else low = middle + 1;
  }
  return low;
}
