/**
 * Values of constants: what a source wrote, and what that is in the constant's declared type. Nothing is guessed: what
 * does not fit, or cannot be said in an answer, becomes `null` with a note. Docs: docs/decisions/constant-values.md.
 */
import { canonicalDateTime } from './date-time.ts';
import { integerOf, MAX_DECIMAL_DIGITS, plainDecimal, plainInteger, pythonInteger, shortestDecimal } from './number.ts';

export type ConstantType = 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time';

/** A value as its source wrote it, before the declared type is known. */
export type Written =
  | { kind: 'text'; text: string }
  /** Digits as they stand there, `1e-7` included; or `NaN`, `Infinity`, `-Infinity`. */
  | { kind: 'number'; digits: string }
  | { kind: 'boolean'; value: boolean }
  /** A date, or a date and time, that the format itself knows as one: YAML's timestamps. */
  | { kind: 'date'; text: string }
  | { kind: 'null' }
  /** A list or a map. */
  | { kind: 'structure' };

export interface Typed {
  /** Integers beyond 2^53 and decimals are strings. */
  value: string | number | boolean | null;
  /** Why `value` is `null`. */
  note: string | null;
  /** The same for equal values, whatever their notation (`1.50` and `1.5`): what fingerprints are taken over. */
  canonical: string;
}

/** `int()`: the tool that reads the source gives each integer to Python's `int()` (the buildpack does). */
export type IntegerRule = 'plain' | 'int()';

/** A value that a source wrote as text. */
export function text(value: string): Written {
  return { kind: 'text', text: value };
}

/**
 * The written value in its declared type: the text `"007"` is 7 as an integer, `007` as a string, and no Boolean.
 *
 * @param type `null`: not declared, so the value's own kind decides
 * @param integers how the tool that reads the source makes integers
 */
export function typed(written: Written, type: ConstantType | null, integers: IntegerRule = 'plain'): Typed {
  if (written.kind === 'null') return unfit('It is set to null.', written);
  if (written.kind === 'structure') return unfit('It is set to a list or a map.', written);
  if (written.kind === 'number' && !/\d/.test(written.digits)) {
    return unfit(`It is set to ${written.digits}, which no type of constant can hold.`, written);
  }
  const conversion = type === null ? asWritten : CONVERSIONS[type];
  const value = conversion(written, integers);
  return value ?? unfit(`It is set to ${NOUNS[kindOf(written)]} that is not ${TYPE_NOUNS[type ?? 'string']}.`, written);
}

/** Empty text, which is a value for strings only. */
export function isEmpty(written: Written): boolean {
  return written.kind === 'text' && written.text === '';
}

/** `null`: what is written is no value of the type. */
type Conversion = (written: Written, integers: IntegerRule) => Typed | null;

const CONVERSIONS: Record<ConstantType, Conversion> = {
  // Whether the runtime turns a number or Boolean into the same text is not documented, so it is not done here.
  string: (written) => (written.kind === 'text' ? shownText(written.text) : null),
  integer: (written, integers) => inRange(integerIn(written, integers), written),
  boolean: (written) => {
    if (written.kind === 'boolean') return fitting('boolean', written.value, String(written.value));
    const word = written.kind === 'text' ? written.text.toLowerCase() : '';
    return word === 'true' || word === 'false' ? fitting('boolean', word === 'true', word) : null;
  },
  decimal: (written) => {
    const digits = written.kind === 'number' ? written.digits : written.kind === 'text' ? written.text : '';
    const plain = plainDecimal(digits);
    if (plain === null) return null;
    if (plain === 'too-long') {
      return unfit(`It is set to a number of more than ${MAX_DECIMAL_DIGITS} digits, which is not shown.`, written);
    }
    return fitting('decimal', plain, shortestDecimal(plain));
  },
  date_time: (written) => {
    const value = written.kind === 'text' || written.kind === 'date' ? written.text : '';
    const canonical = canonicalDateTime(value);
    return canonical === null ? null : fitting('date_time', value, canonical);
  },
};

/** The integer that is written, of any size; `null`: none is. */
function integerIn(written: Written, integers: IntegerRule): bigint | null {
  const cast = integers === 'int()';
  if (written.kind === 'number') return integerOf(written.digits, cast);
  if (written.kind === 'text') return cast ? pythonInteger(written.text) : plainInteger(written.text);
  return written.kind === 'boolean' && cast ? BigInt(written.value) : null;
}

/** Mendix integers are 64 bits wide ("Integer/Long"). */
function inRange(exact: bigint | null, written: Written): Typed | null {
  if (exact === null) return null;
  if (BigInt.asIntN(64, exact) !== exact) {
    return unfit('It is set to a number beyond the 64 bits of an Integer/Long.', written);
  }
  const value = Number(exact);
  return fitting('integer', Number.isSafeInteger(value) ? value : String(exact), String(exact));
}

/** Half a surrogate pair is in no UTF-8, and NUL ends a text for many a client: neither is shown, both are compared. */
function shownText(value: string): Typed {
  const canonical = value.isWellFormed() ? value : JSON.stringify(value);
  if (value.isWellFormed() && !value.includes('\0')) return fitting('string', value, canonical);
  return {
    value: null,
    note: 'It is set to a text with a character that is not shown: NUL, or half of a surrogate pair.',
    canonical: `string:${canonical}`,
  };
}

/** Of a constant that is not declared: a number with a point or an exponent is a decimal. */
function asWritten(written: Written, integers: IntegerRule): Typed | null {
  if (written.kind === 'number') {
    return (/[.eE]/.test(written.digits) ? CONVERSIONS.decimal : CONVERSIONS.integer)(written, integers);
  }
  if (written.kind === 'date') return fitting('date_time', written.text, written.text);
  return CONVERSIONS[written.kind === 'boolean' ? 'boolean' : 'string'](written, integers);
}

function fitting(type: ConstantType, value: NonNullable<Typed['value']>, canonical: string): Typed {
  return { value, note: null, canonical: `${type}:${canonical}` };
}

function unfit(note: string, written: Written): Typed {
  return { value: null, note, canonical: `unfit:${JSON.stringify(written)}` };
}

function kindOf(written: Written): keyof typeof NOUNS {
  return isEmpty(written) ? 'empty' : written.kind;
}

/** What is written, for notes. */
const NOUNS = {
  empty: 'an empty text',
  text: 'a text',
  number: 'a number',
  boolean: 'a Boolean',
  date: 'a date without quotes',
  null: 'null',
  structure: 'a list or a map',
} as const;

/** What was declared, for notes. */
const TYPE_NOUNS: Record<ConstantType, string> = {
  string: 'a text',
  integer: 'an integer',
  boolean: 'a Boolean',
  decimal: 'a decimal number',
  date_time: 'a date and time',
};
