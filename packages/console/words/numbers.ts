/** Numbers as the reader's locale writes them. What is not known is a dash, never 0. */

/** For what is not known. A screen reader says `unknown`: see `Unknown`. */
export const UNKNOWN = '–';

/** Left out, the browser's own; tests name one. */
export type Locale = string | undefined;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Bytes in the largest unit that leaves a whole part, with three digits that count.
 *
 * @example bytes(10472304440, 'en') // '9.75 GiB'
 */
export function bytes(value: number | null | undefined, locale?: Locale): string {
  if (value === null || value === undefined) return UNKNOWN;
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  // 1,023.9 of a unit would be rounded to four digits: it is 1 of the next.
  if (size >= 999.5 && unit > 0 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = size.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${value < 0 ? '−' : ''}${text} ${UNITS[unit]}`;
}

/** Round figures of an axis, without digits that say nothing: `2 GiB`, `0.5 KiB`. */
export function roundBytes(value: number, locale?: Locale): string {
  const [digits = '', unit = ''] = bytes(value, 'en').split(' ');
  return `${Number(digits.replaceAll(',', '')).toLocaleString(locale)} ${unit}`;
}

/** The exact figure, for whoever points at the short one: `10,472,304,440 bytes`. */
export function exactBytes(value: number | null | undefined, locale?: Locale): string {
  return value === null || value === undefined ? 'not known' : `${value.toLocaleString(locale)} bytes`;
}

/** Bytes with their sign, for what grows or shrinks: `+14.7 MiB`. */
export function signedBytes(value: number | null | undefined, locale?: Locale): string {
  return value !== null && value !== undefined && value > 0 ? `+${bytes(value, locale)}` : bytes(value, locale);
}

/** A count. Numbers beyond 2^53 come as texts and are shown to the digit. */
export function count(value: number | string | null | undefined, locale?: Locale): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value === 'number') return value.toLocaleString(locale);
  return /^-?\d+$/.test(value) ? BigInt(value).toLocaleString(locale) : value;
}

/** A share of 0 to 1: `45 %` as the locale writes it; what is little and not nothing is `<1 %`. */
export function share(value: number | null | undefined, locale?: Locale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const percent = (part: number) => part.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 0 });
  return value > 0 && value < 0.005 ? `<${percent(0.01)}` : percent(value);
}

/** `1 user`, `2 users`. English, as all words of the pages are. */
export function plural(value: number, one: string, many = `${one}s`, locale?: Locale): string {
  return `${count(value, locale)} ${value === 1 ? one : many}`;
}
