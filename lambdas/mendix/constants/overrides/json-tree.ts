/**
 * JSON as Python's `json.loads` reads it, which is what Mendix's buildpack and m2ee-tools do: integers of any size, of a
 * name that comes twice the last counts, and `NaN`, `Infinity` and `-Infinity` are numbers.
 */
import type { Tree } from './tree.ts';

const BARE = /"(?:[^"\\]|\\.)*"|\bNaN\b|-?\bInfinity\b/gs;

/** Not in TypeScript's library yet: the reviver's third argument (TC39, "JSON.parse source text access"). */
type Reviver = (name: string, value: unknown, context: { source?: string }) => unknown;

/** @throws SyntaxError when it is not JSON */
export function parseJson(content: string): Tree {
  const words = new Map<string, string>();
  const unused = unusedDigits(content);
  const masked = content.replace(BARE, (match) => {
    if (match.startsWith('"')) return match;
    const mark = `${unused}${words.size}`;
    words.set(mark, match);
    // Blanks, so that a sign or a digit beside it makes no number with it.
    return ` ${mark} `;
  });
  const revive: Reviver = (_, value, { source = '' }) => {
    if (typeof value === 'string') return { kind: 'text', text: value };
    if (typeof value === 'number') return { kind: 'number', digits: words.get(source) ?? source };
    if (typeof value === 'boolean') return { kind: 'boolean', value };
    if (value === null) return { kind: 'null' };
    return Array.isArray(value) ? value : new Map(Object.entries(value as object));
  };
  return JSON.parse(masked, revive as (name: string, value: unknown) => unknown) as Tree;
}

/** Digits that the content does not have, so that they can stand for a word where JSON has only numbers. */
function unusedDigits(content: string): string {
  let digits = '10000';
  while (content.includes(digits)) digits += '0';
  return digits;
}
