/**
 * Variables in values of environment files, as the Compose specification has them ("Interpolation"): `$NAME`, `${NAME}`,
 * `$$` for a dollar, and the forms with a word.
 *
 * | form           | gives                                              |
 * | -------------- | -------------------------------------------------- |
 * | `${NAME:-word}` | word when NAME is not set or empty, else its value |
 * | `${NAME-word}`  | word when NAME is not set, else its value          |
 * | `${NAME:+word}` | word when NAME is set and not empty                |
 * | `${NAME+word}`  | word when NAME is set                              |
 * | `${NAME:?word}` | an error when NAME is not set or empty             |
 * | `${NAME?word}`  | an error when NAME is not set                      |
 *
 * Worked example, with `BASE=/data` earlier in the file: `${BASE:-/srv}/files$$` is `/data/files$`, and
 * `https://${PUBLIC_HOST}/` is not known, because the host sets PUBLIC_HOST or does not.
 */

/** Of a value: each line may double the one before, and forty lines that do make a text of a terabyte. */
const MAX_LENGTH = 1_000_000;

/** Words within words. */
const MAX_DEPTH = 20;

/** What an earlier line gives a variable; `undefined`: no line does, so only the host may. */
export type Lookup = (name: string) => Interpolated | undefined;

export type Interpolated =
  | { kind: 'text'; text: string }
  /** It depends on this variable, which the file does not set. */
  | { kind: 'depends'; on: string }
  /** Compose refuses it, or it passes a limit of this file. */
  | { kind: 'invalid' };

const REFERENCE = /\$(?:(\$)|([a-z_]\w*)|\{)/gi;
const BRACED = /^([a-z_]\w*)(?:(:?[-+?])(.*))?$/i;

/** The value with its variables put in. */
export function interpolate(template: string, lookup: Lookup, depth = 0): Interpolated {
  if (depth > MAX_DEPTH) return { kind: 'invalid' };
  let text = '';
  let at = 0;
  for (;;) {
    REFERENCE.lastIndex = at;
    const match = REFERENCE.exec(template);
    if (match === null) return { kind: 'text', text: text + template.slice(at) };
    text += template.slice(at, match.index);
    at = match.index + match[0].length;
    const [, dollar, name] = match;
    if (dollar !== undefined) {
      text += dollar;
      continue;
    }
    const end = name === undefined ? closingBrace(template, at) : at;
    if (end === -1) return { kind: 'invalid' };
    const value = name === undefined ? braced(template.slice(at, end), lookup, depth + 1) : valueGiven(name, lookup);
    if (value.kind !== 'text') return value;
    text += value.text;
    if (text.length > MAX_LENGTH) return { kind: 'invalid' };
    if (name === undefined) at = end + 1;
  }
}

function valueGiven(name: string, lookup: Lookup): Interpolated {
  return lookup(name) ?? { kind: 'depends', on: name };
}

/** What stands between the braces. */
function braced(content: string, lookup: Lookup, depth: number): Interpolated {
  const [, name, operator = '', word = ''] = BRACED.exec(content) ?? [];
  if (name === undefined) return { kind: 'invalid' };
  const value = valueGiven(name, lookup);
  if (value.kind !== 'text' || operator === '') return value;
  // The file sets the variable, so "not set" is never true here; a colon asks for "not empty" as well.
  const present = value.text !== '' || !operator.startsWith(':');
  if (operator.endsWith('?')) return present ? value : { kind: 'invalid' };
  return operator.endsWith('+') === present ? interpolate(word, lookup, depth) : value;
}

/** The brace that closes the one before `from`, words with braces of their own included; -1: there is none. */
function closingBrace(template: string, from: number): number {
  let open = 1;
  for (let at = from; at < template.length; at += 1) {
    if (template[at] === '{') open += 1;
    if (template[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return -1;
}
