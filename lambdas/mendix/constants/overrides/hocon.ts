/**
 * HOCON, the syntax of the portable app's configuration files, as far as those files need it: objects, fields with paths,
 * texts, numbers, substitutions, includes and comments (Lightbend config, `HOCON.md`). The result is the list of what the
 * file sets in the order in which it stands there, since of two settings of one path the last wins.
 *
 * Worked example: `runtime.params { A = 1, include "more.conf" }` gives
 * `runtime.params.A = 1`, then the include below `runtime.params`.
 *
 * No npm library does this and is kept (docs/decisions/constant-values.md). What is not of this part of the language is
 * refused, never guessed.
 */
import { UnusableContentError } from '../../unusable-content.ts';
import type { Written } from '../value.ts';

/** A path of keys; a quoted key is one key, whatever dots it has. */
export type Path = readonly string[];

export type HoconValue =
  | Written
  /** With a substitution in it; optional ones (`${?NAME}`) set nothing when the name is not given. */
  | { kind: 'substitution'; optional: boolean; on: string };

export type HoconSetting =
  | { kind: 'value'; path: Path; value: HoconValue }
  /** An object begins here; what it sets follows, each with its whole path. */
  | { kind: 'object'; path: Path }
  /** Another file comes in here, below this path. */
  | { kind: 'include'; path: Path };

/**
 * What a file sets, in its own order.
 *
 * @throws UnusableContentError `invalid-hocon`, for HOCON as well that is not of the part that is read
 */
export function parseHocon(content: string): HoconSetting[] {
  return new HoconReader(content).read();
}

/** Objects and lists in each other. */
const MAX_DEPTH = 60;

