/** A HOCON text that is read from the left: what may come next, and how far the reading is. */
import { UnusableContentError } from '../../unusable-content.ts';

/** Between two fields, beside at most one comma. */
const GAP = /(?:[\s\ufeff]|#[^\n]*|\/\/[^\n]*)+/y;
/** Within a line. */
const SPACE = /(?:(?!\n)\s)+/y;
/** Three quotes are never an empty text and a quote. */
const QUOTED = /"""([\s\S]*?)"""(?!")|"(?!"")((?:[^"\\\n]|\\.)*)"/y;

/** The reading of one text. Its methods take what comes next; what does not fit is left where it stands. */
export class HoconText {
  readonly #content: string;
  #at = 0;

  constructor(content: string) {
    this.#content = content;
  }

  get ended(): boolean {
    return this.#at >= this.#content.length;
  }

  /** The character that comes next; empty at the end. */
  get next(): string {
    return this.#content[this.#at] ?? '';
  }

  /** Takes blanks within the line, and gives them. */
  space(): string {
    return this.match(SPACE)?.[0] ?? '';
  }

  /** Takes blanks, line ends and comments. */
  skipGap(): void {
    this.match(GAP);
  }

  /** `"…"` with JSON's escapes, or `"""…"""` without any; `null`: neither is here. */
  quoted(): string | null {
    const match = this.match(QUOTED);
    if (match === null) return null;
    const [, triple, single = ''] = match;
    if (triple !== undefined) return triple;
    try {
      return JSON.parse(`"${single}"`) as string;
    } catch {
      throw this.invalid();
    }
  }

  /** A comma, a line end, or neither. */
  separator(): 'comma' | 'line' | null {
    const before = this.#at;
    this.skipGap();
    const comma = this.take(',');
    if (comma) this.skipGap();
    return comma ? 'comma' : this.#content.slice(before, this.#at).includes('\n') ? 'line' : null;
  }

  /** Takes the character, if it comes next. */
  take(character: string): boolean {
    if (this.#content[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Takes what the pattern (sticky) finds here; `null`: nothing. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#content);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  /** The error of a file that cannot be read from here on. */
  invalid(): UnusableContentError {
    const line = this.#content.slice(0, this.#at).split('\n').length;
    return new UnusableContentError(
      'invalid-hocon',
      `Its line ${line} is no HOCON, or of a part of it that is not read: correct it.`,
    );
  }
}
