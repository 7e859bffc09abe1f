/**
 * How deep JSON from an agent may nest. A megabyte of brackets packs into some hundred bytes, takes `JSON.parse` seconds, and
 * overflows the stack of whatever walks through the value afterwards; so the text is looked at before it becomes a value.
 */

/** No answer of a route comes near: the deepest has some eight levels. */
export const MAX_NESTING = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in this bit alone, and so do `]` and `}`. */
const FOLD = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Whether no value is nested deeper. Brackets in strings do not count: `{"a":"[["}` has one level, `{"a":[[]]}` three.
 *
 * @param text JSON as UTF-8. For anything else the word is worth nothing, and the parser refuses it.
 */
export function isShallow(text: Buffer): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index] as number;
    if (byte === QUOTE) {
      index = endOfString(text, index);
      if (index === -1) return true;
    } else if ((byte | FOLD) === OPENING) {
      depth += 1;
      if (depth > MAX_NESTING) return false;
    } else if ((byte | FOLD) === CLOSING) {
      depth -= 1;
    }
  }
  return true;
}

/** The place of the quote that ends the string which begins at `start`; -1 where none does. */
function endOfString(text: Buffer, start: number): number {
  let end = text.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf(QUOTE, end + 1);
  return end;
}

/** An odd number of backslashes before it takes the quote's meaning (RFC 8259, 7). */
function isEscaped(text: Buffer, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
