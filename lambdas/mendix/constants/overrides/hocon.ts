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
import type { Written } from '../value.ts';
import { HoconText } from './hocon-text.ts';

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

/** `${name}`, `${?name}`. */
const SUBSTITUTION = /\$\{(\??)([^}\n]*)\}/y;
/** What stands before the name in `include "x"`, `include file("x")`, `include required(classpath("x"))`. */
const INCLUDE =
  /include(?:(?:(?!\n)\s)*|(?:(?!\n)\s)+(?:required\((?:(?!\n)\s)*)?(?:(?:file|url|classpath)\((?:(?!\n)\s)*)?)(?=")/y;
/** Characters that an unquoted text may not have. */
const UNQUOTED = /(?:(?!\/\/)[^\s$"{}[\]:=,+#`^?!@*&\\]|(?:(?!\n)\s)+(?=[^\s$"{}[\]:=,+#`^?!@*&\\])(?!\/\/))+/y;
/** What Lightbend tries to read as a number: it begins with a digit or a minus, so `.5` is a text and `0123` is 123. */
const NUMBER = /^(?:-?\d+(?:\.\d*)?|-\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads from the left; each method takes what it is named by, or refuses the file. */
class HoconReader {
  readonly #text: HoconText;
  readonly #settings: HoconSetting[] = [];

  constructor(content: string) {
    this.#text = new HoconText(content);
  }

  read(): HoconSetting[] {
    this.#text.skipGap();
    if (this.#text.take('{')) this.#fields([], '}', 0);
    else this.#fields([], '', 0);
    this.#text.skipGap();
    if (!this.#text.ended) throw this.#text.invalid();
    return this.#settings;
  }

  /** Fields up to the brace that closes them, or to the end of the file. */
  #fields(prefix: Path, end: '}' | '', depth: number): void {
    if (depth > MAX_DEPTH) throw this.#text.invalid();
    for (let first = true; ; first = false) {
      const separated = this.#text.separator();
      if (first && separated === 'comma') throw this.#text.invalid();
      if (end !== '' && this.#text.take(end)) return;
      if (this.#text.ended && end === '') return;
      if (!first && separated === null) throw this.#text.invalid();
      if (this.#include()) this.#settings.push({ kind: 'include', path: prefix });
      else this.#field(prefix, depth);
    }
  }

  /** Takes an include whole; its name is a quoted text like any other. */
  #include(): boolean {
    const [before] = this.#text.match(INCLUDE) ?? [];
    if (before === undefined) return false;
    if (this.#text.quoted() === null) throw this.#text.invalid();
    for (const _ of before.matchAll(/\(/g)) if (!this.#closes()) throw this.#text.invalid();
    return true;
  }

  #closes(): boolean {
    this.#text.space();
    return this.#text.take(')');
  }

  /** `key = value`, `key : value`, `key { … }`, `key += value`. */
  #field(prefix: Path, depth: number): void {
    const path = [...prefix, ...this.#path()];
    this.#text.space();
    if (this.#text.take('{')) {
      this.#settings.push({ kind: 'object', path });
      this.#fields(path, '}', depth + 1);
      return;
    }
    const appends = this.#text.take('+');
    if (!this.#text.take('=') && (appends || !this.#text.take(':'))) throw this.#text.invalid();
    this.#text.space();
    // A value may begin on the next line.
    if (this.#text.next === '\n') this.#text.skipGap();
    if (appends) {
      this.#value(depth);
      this.#settings.push({ kind: 'value', path, value: { kind: 'structure' } });
    } else if (this.#text.take('{')) {
      this.#settings.push({ kind: 'object', path });
      this.#fields(path, '}', depth + 1);
    } else this.#settings.push({ kind: 'value', path, value: this.#value(depth) });
  }

  /** `a.b."c.d"` is three keys: a, b, c.d. Parts beside each other are one key: `"a"b` is ab. */
  #path(): string[] {
    const keys: string[] = [];
    let key: string | null = null;
    for (;;) {
      const quoted = this.#text.quoted();
      const plain = quoted === null ? (this.#text.match(UNQUOTED)?.[0] ?? null) : null;
      if (quoted === null && plain === null) break;
      // As a key the word needs quotes.
      if (keys.length === 0 && key === null && /^include(?:\s|$)/.test(plain ?? '')) throw this.#text.invalid();
      const [first = '', ...further] = quoted === null ? (plain ?? '').split('.') : [quoted];
      if (quoted !== null || first !== '') key = (key ?? '') + first;
      for (const next of further) {
        if (key === null) throw this.#text.invalid();
        keys.push(key);
        key = next === '' ? null : next;
      }
    }
    if (key === null) throw this.#text.invalid();
    return [...keys, key];
  }

  /** Parts beside each other are one text; a part that is substituted makes the whole depend on it. */
  #value(depth: number): HoconValue {
    if (this.#text.take('[')) return this.#list(depth + 1);
    const parts: string[] = [];
    let substitution: HoconValue | null = null;
    let plain = true;
    for (;;) {
      const space = this.#text.space();
      const quoted = this.#text.quoted();
      const reference = quoted === null ? this.#text.match(SUBSTITUTION) : null;
      const unquoted = quoted === null && reference === null ? (this.#text.match(UNQUOTED)?.[0] ?? null) : null;
      if (quoted === null && reference === null && unquoted === null) break;
      if (parts.length > 0) parts.push(space);
      parts.push(quoted ?? unquoted ?? '');
      plain &&= unquoted !== null;
      const [, optional, on = ''] = reference ?? [];
      if (reference !== null)
        substitution = { kind: 'substitution', optional: optional === '?' && parts.length === 1, on };
    }
    if (parts.length === 0 || /[{[]/.test(this.#text.next)) throw this.#text.invalid();
    if (substitution?.kind === 'substitution')
      return { ...substitution, optional: substitution.optional && parts.length === 1 };
    const text = parts.join('');
    return plain && parts.length === 1 ? scalar(text) : { kind: 'text', text };
  }

  /** A list, of which only its end matters: no constant is one. */
  #list(depth: number): Written {
    if (depth > MAX_DEPTH) throw this.#text.invalid();
    for (let first = true; ; first = false) {
      const separated = this.#text.separator();
      if (first && separated === 'comma') throw this.#text.invalid();
      if (this.#text.take(']')) return { kind: 'structure' };
      if (!first && separated === null) throw this.#text.invalid();
      if (this.#text.take('{')) {
        const before = this.#settings.length;
        this.#fields([], '}', depth + 1);
        this.#settings.length = before;
      } else this.#value(depth);
    }
  }
}

/** What a text without quotes is. */
function scalar(text: string): Written {
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  if (text === 'null') return { kind: 'null' };
  return NUMBER.test(text) ? { kind: 'number', digits: text } : { kind: 'text', text };
}
