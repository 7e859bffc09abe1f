/**
 * Values of constants: what a source wrote, and what that is in the constant's declared type. Nothing is guessed: what
 * does not fit becomes `null` with a note. Docs: docs/decisions/constant-values.md.
 */

export type ConstantType = 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time';

/** A value as its source wrote it, before the declared type is known. Numbers keep their digits. */
export type Written =
  | { kind: 'text'; text: string }
  | { kind: 'number'; digits: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'structure' };

export interface Typed {
  /** Integers beyond 2^53 and decimals are strings. */
  value: string | number | boolean | null;
  /** Why `value` is `null`. */
  note: string | null;
  /** The same for equal values, whatever their notation (`1.50` and `1.5`): what fingerprints are taken over. */
  canonical: string;
}

export function text(value: string): Written {
  return { kind: 'text', text: value };
}

/** The written value in its declared type; `null` as type: not declared, so its own kind decides. */
export function typed(written: Written, type: ConstantType | null): Typed {
  if (written.kind === 'null') return unfit('It is set to null.', written);
  if (written.kind === 'structure') return unfit('It is set to a list or a map.', written);
  if (type === null) return asWritten(written);
  const value = CONVERSIONS[type](written);
  return value ?? unfit(`It is set to a ${nounOf(written)} that is no ${type}.`, written);
}

/** Empty text, which is a value for strings only. */
export function isEmpty(written: Written): boolean {
  return written.kind === 'text' && written.text === '';
}

const CONVERSIONS: Record<ConstantType, (written: Written) => Typed | null> = {
  // Whether the runtime turns a number or Boolean into the same text is not documented, so it is not done here.
  string: (written) => (written.kind === 'text' ? fitting('string', written.text, written.text) : null),
  integer: (written) => integer(digitsOf(written)),
  boolean: (written) => {
    if (written.kind === 'boolean') return fitting('boolean', written.value, String(written.value));
    const word = written.kind === 'text' ? written.text.toLowerCase() : '';
    return word === 'true' || word === 'false' ? fitting('boolean', word === 'true', word) : null;
  },
  decimal: (written) => decimal(digitsOf(written)),
  date_time: (written) => (written.kind === 'text' ? dateTime(written.text) : null),
};

/** Mendix integers are 64 bits wide ("Integer/Long"). */
function integer(digits: string | null): Typed | null {
  if (digits === null || !/^[+-]?\d{1,20}$/.test(digits)) return null;
  const exact = BigInt(digits.replace('+', ''));
  if (BigInt.asIntN(64, exact) !== exact) return null;
  const value = Number(exact);
  return fitting('integer', Number.isSafeInteger(value) ? value : String(exact), String(exact));
}

function decimal(digits: string | null): Typed | null {
  const parts = digits === null ? null : /^([+-]?)(\d{1,50})(?:\.(\d{0,50}))?$/.exec(digits);
  if (parts === null || digits === null) return null;
  const [, sign, whole = '', fraction = ''] = parts;
  const shortest = `${whole.replace(/^0+(?=\d)/, '')}.${fraction}`.replace(/\.?0*$/, '');
  return fitting('decimal', digits, `${sign === '-' && /[1-9]/.test(digits) ? '-' : ''}${shortest}`);
}

/** `2013-12-20T16:02:32`, as Mendix writes it: without a zone, and none is added. A zone that is there stays. */
function dateTime(value: string): Typed | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(value);
  if (parts === null) return null;
  const [, day = '', time = '', zone = ''] = parts;
  const instant = new Date(`${day}T${time}Z`);
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(day)) return null;
  return fitting('date_time', value, `${instant.toISOString().slice(0, 23)}${zone}`);
}

function digitsOf(written: Written): string | null {
  if (written.kind === 'number') return written.digits;
  return written.kind === 'text' ? written.text : null;
}

function asWritten(written: Written): Typed {
  if (written.kind === 'text') return fitting('string', written.text, written.text);
  if (written.kind === 'number') return fitting('decimal', written.digits, written.digits);
  return fitting('boolean', written.kind === 'boolean' && written.value, JSON.stringify(written));
}

function fitting(type: ConstantType, value: string | number | boolean, canonical: string): Typed {
  return { value, note: null, canonical: `${type}:${canonical}` };
}

function unfit(note: string, written: Written): Typed {
  return { value: null, note, canonical: `unfit:${JSON.stringify(written)}` };
}

function nounOf(written: Written): string {
  return written.kind === 'text' && written.text === '' ? 'empty text' : written.kind;
}
