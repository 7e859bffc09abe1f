/** The recorded sizes of many tables, in as little room as they can have: 10,000 tables by 90 days are 900,000 points. */
import { type Growth, growthOf } from '../../record/growth.ts';
import type { HistoryPoint } from '../../record/history.ts';
import { dailyValues } from '../../record/past.ts';

/** A table on one day. */
export interface TableDay {
  date: string;
  total_bytes: number;
  exact: boolean;
}

/**
 * Recorded days without a table that end its series: of a table that is there again, the older days may be another
 * table's. A single day may be a row that a page missed, since sizes change while all tables are read.
 */
const MAX_ABSENT_DAYS = 1;

/** Days and bytes of one table, side by side, oldest first; bytes of a day that was an estimate are negative. */
interface Points {
  dates: string[];
  bytes: number[];
}

/** By the name that the history has for a table. */
export class TableSeries {
  readonly #points = new Map<string, Points>();
  /** Which of the recorded days each is. */
  #places: ReadonlyMap<string, number> = new Map();

  /** Points of each table must come in the order of their days. */
  add({ subject, date, value, exact }: HistoryPoint): void {
    if (value === null) return;
    const points = this.#points.get(subject) ?? { dates: [], bytes: [] };
    points.dates.push(date);
    points.bytes.push(exact ? value : -value - 1);
    this.#points.set(subject, points);
  }

  /** Says which days are recorded, oldest first: only then is it known where a table was away. */
  recordedOn(dates: readonly string[]): void {
    this.#places = new Map(dates.map((date, place) => [date, place]));
  }

  /** Every table that has a series. */
  subjects(): Iterable<string> {
    return this.#points.keys();
  }

  /**
   * The days of a table that is still recorded, oldest first, back to where its series began; `null`: it has none.
   *
   * Recorded on the 1st, 2nd, 5th and 6th, with `sales$order` on the 1st and the 6th: it was away for two recorded days,
   * so its series is the 6th alone.
   */
  of(subject: string): TableDay[] | null {
    const points = this.#points.get(subject);
    if (points === undefined) return null;
    let next = this.#places.size;
    let from = points.dates.length;
    while (from > 0) {
      const place = this.#places.get(points.dates[from - 1] ?? '') ?? Number.NEGATIVE_INFINITY;
      if (next - place - 1 > MAX_ABSENT_DAYS) break;
      next = place;
      from -= 1;
    }
    const dates = points.dates.slice(from);
    if (dates.length === 0) return null;
    return dates.map((date, i) => {
      const bytes = points.bytes[from + i] ?? 0;
      return { date, total_bytes: bytes < 0 ? -bytes - 1 : bytes, exact: bytes >= 0 };
    });
  }

  /** The trend of a table; `null` under 7 points. */
  growthOf(subject: string): Growth | null {
    const days = this.of(subject);
    return days === null ? null : growthOf(dailyValues(days, (day) => day.total_bytes));
  }
}
