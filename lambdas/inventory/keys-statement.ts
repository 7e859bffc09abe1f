/** The SQL that gives every current object of a report, in the order of the keys, for whoever compares keys. */
import { type AskedReport, literal, withReport } from './columns-as-read.ts';

/**
 * Columns of the answer: `encoded_key` (as in an address, so that none has a quote or a line break; of a space Trino makes
 * `+`, DuckDB `%20`, and `decodeKey` reads both), `size`, `storage_class`, `modified` (its first 16 characters are day, hour
 * and minute). Sorted by the bytes of the key itself, as S3 lists: both engines compare texts so (Trino, "VARCHAR"; DuckDB,
 * "Collations": binary by default).
 *
 * @param prefix what all keys begin with
 * @example of `a b`, 7 bytes: `a%20b`, `7`, `STANDARD`, `2026-11-20 08:15`
 */
export function keysStatement(report: AskedReport, prefix: string): string {
  return `${withReport(report)}
SELECT replace(url_encode(key), '%2F', '/') AS encoded_key, CAST(size AS varchar) AS size,
  coalesce(storage_class, 'UNKNOWN') AS storage_class, substr(CAST(modified AS varchar), 1, 16) AS modified
FROM report
WHERE is_latest AND NOT is_delete_marker${prefix === '' ? '' : ` AND starts_with(key, ${literal(prefix)})`}
ORDER BY key`;
}
