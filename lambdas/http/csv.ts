/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

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
