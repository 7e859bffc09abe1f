/**
 * Numbers in the notations that the formats' own tools take. Nothing here goes through a double: 59.90 keeps its zero
 * and 9223372036854775807 its last digit.
 *
 * | what is read                       | what it may look like                        | source of the rule                       |
 * | ---------------------------------- | -------------------------------------------- | ---------------------------------------- |
 * | a decimal, as text                 | `21.00`, `.5`, `5.`, `+1`, `1E-7`            | Java, `BigDecimal(String)`               |
 * | an integer, as text                | `42`, `+7`, `-007`                           | Java, `Long.parseLong`                   |
 * | an integer that the buildpack casts | ` 7 `, `1_000`; 1.5 becomes 1, `true` 1     | Python, `int()`; buildpack, `runtime.py` |
 * | a number of JSON or YAML           | what the format's grammar says, digits kept  | RFC 8259; PyYAML, `resolver.py`          |
 */

/** Digits that a decimal may have when it is written out; a Mendix decimal has 28 (Mendix docs, "Data Types"). */
export const MAX_DECIMAL_DIGITS = 100;

/** More digits than this are a notation, not a number: `1e999999999` would be a text of a gigabyte. */
const MAX_EXPONENT = 1000;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/**
 * A decimal written out: no exponent, no plus, no leading zeros, a digit before the point, and the zeros at its end kept.
 * `.5` is `0.5`, `1E-7` is `0.0000001`, `007.10` is `7.10`, `12e2` is `1200`.
 *
 * @returns `null` for what is no decimal; `'too-long'` for one of more than MAX_DECIMAL_DIGITS digits
 */
export function plainDecimal(text: string): string | null | 'too-long' {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return null;
  const shift = Number(exponent);
  const digits = whole + fraction;
  if (Math.abs(shift) > MAX_EXPONENT || digits.length > MAX_EXPONENT) return 'too-long';
  const point = whole.length + shift;
  const before = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const after = point >= digits.length ? '' : `${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`;
  const integral = before.replace(/^0+(?=\d)/, '') || '0';
  if (integral.length + after.length > MAX_DECIMAL_DIGITS) return 'too-long';
  const plain = after === '' ? integral : `${integral}.${after}`;
  return sign === '-' && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/** The shortest form of a plain decimal: equal for equal numbers (`1.50` and `1.5`, `0.0` and `0`). */
export function shortestDecimal(plain: string): string {
  return plain.includes('.') ? plain.replace(/\.?0*$/, '') : plain;
}

/** The integer that Java's `Long.parseLong` reads, whatever its size; `null` for what is none. */
export function plainInteger(text: string): bigint | null {
  return /^[+-]?\d{1,1000}$/.test(text) ? BigInt(text.replace('+', '')) : null;
}

/** The integer that Python's `int()` makes of a text: blanks round it and single underscores within it are nothing. */
export function pythonInteger(text: string): bigint | null {
  const digits = text.trim();
  return /^[+-]?\d+(?:_\d+)*$/.test(digits) ? plainInteger(digits.replaceAll('_', '')) : null;
}

/** The integer that a number of JSON is: 7, `7.0` and `0.7e1` are 7. `truncate`: as `int()` does, 1.5 is 1. */
export function integerOf(digits: string, truncate: boolean): bigint | null {
  const plain = plainDecimal(digits);
  if (plain === null) return null;
  if (plain === 'too-long') return plainInteger(digits);
  const [integral = '', fraction = ''] = plain.split('.');
  return truncate || /^0*$/.test(fraction) ? plainInteger(integral) : null;
}

/**
 * A number of JSON or YAML after Python has had it as a double: `59.90` stays, since a double tells 15 digits apart, and
 * `0.12345678901234567890` becomes `0.12345678901234568`, which is what the runtime is sent. Integers stay as they are.
 */
export function throughDouble(digits: string): string {
  const significant = digits
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  if (/^[+-]?\d+$/.test(digits) || significant.length <= 15) return digits;
  return String(Number(digits));
}
