/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

type Fields = Readonly<Record<string, unknown>>;

/**
 * The rows as CSV with a header row and CRLF line ends. A list becomes one cell, joined with spaces.
 *
 * @param columns fields of a row (`size_bytes`), fields inside one (`error.type`), or of the answer (`environment`)
 * @param answer what all rows share
 */
export function csv(columns: readonly string[], rows: readonly Fields[], answer: Fields): string {
  const lines = rows.map((row) => columns.map((column) => cell(valueAt(column, row, answer))).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function valueAt(column: string, row: Fields, answer: Fields): unknown {
  const [name = '', inner] = column.split('.');
  const value = name in row ? row[name] : answer[name];
  return inner === undefined ? value : (value as Fields | null | undefined)?.[inner];
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  // OWASP "CSV Injection": a spreadsheet runs a cell that starts with one of these, so it is made text by a quote.
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
