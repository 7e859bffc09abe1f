/**
 * SQL that gives a `timestamptz` as this API writes times: `2026-11-22T05:00:00Z`. `NULL` for what that form cannot say:
 * the infinities, and years before 1 or after 9999, which PostgreSQL can hold and RFC 3339 cannot.
 *
 * @param expression SQL of ours; it stands in the result three times
 */
export function utcText(expression: string): string {
  return `CASE WHEN ${expression} >= '0001-01-01 00:00:00+00' AND ${expression} < '10000-01-01 00:00:00+00'
    THEN to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END`;
}
