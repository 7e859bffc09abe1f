import { UnusableContentError } from './unusable-content.ts';

/**
 * The text of a file that must be UTF-8, without its byte order mark. Strict, because PyYAML, Python's `json` and the
 * Mendix runtime all refuse a file with one wrong byte, and a replacement character would be a value nobody wrote.
 *
 * @throws UnusableContentError `invalid-utf8`
 */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnusableContentError('invalid-utf8', 'It is not valid UTF-8: save it as UTF-8.', { cause });
  }
}

/**
 * A name or a description such as every answer can hold, JSON and CSV: half a surrogate pair, which is in no UTF-8, and
 * NUL, which ends a text for many a client, become the replacement character. Values are not treated so, since `null` with
 * a note says more of them.
 */
export function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
