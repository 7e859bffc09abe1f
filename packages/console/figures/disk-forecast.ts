/** When a database's disk will be full, if it goes on like this. */

import { span } from '../words/times.ts';

/** A day as the record has it. */
export interface DiskDay {
  /** UTC: `2026-11-20`. */
  date: string;
  size_bytes: number | null;
  /** Of the server's disk, which other databases, WAL and logs fill too. */
  free_bytes: number | null;
}

export interface DiskForecast {
  /** Days from the newest figure until nothing is free; `null`: at this pace never. */
  daysLeft: number | null;
  /** Bytes that the disk fills by a day; negative when it empties. */
  bytesPerDay: number;
  /** What it is reckoned from. */
  basis: 'free-space' | 'database-size';
  /** Days with a point. */
  points: number;
}

/** Beyond it nobody plans, and no trend of 30 days says anything. */
const MAX_DAYS_SAID = 3 * 365;

/** The forecast in a few words; `null` for a forecast: too few days are recorded. */
export function diskWords(forecast: DiskForecast | null): string {
  if (forecast === null) return 'too few days for a trend';
  if (forecast.daysLeft === null) return 'not shrinking';
  return forecast.daysLeft > MAX_DAYS_SAID ? 'enough for years' : `full in ${span(forecast.daysLeft)}`;
}

/** A week, as the API's own trends need. */
const MIN_POINTS = 7;
/** The trends of the API look back as far. */
const MAX_POINTS = 30;
const DAY_MS = 86_400_000;

/**
 * By the free space of the last 30 recorded days, as that is what runs out; by the database's size where the free space was
 * not recorded. `null`: too few days, or the free space of now is not known.
 *
 * Example: 100 GB free now, and 3 GB less each day for 20 days, is 33 days. One day among them on which an index was
 * rebuilt and 50 GB were gone for some hours changes nothing: the slope is the median of the slopes between every two days
 * (Theil–Sen), which single days do not move.
 */
export function diskForecast(history: readonly DiskDay[], freeNow: number | null): DiskForecast | null {
  if (freeNow === null) return null;
  const free = pointsOf(history, ({ free_bytes }) => free_bytes);
  const size = pointsOf(history, ({ size_bytes }) => size_bytes);
  const basis = free.length >= MIN_POINTS ? 'free-space' : 'database-size';
  const points = basis === 'free-space' ? free : size;
  if (points.length < MIN_POINTS) return null;
  const slope = medianSlope(points);
  const bytesPerDay = basis === 'free-space' ? -slope : slope;
  const daysLeft = bytesPerDay > 0 ? freeNow / bytesPerDay : null;
  return { daysLeft, bytesPerDay, basis, points: points.length };
}

type Point = readonly [day: number, value: number];

function pointsOf(history: readonly DiskDay[], value: (day: DiskDay) => number | null): Point[] {
  return history
    .flatMap((day): Point[] => {
      const known = value(day);
      return known === null ? [] : [[Date.parse(day.date) / DAY_MS, known]];
    })
    .slice(-MAX_POINTS);
}

/** @param points two at least, of different days */
export function medianSlope(points: readonly Point[]): number {
  const slopes = points.flatMap(([day, value], index) =>
    points.slice(index + 1).map(([later, after]) => (after - value) / (later - day)),
  );
  slopes.sort((one, other) => one - other);
  const middle = slopes.length / 2;
  const upper = slopes[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((slopes[middle - 1] ?? 0) + upper) / 2 : upper;
}
