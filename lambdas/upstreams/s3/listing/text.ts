/** Texts of a listing: keys in URL encoding, entities of XML. */
import { UpstreamFailedError } from '../../../errors.ts';

/** A key as `encoding-type=url` writes it: UTF-8 in percent escapes, a space as `+`. */
export function decodeKey(text: string): string {
  if (!/[%+&]/.test(text)) return text;
  try {
    return decodeURIComponent(unescapeXml(text).replaceAll('+', ' '));
  } catch (cause) {
    throw new UpstreamFailedError('s3', 'invalid-answer', { cause });
  }
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(decimal));
  });
}
