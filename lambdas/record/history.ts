/**
 * A month of one route's figures of one environment as a Parquet file: long rows, so that a new figure needs no new
 * column. Written by `history-writer.ts`, read by `history-reader.ts`, and by Athena, Trino and DuckDB elsewhere; `environment`,
 * `route` and `month` are partitions, which stand in the object's key.
 */
import * as z from 'zod/mini';
import { FIGURES, type Figure, type FigureKind, subjectOf } from './figure.ts';

export const row = z.object({
  /** When it was recorded. `at` would be a reserved word in DuckDB. */
  taken_at: z.date(),
  /** The day that it is the point of, UTC: `2026-11-26`. One row for each figure, subject and day. */
  date: z.string(),
  figure: z.string(),
  /** Which of several: a table, a bucket with its storage type; empty where there is one. */
  subject: z.string(),
  /** A DOUBLE: exact to 2^53, and divided as one expects in every dialect. `null`: not known. */
  value: z.nullable(z.number()),
  /** What is no number: a fingerprint. */
  state: z.nullable(z.string()),
  unit: z.string(),
  exact: z.boolean(),
  /** As the route's answer says: `postgresql`, `metrics` … */
  source: z.string(),
});

export type HistoryRow = z.output<typeof row>;

/** Which row it is: what is written again takes the place of what was there. */
function keyOf({ figure, subject, date }: HistoryRow): string {
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
