/** Rows of a view as CSV, where the API gives its answer as no table: written as the API writes its own. */

/** A row by the names of the wire; what is not known is `null`, and an empty cell. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Lines by RFC 4180, with a header of every column that some row has, in the order in which they are first met.
 *
 * @example csvText([{ what: 'a,b', size_bytes: 1 }]) // 'what,size_bytes\r\n"a,b",1\r\n'
 */
export function csvText(rows: readonly CsvRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.map(cell).join(','), ...lines, ''].join('\r\n');
}

function cell(value: CsvRow[string]): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // OWASP "CSV Injection": a spreadsheet runs a cell that starts with one of these, so it is made text by a quote.
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
