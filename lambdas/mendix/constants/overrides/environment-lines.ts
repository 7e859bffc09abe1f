/**
 * Environment files (`KEY=value`) as Compose itself reads them; the specification ("Env file syntax") says less than its
 * parser does (compose-go, `dotenv`), so `.ci/deep.d/formats.sh` compares the two. No npm library has these rules: why,
 * and the few known differences, is in docs/decisions/constant-values.md.
 *
 * A line that Compose would refuse costs that line only, so that one that concerns no constant costs nothing.
 */
import { UnusableContentError } from '../../unusable-content.ts';
import { type Interpolated, interpolate } from './interpolation.ts';

/** `host`: the line is the name alone, so the value is the host's, if it has one. */
export type EnvironmentValue = Interpolated | { kind: 'host' };

export interface EnvironmentLines {
  /** By name; of a variable that comes twice the last counts. */
  values: ReadonlyMap<string, EnvironmentValue>;
  /** Names that come more than once. */
  duplicates: ReadonlySet<string>;
}

/** Blanks within a line, as Compose's `isSpace` has them: those of ASCII, U+0085 and U+00A0. */
const SPACE = '\\t\\v\\f\\r \\u0085\\u00a0';
/** What Go calls space (`unicode.IsSpace`), line ends included. */
const SPACE_AND_LINE_END = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const BLANK = new RegExp(`(?:${SPACE_AND_LINE_END.source}|#[^\\n]*(?:\\n|$))+`, 'y');
/** A name, which may be empty, and the sign after it, `=` or `:`; without a sign the line is the name alone. */
const KEY = new RegExp(
  `(?:export[${SPACE}]+)?([\\p{L}\\p{N}_.\\-\\[\\]]*)[${SPACE}]*(?:([=:])[${SPACE}]*|\\n|$)`,
  'uy',
);
const QUOTED = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;
const REST_OF_LINE = /([^\n]*)(?:\n|$)/y;

/**
 * @param matters whether a variable sets constants: a line of one that cannot be read is an error and is not skipped
 * @throws UnusableContentError `invalid-line`
 */
export function readEnvironmentLines(content: string, matters: (name: string) => boolean): EnvironmentLines {
  const values = new Map<string, EnvironmentValue>();
  const duplicates = new Set<string>();
  const lookup = (name: string) => {
    const value = values.get(name);
    return value?.kind === 'host' ? undefined : value;
  };
  let at = 0;
  for (;;) {
    at += matchAt(BLANK, content, at)?.[0].length ?? 0;
    if (at >= content.length) return { values, duplicates };
    const start = at;
    const key = matchAt(KEY, content, at);
    const name = key?.[1] ?? '';
    let value: EnvironmentValue | null = key === null ? null : { kind: 'host' };
    if (key !== null) at += key[0].length;
    if (value !== null && key?.[2] !== undefined) {
      const read = valueAt(content, at);
      at = read?.end ?? at;
      value = read === null ? null : read.literal ? { kind: 'text', text: read.text } : interpolate(read.text, lookup);
    }
    if (value === null || value.kind === 'invalid') {
      const line = matchAt(REST_OF_LINE, content, start)?.[0] ?? '';
      if (matters(/[\w.]*/.exec(line.replace(/^export\s+/, ''))?.[0] ?? '')) throw invalidLine(content, start);
      if (value === null) at = start + line.length;
    }
    if (value === null || name === '') continue;
    if (values.has(name)) duplicates.add(name);
    values.set(name, value);
  }
}

/** The value that begins at `at`; `null`: a quote without its end. `literal`: nothing is put into it. */
function valueAt(content: string, at: number): { text: string; literal: boolean; end: number } | null {
  const quoted = matchAt(QUOTED, content, at);
  if (quoted !== null) {
    const [whole, single, double = ''] = quoted;
    const end = at + whole.length;
    return single === undefined
      ? { text: unescaped(double.replace(/\\(?:"|\\)/g, unquote)), literal: false, end }
      : { text: single.replace(/\\(?:'|\\)/g, unquote), literal: true, end };
  }
  if (content[at] === '"' || content[at] === "'") return null;
  const [line = '', plain = ''] = matchAt(REST_OF_LINE, content, at) ?? [];
  const text = trimEnd(plain.split(' #', 1)[0] ?? '');
  return { text, literal: false, end: at + line.length };
}

/** A backslash before the quote goes; two backslashes stay two until escapes are read. */
function unquote(pair: string): string {
  return pair === '\\\\' ? pair : pair.slice(1);
}

/** Those of Go that Compose takes; `\\c` is one that it leaves as it is. */
const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // A dollar that is none of a variable is written `$$`.
  $: '$$',
};

/** The escapes of double quotes: those of a shell, and `\0123`, three octal digits after a zero. */
function unescaped(text: string): string {
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (whole, letter?: string, digits: string = '') => {
    if (letter !== undefined) return ESCAPES[letter] ?? whole;
    const code = /^[0-7]{3}$/.test(digits) ? Number.parseInt(digits, 8) : 256;
    return code < 256 ? String.fromCodePoint(code) : `\\${digits}`;
  });
}

/** `trimEnd` of JavaScript takes a byte order mark for a space, and U+0085 for none. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE_AND_LINE_END.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function invalidLine(content: string, at: number): UnusableContentError {
  const line = content.slice(0, at).split('\n').length;
  return new UnusableContentError('invalid-line', `Its line ${line} is no KEY=value: correct it.`);
}
