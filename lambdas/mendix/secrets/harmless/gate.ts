/**
 * The harmless gate: a text is harmless when it has one of the forms below. What has none is unknown, and not shown.
 * Each form stands in its list with texts that have it and texts that do not.
 */
import { isCredentialForm } from '../credential/forms.ts';
import type { Excuse } from '../name/excuses.ts';
import { type NameReading, readName } from '../name/name.ts';
import { ADDRESSES } from './addresses.ts';
import { DOCUMENTS } from './documents.ts';
import type { Form } from './form.ts';
import { FORMATS } from './formats.ts';
import { areJoinedWords, isIdentifier } from './letters.ts';
import { NUMBERS } from './numbers.ts';
import { WORDS } from './words.ts';

export const FORMS: readonly Form[] = [...WORDS, ...NUMBERS, ...FORMATS, ...ADDRESSES, ...DOCUMENTS];

/** A longer text is unknown; the longest templates of mails have some thousand characters. */
const MAX_LENGTH = 20_000;
/** Lists in pairs in JSON … */
const MAX_DEPTH = 5;

const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/**
 * Which forms an excuse in a name stands for. A number is no address and a word no number, so `PasswordUrl` = `summer` is
 * masked; but an identifier may be written as a path or an address is (`shop/prod/database`, an issuer's URL).
 */
const OF_EXCUSE: Readonly<Record<Exclude<Excuse, 'flag'>, readonly string[]>> = {
  number: ['number', 'duration (ISO 8601)', 'date or time', 'version', 'range, size or place'],
  address: ['address without credentials', 'host, with port and path', 'resource name (ARN, URN)', 'path'],
  path: ['path', 'file name or mask', 'address without credentials', 'resource name (ARN, URN)'],
  identifier: [
    ...['word', 'algorithm or character set', 'path', 'separator', 'placeholder', 'resource name (ARN, URN)'],
    ...['address without credentials', 'list', 'colour', 'name of several parts', 'media type'],
  ],
  sentence: ['word', 'sentence'],
  pattern: ['regular expression', 'date format', 'word'],
};

/**
 * Whether a text is known to be no secret. Credentials are looked for before (`../credential/`); here a text only has to
 * show what it is.
 * @param name what the constant is called: a name that asks for an identifier lets letters with digits pass, one with an
 *   excuse only values of the excuse's form, and the name of a secret none
 * @example isHarmless('sqlserver01', readName('ServerName')) // true; under the name Setting it is false
 */
export function isHarmless(text: string, name: NameReading): boolean {
  return text.length <= MAX_LENGTH && isHarmlessAt(text.trim(), name, 0);
}

function isHarmlessAt(text: string, name: NameReading, depth: number): boolean {
  if (text === '') return true;
  if (depth > MAX_DEPTH || name.kind === 'secret') return false;
  // What a whole text is checked for before it comes here, a part is not: a recovery phrase in a list.
  if (depth > 0 && isCredentialForm(text)) return false;
  const part = (inner: string, label: string | null) =>
    isHarmlessAt(inner.trim(), label === null ? name : readName(label), depth + 1);
  if (name.kind === 'excused') return hasExcusedForm(text, name.excuses, part);
  if (name.identifies && (UUID.test(text) || isIdentifier(text))) return true;
  return FORMS.some((form) => form.matches(text, part));
}

function hasExcusedForm(text: string, excuses: ReadonlySet<Excuse>, part: Parameters<Form['matches']>[1]): boolean {
  const allowed = new Set([...excuses].flatMap((excuse) => (excuse === 'flag' ? [] : OF_EXCUSE[excuse])));
  if (excuses.has('flag') && /^(?:true|false|yes|no|on|off|\d)$/i.test(text)) return true;
  if (excuses.has('identifier') && (UUID.test(text) || areJoinedWords(text.replaceAll('/', '-')))) return true;
  return FORMS.some((form) => allowed.has(form.name) && form.matches(text, part));
}
