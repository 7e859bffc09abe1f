/**
 * Which environments an entry of a caller selects: `shop-prod` (a name), `shop-*` (a pattern of names), `stage:prod` (a
 * label) or `stage:p*` (a label whose value is a pattern). It decides rights, so the check of a configuration and the
 * functions ask here and nowhere else.
 */
import { matchesPattern } from './pattern.ts';

/** What an entry can select by. */
export interface Labelled {
  /** The environment's name in the configuration; holds no colon. */
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** An entry after reading: patterns as in `pattern.ts`. */
export type Selector = { by: 'name'; pattern: string } | { by: 'label'; key: string; pattern: string };

/** An entry that means nothing, or not what its writer thinks; the message says what to write. */
export class SelectorError extends Error {
  override name = 'SelectorError' as const;
}

/**
 * Reads an entry.
 *
 * @example parseSelector('stage:p*') // { by: 'label', key: 'stage', pattern: 'p*' }
 * @throws SelectorError
 */
export function parseSelector(text: string): Selector {
  const fault = selectorFault(text);
  if (fault !== null) throw new SelectorError(fault);
  const [key = '', value] = text.split(':');
  return value === undefined ? { by: 'name', pattern: text } : { by: 'label', key, pattern: value };
}

/** What is wrong with an entry, in words for its writer; `null` when it can be read. */
export function selectorFault(text: string): string | null {
  const [key = '', value, ...more] = text.split(':');
  if (text === '') return 'must not be empty';
  if (more.length > 0) return 'a label is key:value, and neither holds a colon';
  if (text.includes('**')) return 'one * stands for any characters already';
  if (value === undefined) return null;
  if (key === '') return `a label is key:value; ${text} has no key`;
  if (value === '') return `a label is key:value; ${text} has no value, * is any`;
  if (key.includes('*')) return "a label's key is not a pattern, its value may be";
  return null;
}

/**
 * Whether an entry means this environment. One that cannot be read selects nothing: synthesis refuses it, and whatever
 * comes past synthesis must not open anything.
 */
export function selects(text: string, { name, labels }: Labelled): boolean {
  if (selectorFault(text) !== null) return false;
  const selector = parseSelector(text);
  if (selector.by === 'name') return matchesPattern(selector.pattern, name);
  const label = Object.hasOwn(labels, selector.key) ? labels[selector.key] : undefined;
  return label !== undefined && matchesPattern(selector.pattern, label);
}
