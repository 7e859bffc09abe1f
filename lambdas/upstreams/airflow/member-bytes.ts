/**
 * A member of a JSON object, cut out as its text stands. What is parsed and written anew is no longer what was sent: a
 * number above 2^53 loses its last digits, and `1.0`, which is no integer to Airflow, becomes `1`.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}`: in UTF-8 none of them is ever part of another character. */
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * The value of a member, without copying it. Of one that is there twice it is the last, as `JSON.parse` has it.
 *
 * @param json valid JSON of an object, which the caller has parsed: here nothing is checked
 * @returns `null` where the object has no such member
 * @example memberBytes(Buffer.from('{"a": {"n": 1.0}, "b": 2}'), 'a') // the bytes of {"n": 1.0}
 */
export function memberBytes(json: Buffer, name: string): Buffer | null {
  let depth = 0;
  let key: Buffer | null = null;
  /** Where a value of the outermost object begins; `null` before its colon. */
  let begin: number | null = null;
  let value: Buffer | null = null;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte === QUOTE) {
      const end = endOfString(json, at);
      if (depth === 1 && begin === null) key = json.subarray(at, end);
      at = end - 1;
    } else if (OPENING.has(byte)) {
      depth += 1;
    } else if (byte === COLON && depth === 1) {
      begin = at + 1;
    } else if (CLOSING.has(byte) || (byte === COMMA && depth === 1)) {
      if (depth === 1 && begin !== null) {
        if (JSON.parse(String(key)) === name) value = trimmed(json.subarray(begin, at));
        begin = null;
      }
      if (byte !== COMMA) depth -= 1;
    }
  }
  return value;
}

/** The index after the closing quote of the string that begins at `start`. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Space, tab and line ends, which are all the white space that JSON has (RFC 8259, section 2). */
function trimmed(bytes: Buffer): Buffer {
  const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from += 1;
  while (to > from && isSpace(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}
