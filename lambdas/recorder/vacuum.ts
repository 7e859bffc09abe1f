/** Whether the rows that an app deletes and changes are cleared up, table by table. */
import { type Figure, figureOf } from '../record/figure.ts';

/** What `GET /table_size` says of it. */
export interface Vacuumed {
  dead_rows?: number | string | null | undefined;
  last_vacuum?: string | null | undefined;
  last_autovacuum?: string | null | undefined;
}

/**
 * The rows that wait for VACUUM, and when it came last, by hand or by itself (PostgreSQL documentation, "The Cumulative
 * Statistics System", pg_stat_all_tables). The time of a table that was not vacuumed since the counters began is not known.
 *
 * @param labels of the table
 * @example of a table vacuumed by hand at 10:00 and by itself at 11:00, with 12 dead rows:
 * table_dead_rows 12, table_vacuumed_timestamp_seconds 11:00
 */
export function vacuumFigures(
  { dead_rows, last_vacuum, last_autovacuum }: Vacuumed,
  labels: Readonly<Record<string, string>>,
): Figure[] {
  const times = [last_vacuum, last_autovacuum].flatMap((time) => (time == null ? [] : [Date.parse(time)]));
  const seconds = times.length === 0 ? null : Math.floor(Math.max(...times) / 1_000);
  return [
    { ...figureOf('table_dead_rows', labels, numberOf(dead_rows)), exact: false },
    figureOf('table_vacuumed_timestamp_seconds', labels, seconds),
  ];
}

/** Counts beyond 2^53 come as texts; a DOUBLE has their first 15 digits. */
export function numberOf(count: number | string | null | undefined): number | null {
  return count == null ? null : Number(count);
}
