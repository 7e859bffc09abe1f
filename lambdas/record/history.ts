/**
 * A month of one route's figures of one environment as a Parquet file: long rows, so that a new figure needs no new
 * column. Written by `history-writer.ts`, read by `history-reader.ts`, and by Athena, Trino and DuckDB elsewhere; `environment`,
 * `route` and `month` are partitions, which stand in the object's key.
 */
import { FIGURES, type Figure, type FigureKind, subjectOf } from './figure.ts';

/** A row of the history. */
export interface HistoryRow {
  /** When it was recorded. `at` would be a reserved word in DuckDB. */
  taken_at: Date;
  /** The day that it is the point of, UTC: `2026-11-26`. One row for each figure, subject and day. */
  date: string;
  figure: string;
  /** Which of several: a table, a bucket with its storage type; empty where there is one. */
  subject: string;
  /** A DOUBLE: exact to 2^53, and divided as one expects in every dialect. `null`: not known. */
  value: number | null;
  /** What is no number: a fingerprint. */
  state: string | null;
  unit: string;
  exact: boolean;
  /** As the route's answer says: `postgresql`, `metrics` … */
  source: string;
}

/** Which figure of which subject on which day. */
export type PointName = Pick<HistoryRow, 'figure' | 'subject' | 'date'>;
/** All that a trend is made of. */
export type HistoryPoint = PointName & Pick<HistoryRow, 'value' | 'exact'>;

/** Which row it is: what is written again takes the place of what was there. */
function keyOf({ figure, subject, date }: PointName): string {
  return `${figure}\n${subject}\n${date}`;
}

/** The row of a figure on the day of `taken`. */
export function historyRow(figure: Figure, source: string, taken: Date): HistoryRow {
  const kind: FigureKind | undefined = Object.hasOwn(FIGURES, figure.figure)
    ? FIGURES[figure.figure as keyof typeof FIGURES]
    : undefined;
  return {
    taken_at: taken,
    date: taken.toISOString().slice(0, 10),
    figure: figure.figure,
    subject: subjectOf(figure),
    value: figure.value,
    state: figure.state ?? null,
    unit: kind?.unit ?? 'count',
    exact: figure.exact ?? true,
    source,
  };
}

/**
 * Both, with the newer row where both have one: after a crash the same day is written again and is there once.
 *
 * [users 2026-11-25 → 10, users 2026-11-26 → 11] and [users 2026-11-26 → 12] make 10 and 12.
 */
export function merged(before: readonly HistoryRow[], added: readonly HistoryRow[]): HistoryRow[] {
  const rows = new Map([...before, ...added].map((one) => [keyOf(one), one]));
  // One figure and subject together: their days then differ by one, which takes next to no room.
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The months that days from `from` to `to` are in, oldest first: `2026-08` … `2026-11`. */
export function monthsOf(from: Date, to: Date): string[] {
  const months: string[] = [];
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), 1));
  while (month <= to) {
    months.push(month.toISOString().slice(0, 7));
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return months;
}
