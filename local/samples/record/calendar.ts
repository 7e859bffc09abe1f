/** The days before today that the sample record has, and how busy each of them was. */
import { Random } from '@mrt/local-aws/random/seeded-random.ts';

const DAY_MS = 86_400_000;

/** Days that the sample record goes back, today included. */
export const PAST_DAYS = 90;

/** One day without a recording in so many: two of any ninety. */
const DAYS_BETWEEN_GAPS = 45;
const WEEKDAY = 1.25;
const WEEKEND = 0.375;

/** A recorded day before today. */
export interface PastDay {
  /** UTC: `2026-11-25`. */
  date: string;
  /** The first run after midnight. */
  taken_at: Date;
  /** The same as answers write it: `2026-11-25T00:04:00Z`. */
  taken: string;
  /** Days before today. */
  age: number;
}

/**
 * The recorded days of an environment before today, oldest first; two of them are missing, which ones does not depend on
 * today: a record that is kept over a week of starts has the same gaps at its end as at its beginning.
 */
export function pastDays(environment: string, today: Date): PastDay[] {
  const offset = new Random(`gaps of ${environment}`).between(0, DAYS_BETWEEN_GAPS - 1);
  const days: PastDay[] = [];
  for (let age = PAST_DAYS - 1; age > 0; age--) {
    const midnight = midnightOf(today, age);
    if ((midnight / DAY_MS) % DAYS_BETWEEN_GAPS === offset) continue;
    const taken_at = new Date(midnight + 240_000);
    const date = taken_at.toISOString().slice(0, 10);
    days.push({ date, taken_at, taken: `${date}T00:04:00Z`, age });
  }
  return days;
}

/**
 * How much of what happened in the whole past happened after the day of that age: 1 for the oldest day, 0 for today.
 * Weekdays count for more than weekends, and no two days are alike.
 *
 * @param seed what it happened to; the same on each start
 */
export function shareSince(seed: string, today: Date): (age: number) => number {
  const sums = [0];
  for (let age = 0; age < PAST_DAYS - 1; age++) {
    const midnight = midnightOf(today, age);
    const noise = 0.6 + 0.8 * new Random(`${seed} ${midnight}`).next();
    sums.push((sums.at(-1) ?? 0) + weightOf(midnight) * noise);
  }
  const whole = sums.at(-1) ?? 1;
  return (age) => (sums[age] ?? whole) / whole;
}

/** @param age days before today */
export function isWeekend(today: Date, age: number): boolean {
  return weightOf(midnightOf(today, age)) === WEEKEND;
}

function weightOf(midnight: number): number {
  const weekday = new Date(midnight).getUTCDay();
  return weekday === 0 || weekday === 6 ? WEEKEND : WEEKDAY;
}

function midnightOf(today: Date, age: number): number {
  return Math.floor(today.getTime() / DAY_MS) * DAY_MS - age * DAY_MS;
}
