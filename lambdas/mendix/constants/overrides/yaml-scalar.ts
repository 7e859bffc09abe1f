/**
 * Plain scalars as PyYAML resolves them (`resolver.py`, `constructor.py`), which follows YAML 1.1 with turns of its own:
 *
 * | written                   | is                                 |
 * | ------------------------- | ---------------------------------- |
 * | `yes`, `Off`, `TRUE`      | a Boolean; `y` and `n` are text    |
 * | `0123`, `0x1F`, `1_000`   | 83, 31, 1000; `0o17` is text       |
 * | `1:30`, `1:30.5`          | 90, 90.5: base 60                  |
 * | `59.90`, `.5`, `1.5e+3`   | numbers; `1e3` and `1.5e3` are text |
 * | `.inf`, `.nan`            | infinity, not a number             |
 * | `~`, `null`, nothing      | null                               |
 * | `2013-12-20`              | a date                             |
 */
import type { Written } from '../value.ts';

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

/** Python's own limit for a number as text (`sys.int_info`); longer ones make PyYAML fail. */
const MAX_DIGITS = 4300;

/** What PyYAML fails on, and with it the whole file: `0x_`, 30 February. */
export class UnresolvableScalarError extends Error {
  override name = 'UnresolvableScalarError' as const;
}

/**
 * A scalar without quotes and tag.
 *
 * @returns `'merge'` for `<<`
 * @throws UnresolvableScalarError
 */
export function plainScalar(text: string): Written | 'merge' {
  if (NULL.test(text)) return { kind: 'null' };
  if (TRUE.test(text) || FALSE.test(text)) return booleanScalar(text);
  if (INTEGER.test(text)) return integerScalar(text);
  if (FLOAT.test(text)) return floatScalar(text);
  if (TIMESTAMP.test(text)) return dateScalar(text);
  return text === '<<' ? 'merge' : { kind: 'text', text };
}

/** Scalars with one of YAML's own tags: `!!int "7"`. */
export const TAGGED: Readonly<Record<string, (text: string) => Written>> = {
  str: (text) => ({ kind: 'text', text }),
  null: () => ({ kind: 'null' }),
  bool: (text) => booleanScalar(text.toLowerCase()),
  int: integerScalar,
  float: floatScalar,
  timestamp: dateScalar,
  binary: () => ({ kind: 'structure' }),
};

function booleanScalar(text: string): Written {
  if (!TRUE.test(text) && !FALSE.test(text)) throw new UnresolvableScalarError();
  return { kind: 'boolean', value: TRUE.test(text) };
}

function integerScalar(text: string): Written {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text.replaceAll('_', '')) ?? [];
  if (digits.length > MAX_DIGITS) throw new UnresolvableScalarError();
  const size = digits.includes(':') ? sexagesimal(digits) : integer(digits);
  if (size === null) throw new UnresolvableScalarError();
  return { kind: 'number', digits: String(sign === '-' ? -size : size) };
}

/** As written, without underscores: 59.90 keeps its zero. */
function floatScalar(text: string): Written {
  const plain = text.replaceAll('_', '').toLowerCase();
  const unsigned = plain.replace(/^[-+]/, '');
  const sign = plain.startsWith('-') ? '-' : '';
  if (unsigned === '.inf') return { kind: 'number', digits: `${sign}Infinity` };
  if (unsigned === '.nan') return { kind: 'number', digits: 'NaN' };
  if (!unsigned.includes(':')) {
    if (!/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(unsigned)) throw new UnresolvableScalarError();
    return { kind: 'number', digits: `${sign}${unsigned}` };
  }
  const sum = unsigned.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  if (Number.isNaN(sum)) throw new UnresolvableScalarError();
  return { kind: 'number', digits: `${sign}${sum}` };
}

function integer(digits: string): bigint | null {
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && !/^(?:0|[1-9]\d*|0b[01]+|0x[\da-f]+)$/i.test(digits)) return null;
  return BigInt(octal ? `0o${digits}` : digits);
}

/** `1:30` is 90. */
function sexagesimal(digits: string): bigint | null {
  if (!/^\d+(?::\d+)+$/.test(digits)) return null;
  return digits.split(':').reduce((total, part) => total * 60n + BigInt(part), 0n);
}

/** `2001-1-1 1:02:03.5 -5` is `2001-01-01T01:02:03.5-05:00`; a date alone stays one. */
function dateScalar(text: string): Written {
  if (!TIMESTAMP.test(text)) throw new UnresolvableScalarError();
  const [, year = '', month = '', day = '', hour, minute = '', second = '', fraction = '', zone = ''] =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt \t]+(\d\d?):(\d\d):(\d\d)(\.\d+)?\.?[ \t]*(.*))?$/.exec(text) ?? [];
  const pad = (part: string) => part.padStart(2, '0');
  const date = `${year}-${pad(month)}-${pad(day)}`;
  const time = hour === undefined ? '' : `T${pad(hour)}:${minute}:${second}`;
  const instant = new Date(`${date}${time === '' ? 'T00:00:00' : time}Z`);
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${date}${time}`);
  if (!exists || year === '0000') throw new UnresolvableScalarError();
  const [, sign = '', hours = '', minutes = '00'] = /^([-+])(\d\d?)(?::(\d\d))?$/.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) throw new UnresolvableScalarError();
  return { kind: 'date', text: `${date}${time}${fraction}${sign === '' ? zone : `${sign}${pad(hours)}:${minutes}`}` };
}
