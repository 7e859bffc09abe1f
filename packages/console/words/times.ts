/** Times for people: how long ago, and on request the exact time with its zone. */
import { type Locale, UNKNOWN } from './numbers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Beyond so many days a date says more than a number of days. */
const MAX_DAYS = 60;

/**
 * How long ago a time was, in the largest unit that says enough.
 *
 * @param now milliseconds since the epoch
 * @example age('2026-11-26T10:00:00Z', Date.parse('2026-11-26T12:30:00Z'), 'en') // '2 hours ago'
 */
export function age(time: string | null | undefined, now: number, locale?: Locale): string {
  const then = time ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(then)) return UNKNOWN;
  const past = now - then;
  const format = new Intl.RelativeTimeFormat(locale ?? 'en', { numeric: 'auto' });
  if (Math.abs(past) < MINUTE) return 'just now';
  if (Math.abs(past) < HOUR) return format.format(-Math.trunc(past / MINUTE), 'minute');
  if (Math.abs(past) < 1.5 * DAY) return format.format(-Math.trunc(past / HOUR), 'hour');
  return Math.abs(past) < MAX_DAYS * DAY ? format.format(-Math.round(past / DAY), 'day') : day(time, locale);
}

/** The time in the reader's zone, and that zone: `26 Nov 2026, 18:14:37 CET`. Days stay days. */
export function exactTime(time: string | null | undefined, locale?: Locale, timeZone?: string): string {
  const then = time ? Date.parse(time) : Number.NaN;
  if (!time || Number.isNaN(then)) return 'not known';
  if (!time.includes('T')) return day(time, locale);
  const at = new Date(then).toLocaleString(locale, {
    dateStyle: 'medium',
    timeStyle: 'long',
    ...(timeZone !== undefined && { timeZone }),
  });
  return `${at} (${time})`;
}

/** A day as the API has it, in UTC: `26 Nov 2026`. */
export function day(date: string | null | undefined, locale?: Locale): string {
  const then = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(then)) return UNKNOWN;
  return new Date(then).toLocaleDateString(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
}

/** The same without its year, for an axis. */
export function shortDay(date: string, locale?: Locale): string {
  return new Date(Date.parse(date)).toLocaleDateString(locale, { timeZone: 'UTC', day: 'numeric', month: 'short' });
}

/** A month, where days would say too much: `Nov 2024`. */
export function month(date: string, locale?: Locale): string {
  return new Date(Date.parse(date)).toLocaleDateString(locale, { timeZone: 'UTC', month: 'short', year: 'numeric' });
}

/**
 * A span of days: `12 days`, `5 months`, `3 years`.
 *
 * @param days 0 or more
 */
export function span(days: number): string {
  const of = (amount: number, unit: string) => `${amount} ${unit}${amount === 1 ? '' : 's'}`;
  if (days < 60) return of(Math.floor(days), 'day');
  if (days < 730) return of(Math.floor(days / 30.4), 'month');
  return of(Math.floor(days / 365), 'year');
}

/** Seconds as people say them: `45 s`, `3 min`, `2 h 5 min`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}
