/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

type Fields = Readonly<Record<string, unknown>>;

/**
 * The rows as CSV with a header row and CRLF line ends. A list becomes one cell, joined with spaces.
 *
 * @param columns fields of a row (`size_bytes`), fields inside one (`error.type`), or of the answer (`environment`)
 * @param answer what all rows share
 */
export function csv(columns: readonly string[], rows: readonly Fields[], answer: Fields): string {
  // Of 10,000 rows each list that is made for a cell or a row is megabytes: columns are parted once, cells share a list.
  const paths = columns.map((column) => column.split('.'));
  const cells: string[] = new Array(columns.length).fill('');
  const lines = rows.map((row) => {
    for (let index = 0; index < paths.length; index++) cells[index] = cell(valueAt(paths[index] ?? [], row, answer));
    return cells.join(',');
  });
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** @param path `['size_bytes']`, `['error', 'type']` */
function valueAt(path: readonly string[], row: Fields, answer: Fields): unknown {
  const name = path[0] ?? '';
  const inner = path[1];
  const value = name in row ? row[name] : answer[name];
  return inner === undefined ? value : (value as Fields | null | undefined)?.[inner];
}

// Here and not where they are used: each use would make an object of its own, for each cell two.
/** OWASP "CSV Injection": a spreadsheet runs a cell that starts with one of these, so it is made text by a quote. */
const FORMULA = /^[=+\-@\t\r\n]/;
const SPECIAL = /[",\r\n]/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
