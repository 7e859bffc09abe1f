/** The report's columns with the same names and meanings in each format, as SQL; one that the report lacks is null. */
import type { ColumnName, ReportFormat } from './columns.ts';

/** Of which report a statement is. */
export interface AskedReport {
  /** In its database, with quotes where they are needed. */
  table: string;
  /** Partition of the report. */
  dt: string;
  format: ReportFormat;
  columns: ReadonlySet<ColumnName>;
}

/**
 * A text as SQL has it. Nothing but the quote has a meaning in it, in Trino (grammar, "string") and in DuckDB.
 *
 * @example literal("a'b") // "'a''b'"
 */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The beginning of a statement: `WITH report AS (…)`, with the columns `key`, `size`, `is_latest`, `is_delete_marker`,
 * `modified` (of CSV a text in ISO 8601), `storage_class`, `encryption_status`, `replication_status`.
 */
export function withReport(report: AskedReport): string {
  return `WITH report AS (
  SELECT ${columnsOf(report).join(', ')}
  FROM ${report.table}
  WHERE dt = ${literal(report.dt)}
)`;
}

function columnsOf({ format, columns }: AskedReport): string[] {
  const isText = format === 'csv';
  const has = (name: ColumnName, sql: string) => (columns.has(name) ? sql : 'NULL');
  // Keys of CSV are encoded as in a form (user guide, "Amazon S3 Inventory list"); + is what the engines differ in.
  const key = isText ? "url_decode(replace(key, '+', '%20'))" : 'key';
  const text = (name: ColumnName) => `CAST(${has(name, `NULLIF(${name}, '')`)} AS varchar) AS ${name}`;
  const flag = (name: ColumnName, otherwise: boolean) =>
    `coalesce(${has(name, isText ? `lower(${name}) = 'true'` : name)}, ${otherwise}) AS ${name}`;
  return [
    `${key} AS key`,
    `${isText ? "TRY_CAST(NULLIF(size, '') AS bigint)" : 'size'} AS size`,
    // A report of current objects alone says nothing of versions.
    flag('is_latest', true),
    flag('is_delete_marker', false),
    `${has('last_modified_date', isText ? "NULLIF(last_modified_date, '')" : 'last_modified_date')} AS modified`,
    text('storage_class'),
    text('encryption_status'),
    text('replication_status'),
  ];
}
