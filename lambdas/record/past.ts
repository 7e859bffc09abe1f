/** The recorded days of one environment, as a route's answer to `days` is made of them. */

import type { NamedEnvironment } from '../exchange.ts';
import { type Fault, faultOf } from '../faults.ts';
import type { DailyValue } from './growth.ts';
import type { HistoryPoint, PointName } from './history.ts';
import type { OpenRecord } from './opened.ts';
import type { RecordReader } from './reader.ts';

/** Which days are there; `pastRecord` of `past-schema.ts` says what each field means. */
export interface PastRecord {
  days: number;
  recorded_days: number;
  first: string | null;
  last: string | null;
  reason: string | null;
}

/** What was read. */
export interface Past {
  /** Points by day, oldest first; `null`: there are none, and `record.reason` says why. */
  days: ReadonlyMap<string, HistoryPoint[]> | null;
  record: PastRecord;
  /** For the log line; what was never recorded is no fault. */
  faults: readonly Fault[];
}

const DAY_MS = 86_400_000;

/** What is asked of the record. */
export interface PastQuestion {
  route: string;
  environment: Pick<NamedEnvironment, 'name' | 'reader'>;
  /** Today (UTC) included. */
  days: number;
  /** Which points; one that each recorded day has must be among them, since a day without a point is a gap. */
  isAsked(point: PointName): boolean;
  /** Takes a point for itself, which then is in no day: of those that are too many to be held as objects. */
  takesAside?(point: HistoryPoint): boolean;
}

/**
 * Reads the days. A record that cannot be read is a reason beside the answer and no error: the present is known.
 *
 * Of 2026-11-24 to 26 with the 25th not recorded, `days` has two entries: a gap stays a gap.
 */
export async function readPast(open: OpenRecord, question: PastQuestion, now: Date): Promise<Past> {
  const { days, route, isAsked, takesAside } = question;
  const { name, reader } = question.environment;
  const from = new Date(now.getTime() - (days - 1) * DAY_MS);
  const points: HistoryPoint[] = [];
  const { reason, faults } = await readRecord(open, (record) =>
    record.history({ route, environment: name, reader, from, to: now, isAsked }, (point) => {
      if (takesAside?.(point) !== true) points.push(point);
    }),
  );
  // What was read before it broke off is a part of the past, which would look like the whole.
  const whole = reason === null ? points : [];
  const byDay = new Map([...Map.groupBy(whole, ({ date }) => date)].sort(([a], [b]) => (a < b ? -1 : 1)));
  const dates = [...byDay.keys()];
  return {
    days: dates.length === 0 ? null : byDay,
    record: {
      days,
      recorded_days: dates.length,
      first: dates.at(0) ?? null,
      last: dates.at(-1) ?? null,
      reason: reason ?? (dates.length === 0 ? 'not-recorded' : null),
    },
    faults,
  };
}

/** `value` is `null` with its `reason`. @throws what is no fault of the record: a bug must not hide in an answer */
export async function readRecord<Value>(
  open: OpenRecord,
  read: (record: RecordReader) => Promise<Value>,
): Promise<{ value: Value | null; reason: string | null; faults: readonly Fault[] }> {
  try {
    const record = await open();
    if (record === null) return { value: null, reason: 'recording-off', faults: [] };
    return { value: await read(record), reason: null, faults: [] };
  } catch (error) {
    const fault = faultOf(error);
    return { value: null, reason: fault.reason, faults: [fault] };
  }
}

/** The value of a day's figure; `null`: it was not known, or is not in the record. */
export function valueOn(points: readonly HistoryPoint[], figure: string, subject: string): number | null {
  return points.find((point) => point.figure === figure && point.subject === subject)?.value ?? null;
}

/** Points for a trend: days of which a value is not known are left out. */
export function dailyValues<Point extends { date: string }>(
  points: readonly Point[],
  figureOfDay: (point: Point) => number | null,
): DailyValue[] {
  return points.flatMap((point) => {
    const value = figureOfDay(point);
    return value === null ? [] : [{ time: Date.parse(point.date), value }];
  });
}
