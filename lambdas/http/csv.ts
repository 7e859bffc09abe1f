/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */
import type * as z from 'zod/mini';

/**
 * The columns of a row list, from the route's schema: scalars and lists of scalars, in the schema's order. Objects have
 * no place in a table and are left out.
 */
export function columnsOf(answer: z.ZodMiniType, rows: string): string[] {
  const list = unwrap(member(answer, rows));
  const row = unwrap((list as unknown as { _zod: { def: { element: z.ZodMiniType } } })._zod.def.element);
  return Object.entries(shapeOf(row)).flatMap(([name, type]) => (isCell(unwrap(type)) ? [name] : []));
}

function shapeOf(type: z.ZodMiniType): Record<string, z.ZodMiniType> {
  return (type as unknown as { _zod: { def: { shape: Record<string, z.ZodMiniType> } } })._zod.def.shape;
}

function member(answer: z.ZodMiniType, name: string): z.ZodMiniType {
  const found = shapeOf(unwrap(answer))[name];
  if (found === undefined) throw new Error(`the answer has no list ${name}`);
  return found;
}

/** Without `optional` and `nullable`; the first of a union. */
function unwrap(type: z.ZodMiniType): z.ZodMiniType {
  const { def } = type._zod as unknown as {
    def: { type: string; innerType?: z.ZodMiniType; options?: z.ZodMiniType[] };
  };
  const inner = def.type === 'optional' || def.type === 'nullable' ? def.innerType : def.options?.[0];
  return inner === undefined ? type : unwrap(inner);
}

function isCell(type: z.ZodMiniType): boolean {
  const { def } = type._zod as unknown as { def: { type: string; element?: z.ZodMiniType } };
  if (def.type === 'array') return def.element !== undefined && isCell(unwrap(def.element));
  return def.type !== 'object' && def.type !== 'record';
}

/** The rows as CSV with a header row and CRLF line ends. A list becomes one cell, joined with spaces. */
export function csv(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  // OWASP "CSV Injection": a spreadsheet runs a cell that starts with one of these, so it is made text by a quote.
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
