/** Any JSON answer laid out for people: totals, summaries, comparisons. Rows have `table.ts`. */
import { styleText } from 'node:util';
import { cell } from './cells.ts';
import { type TableStyle, table } from './table.ts';

type Json = Readonly<Record<string, unknown>>;

/** Said elsewhere: by the exit code, by a line on standard error. */
const LEFT_OUT = new Set(['complete', 'next_cursor', 'missing', 'errors']);

/** Lines of an answer: its plain values, then a part with a heading for each list and object in it. */
export function answerLines(answer: Json, style: TableStyle): string[] {
  const fields = Object.entries(answer).filter(([name]) => !LEFT_OUT.has(name));
  const plain = fields.filter(([, value]) => !hasStructure(value));
  const parts = fields.filter(([, value]) => hasStructure(value));
  return [...pairs(plain, style), ...parts.flatMap(([name, value]) => part(name, value as object, style))];
}

/** An object, or a list of objects. */
function hasStructure(value: unknown): boolean {
  return Array.isArray(value) ? value.some((item) => typeof item === 'object' && item !== null) : isObject(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function part(name: string, value: object, style: TableStyle): string[] {
  const heading = name.replaceAll(/[_.]/g, ' ').toUpperCase();
  const title = ['', style.colour ? styleText('bold', heading, { validateStream: false }) : heading];
  if (Array.isArray(value)) return [...title, ...table(fieldsOf(value), value, style).lines];
  const flat = flattened(value as Json, '');
  const parts = Object.entries(value).filter(([, inner]) => Array.isArray(inner) && hasStructure(inner));
  return [
    ...(flat.length > 0 ? [...title, ...pairs(flat, style)] : []),
    ...parts.flatMap(([inner, list]) => part(`${name}.${inner}`, list as object, style)),
  ];
}

/** Every plain value inside an object, nested ones by their path. */
function flattened(value: Json, path: string): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (isObject(inner)) return flattened(inner, `${path}${name}.`);
    return hasStructure(inner) ? [] : [[`${path}${name}`, inner]];
  });
}

/** The plain fields of all rows, in the order in which they appear; nested objects by their path. */
function fieldsOf(rows: readonly Json[]): string[] {
  return [...new Set(rows.flatMap((row) => flattened(row, '').map(([name]) => name)))];
}

function pairs(fields: readonly (readonly [string, unknown])[], style: TableStyle): string[] {
  const wide = fields.reduce((most, [name]) => Math.max(most, name.length), 0);
  return fields.map(([name, value]) => {
    const label = name.replaceAll('_', ' ').padEnd(wide + 2);
    return `${style.colour ? styleText('dim', label, { validateStream: false }) : label}${cell(name, value, style)}`;
  });
}
