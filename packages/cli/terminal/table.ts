/** Rows as a table that fits the terminal. */
import { styleText } from 'node:util';
import { type CellStyle, cell, countsBytes, valueAt } from './cells.ts';
import { characters, textWidth } from './width.ts';

type Row = Readonly<Record<string, unknown>>;

/** How wide, and whether with colours. */
export interface TableStyle extends CellStyle {
  /** Columns of the terminal; `null`: no limit, as in a pipe. */
  width: number | null;
  /** Whether headings are bold. */
  colour: boolean;
}

/** The lines, and the fields that found no room. */
export interface Table {
  lines: string[];
  left_out: string[];
}

/** Text gets no narrower than this, so that something can still be read. */
const MIN_TEXT = 14;
const GAP = 2;

interface Column {
  field: string;
  title: string;
  right: boolean;
  cells: string[];
  width: number;
}

/**
 * Lays rows out. Numbers are right-aligned. Where there is no room for all columns the last ones go, and of the others
 * the widest texts are cut, the first one last: with a width of 30, `sales$orderline_product` beside `870 MiB` becomes
 * `sales$orderline_pro…`.
 *
 * @param fields of a row, the most important first
 */
export function table(fields: readonly string[], rows: readonly Row[], style: TableStyle): Table {
  const all = fields.map((field) => column(field, rows, style));
  const columns = fitting(all, style.width);
  const heading = line(
    columns,
    columns.map(({ title }) => title),
  );
  const body = rows.map((_, index) =>
    line(
      columns,
      columns.map(({ cells }) => cells[index] ?? ''),
    ),
  );
  const lines = [style.colour ? styleText('bold', heading, { validateStream: false }) : heading, ...body];
  return { lines, left_out: all.slice(columns.length).map(({ field }) => field) };
}

/** `total_bytes` is headed TOTAL, `estimated_rows` ESTIMATED ROWS. */
function titleOf(field: string): string {
  return field
    .replace(/_bytes$/, '')
    .replaceAll(/[_.]/g, ' ')
    .toUpperCase();
}

function column(field: string, rows: readonly Row[], style: CellStyle): Column {
  const values = rows.map((row) => valueAt(row, field));
  const cells = values.map((value) => cell(field, value, style));
  const title = titleOf(field);
  const numbers = values.filter((value) => value !== null && value !== undefined);
  const right = numbers.length > 0 ? numbers.every((value) => typeof value === 'number') : countsBytes(field);
  return {
    field,
    title,
    right,
    cells,
    width: cells.reduce((most, text) => Math.max(most, textWidth(text)), title.length),
  };
}

/** The columns that have room, with the widths that they get. */
function fitting(all: readonly Column[], width: number | null): Column[] {
  const columns = all.map((one) => ({ ...one }));
  if (width === null) return columns;
  // What a row is about comes first: half of its name would not tell it from others.
  const least = (column: Column) =>
    column.right ? column.width : Math.min(column.width, column === columns[0] ? Math.floor(width / 2) : MIN_TEXT);
  const sum = (of: (one: Column) => number) => columns.reduce((total, one) => total + of(one) + GAP, -GAP);
  while (columns.length > 1 && sum(least) > width) columns.pop();
  let excess = sum((one) => one.width) - width;
  while (excess > 0) {
    const others = columns.slice(1).filter((one) => one.width > least(one));
    const widest = others.sort((a, b) => b.width - a.width)[0] ?? columns[0];
    if (widest === undefined || widest.right || widest.width <= 1) break;
    widest.width -= 1;
    excess -= 1;
  }
  return columns;
}

function line(columns: readonly Column[], texts: readonly string[]): string {
  return columns
    .map(({ width, right }, index) => {
      const text = cut(texts[index] ?? '', width);
      const space = ' '.repeat(Math.max(0, width - textWidth(text)));
      return right ? space + text : text + space;
    })
    .join(' '.repeat(GAP))
    .trimEnd();
}

/** The beginning of a text and `…`, where it is too wide. Never half of a character. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const segment of characters(text)) {
    if (textWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
