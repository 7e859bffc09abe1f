/** The time that the figures are about, and the same length before it. */

const HOUR_MS = 3_600_000;

/** Bounds in milliseconds since the epoch. */
export interface Window {
  hours: number;
  /** Start of the window before. */
  before: number;
  from: number;
  /** Now, when the reading began. */
  until: number;
}

/** @example windowOf(24, noon).from // noon of the day before */
export function windowOf(hours: number, until: number): Window {
  return { hours, before: until - 2 * hours * HOUR_MS, from: until - hours * HOUR_MS, until };
}