/** Between two fields; commas are blanks here, which takes a few files that Lightbend refuses. */
const GAP = /(?:[\s,\ufeff]|#[^\n]*|\/\/[^\n]*)+/y;
const SPACE = /(?:(?!\n)\s)+/y;
const QUOTED = /"""([\s\S]*?)"""(?!")|"((?:[^"\\\n]|\\.)*)"/y;
const SUBSTITUTION = /\$\{(\??)([^}\n]*)\}/y;
/** `include "x"`, `include file(…)`, `include required(…)`; a key may be called include, too. */
const INCLUDE = /include(?:(?!\n)\s)+(?=["frcu])[^\n,}#]*/y;
/** Characters that an unquoted text may not have. */
const UNQUOTED = /(?:(?!\/\/)[^\s$"{}[\]:=,+#`^?!@*&\\]|(?:(?!\n)\s)+(?=[^\s$"{}[\]:=,+#`^?!@*&\\])(?!\/\/))+/y;
/** Other texts of digits, such as `0123`, are texts. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads from the left; each method takes what it is named by, or refuses the file. */
class HoconReader {
  readonly #content: string;
  readonly #settings: HoconSetting[] = [];
  #at = 0;

  constructor(content: string) {
    this.#content = content;
  }

  read(): HoconSetting[] {
    this.#match(GAP);
    if (this.#take('{')) this.#fields([], '}', 0);
    else this.#fields([], '', 0);
    this.#match(GAP);
    if (this.#at < this.#content.length) throw this.#invalid();
    return this.#settings;
  }

  /** Fields up to the brace that closes them, or to the end of the file. */
  #fields(prefix: Path, end: '}' | '', depth: number): void {
    if (depth > MAX_DEPTH) throw this.#invalid();
    for (;;) {
      this.#match(GAP);
      if (end !== '' && this.#take(end)) return;
      if (this.#at >= this.#content.length && end === '') return;
      if (this.#match(INCLUDE) !== null) this.#settings.push({ kind: 'include', path: prefix });
      else this.#field(prefix, depth);
    }
  }

  /** `key = value`, `key : value`, `key { … }`, `key += value`. */
  #field(prefix: Path, depth: number): void {
    const path = [...prefix, ...this.#path()];
    this.#match(SPACE);
    if (this.#take('{')) {
      this.#settings.push({ kind: 'object', path });
      this.#fields(path, '}', depth + 1);
      return;
    }
    const appends = this.#take('+');
    if (!this.#take('=') && (appends || !this.#take(':'))) throw this.#invalid();
    this.#match(SPACE);
    // A value may begin on the next line.
    if (this.#content[this.#at] === '\n') this.#match(GAP);
    if (appends) {
      this.#value(depth);
      this.#settings.push({ kind: 'value', path, value: { kind: 'structure' } });
    } else if (this.#take('{')) {
      this.#settings.push({ kind: 'object', path });
      this.#fields(path, '}', depth + 1);
    } else this.#settings.push({ kind: 'value', path, value: this.#value(depth) });
  }

  /** `a.b."c.d"` is three keys. */
  #path(): string[] {
    const keys: string[] = [];
    for (;;) {
      const quoted = this.#quoted();
      const plain = quoted === null ? (this.#match(UNQUOTED)?.[0] ?? null) : null;
      if (quoted !== null) keys.push(quoted);
      else if (plain !== null)
        keys.push(
          ...plain
            .trim()
            .split('.')
            .filter((key) => key !== ''),
        );
      else if (keys.length === 0) throw this.#invalid();
      else return keys;
    }
  }

  /** Parts beside each other are one text; a part that is substituted makes the whole depend on it. */
  #value(depth: number): HoconValue {
    if (this.#take('[')) return this.#list(depth + 1);
    const parts: string[] = [];
    let substitution: HoconValue | null = null;
    let plain = true;
    for (;;) {
      const space = this.#match(SPACE)?.[0] ?? '';
      const quoted = this.#quoted();
      const reference = quoted === null ? this.#match(SUBSTITUTION) : null;
      const unquoted = quoted === null && reference === null ? (this.#match(UNQUOTED)?.[0] ?? null) : null;
      if (quoted === null && reference === null && unquoted === null) break;
      if (parts.length > 0) parts.push(space);
      parts.push(quoted ?? unquoted ?? '');
      plain &&= unquoted !== null;
      const [, optional, on = ''] = reference ?? [];
      if (reference !== null)
        substitution = { kind: 'substitution', optional: optional === '?' && parts.length === 1, on };
    }
    if (parts.length === 0 || /[{[]/.test(this.#content[this.#at] ?? '')) throw this.#invalid();
    if (substitution?.kind === 'substitution')
      return { ...substitution, optional: substitution.optional && parts.length === 1 };
    const text = parts.join('');
    return plain && parts.length === 1 ? scalar(text) : { kind: 'text', text };
  }

  /** A list, of which only its end matters: no constant is one. */
  #list(depth: number): Written {
    if (depth > MAX_DEPTH) throw this.#invalid();
    for (;;) {
      this.#match(GAP);
      if (this.#take(']')) return { kind: 'structure' };
      if (this.#take('{')) {
        const before = this.#settings.length;
        this.#fields([], '}', depth + 1);
        this.#settings.length = before;
      } else this.#value(depth);
    }
  }

  /** `"…"` with JSON's escapes, or `"""…"""` without any; `null`: neither is here. */
  #quoted(): string | null {
    const match = this.#match(QUOTED);
    if (match === null) return null;
    const [, triple, single = ''] = match;
    if (triple !== undefined) return triple;
    try {
      return JSON.parse(`"${single}"`) as string;
    } catch {
      throw this.#invalid();
    }
  }

  #take(character: string): boolean {
    if (this.#content[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#content);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #invalid(): UnusableContentError {
    const line = this.#content.slice(0, this.#at).split('\n').length;
    return new UnusableContentError(
      'invalid-hocon',
      `Its line ${line} is no HOCON, or of a part of it that is not read: correct it.`,
    );
  }
}

function scalar(text: string): Written {
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  if (text === 'null') return { kind: 'null' };
  return NUMBER.test(text) ? { kind: 'number', digits: text } : { kind: 'text', text };
}
