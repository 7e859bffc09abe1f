/** Keys of objects: the order that S3 lists them in, and how its answers and addresses write them. */
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { encodeRfc3986 } from './signed-https.ts';
import { unescapeXml } from './xml.ts';

/**
 * The order of keys in S3: that of their UTF-8 bytes, which is the order of code points. JavaScript's own is that of
 * UTF-16 units, which puts U+1F4E6 (units D83D DCE6) before U+FFEE.
 * Source: S3 user guide, "Listing object keys programmatically" ("in lexicographical order … UTF-8 binary order").
 *
 * @returns negative where `a` comes first, 0 for equal keys, positive where `b` does
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** How many characters (UTF-16 units) both keys begin with: 3 for `a/b1` and `a/b2`. */
export function sharedLength(a: string, b: string): number {
  let shared = 0;
  while (shared < a.length && a.charCodeAt(shared) === b.charCodeAt(shared)) shared++;
  return shared;
}

/** Surrogates, which write code points above 0xFFFF, sort after all other units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/**
 * A key out of the text that an answer has for it.
 *
 * @param urlEncoded whether the answer says `<EncodingType>url</EncodingType>`: then `a+b%2B` is the key `a b+`. An S3
 *   that ignores `encoding-type=url` does not say so, and there it is the key `a+b%2B`
 * @throws UpstreamFailedError `invalid-answer` for what claims to be encoded and is not (a lone `%`)
 */
export function decodeKey(text: string, urlEncoded: boolean): string {
  const written = text.includes('&') ? unescapeXml(text) : text;
  if (!urlEncoded || !/[%+]/.test(written)) return written;
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch (cause) {
    throw new UpstreamFailedError('s3', 'invalid-answer', { cause });
  }
}

/** A key as the path of an address has it: `a b/c` is `a%20b/c`. */
export function keyPath(key: string): string {
  return key.split('/').map(encodeRfc3986).join('/');
}
