/** Values of an answer as text for a terminal. */

/** How figures are shown. */
export interface CellStyle {
  /** Exact bytes in place of binary units. */
  bytes: boolean;
}

/** What stands for `null`: not known, or not there. Never 0. */
const NOTHING = '-';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
/** Control characters, and those that turn the direction of what follows: a value must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that a terminal shows as it is; what would steer it is shown as `\u001b`. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether a field counts bytes, by its name on the wire: `total_bytes`, `bytes_per_day`. */
export function countsBytes(field: string): boolean {
  return /(^|_)bytes(_|$)/.test(field.split('.').at(-1) ?? '');
}

/** What a constant is set to: shown as it is, since `1,200` or `yes` would be another value. */
const AS_SET = new Set(['value', 'default_value']);

/** One value of a field as a cell. Lists are joined; an object becomes `name=value` pairs. */
export function cell(field: string, value: unknown, style: CellStyle): string {
  if (value === null || value === undefined) return NOTHING;
  if (AS_SET.has(field)) return safeText(String(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return countsBytes(field) ? bytes(value, style) : grouped(value);
  if (Array.isArray(value))
    return value.length === 0 ? NOTHING : value.map((item) => cell(field, item, style)).join(', ');
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, inner]) => `${safeText(name)}=${cell(name, inner, style)}`);
    return pairs.join(' ') || NOTHING;
  }
  return safeText(String(value));
}

/**
 * A number with its thousands apart, as the documents write them: 4200000 is `4,200,000`, 0.98765 is `0.988`. By hand:
 * `Intl.NumberFormat` takes 10 ms at its first use, which every command would wait for.
 */
export function grouped(value: number): string {
  // A whole number is as it came: a thousand times as much as 2^53 / 1000 is no longer exact.
  const rounded = Number.isInteger(value) ? value : Math.round(value * 1000) / 1000;
  const [whole = '', part] = String(rounded).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part === undefined ? '' : `.${part}`);
}

/**
 * Bytes in binary units with three digits: 1536 is `1.50 KiB`, 912345678 is `870 MiB`. With `style.bytes` the exact
 * number, ungrouped, so that it can be calculated with.
 */
export function bytes(value: number, style: CellStyle): string {
  if (style.bytes) return String(value);
  let size = Math.abs(value);
  let unit = 0;
  // 1023.5 would be shown as 1024: the next unit's 1.00.
  while (size >= 1023.5 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${value < 0 ? '-' : ''}${size.toFixed(digits)} ${UNITS[unit]}`;
}

/** The value at a path of a row: `growth.bytes_per_day`. */
export function valueAt(row: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
