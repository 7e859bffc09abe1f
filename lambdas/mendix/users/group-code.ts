/**
 * A group of alike users as one number, in place of a row of seven values: PostgreSQL groups a million users by one
 * integer in a third less time.
 *
 * Each digit has a base of its own, the first counts ones. Worked example with 4 times: who is no visitor (0 of 2) but
 * another system (1 of 2), active (2 of 3), not blocked (1 of 3), with a last login since three of the times (4 of 6)
 * and marked external (2 of 3) is 0 + 1×2 + 2×4 + 1×12 + 4×36 + 2×216 = 598.
 */
import type { UserCatalog } from './catalog.ts';
import { mendixTime, neededColumn, type Placeholders } from './statement.ts';

/** What the users of a group have in common. */
export interface Alike {
  anonymous: boolean;
  webService: boolean;
  active: boolean | null;
  blocked: boolean | null;
  /** How many of the times the last login is at or after; `null`: never. */
  reached: number | null;
  /** What the mark says: `null` where there is none, or an empty one. */
  mark: 'internal' | 'external' | null;
}

const FLAGS = [null, false, true] as const;
const MARKS = [null, 'internal', 'external'] as const;

/** Bases of the digits, in their order. */
const basesFor = (times: number) => [2, 2, 3, 3, times + 2, 3];

/**
 * SQL of the code of `u`, but for its last digit.
 *
 * @param times UTC, ISO 8601, the earliest first
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export function userCode(catalog: UserCatalog, times: readonly string[], values: Placeholders): string {
  const starts = times.map((time) => mendixTime(values.of(time))).join(', ');
  // How many of the array's times are not after it: a search in four, and half the time of four comparisons.
  const reached = `width_bucket(${neededColumn(catalog, 'lastlogin')}::timestamp, ARRAY[${starts}]::timestamp[])`;
  const digits = [
    `(${neededColumn(catalog, 'isanonymous')} IS TRUE)::int`,
    `(${neededColumn(catalog, 'webserviceuser')} IS TRUE)::int`,
    flag(neededColumn(catalog, 'active')),
    flag(neededColumn(catalog, 'blocked')),
    `coalesce(${reached} + 1, 0)`,
  ];
  return digits.map((digit, index) => `${worth(index, times.length)} * ${digit}`).join(' + ');
}

/** SQL of the last digit, at its worth: to be added to the code of the user who has the mark. @param mark SQL, text */
export function markCode(mark: string, times: readonly string[]): string {
  return `${worth(5, times.length)} * CASE WHEN ${mark} = 'External' THEN 2 WHEN ${mark} <> '' THEN 1 ELSE 0 END`;
}

/** What a 1 of this digit counts: the bases of those before it, multiplied. Of the fourth: 2 × 2 × 3 = 12. */
function worth(digit: number, times: number): number {
  return basesFor(times)
    .slice(0, digit)
    .reduce((product, base) => product * base, 1);
}

/** @param times how many there were */
export function alikeOf(code: number, times: number): Alike {
  let rest = code;
  const [anonymous, webService, active = 0, blocked = 0, reached = 0, mark = 0] = basesFor(times).map((base) => {
    const digit = rest % base;
    rest = Math.floor(rest / base);
    return digit;
  });
  return {
    anonymous: anonymous === 1,
    webService: webService === 1,
    active: FLAGS[active] ?? null,
    blocked: FLAGS[blocked] ?? null,
    reached: reached === 0 ? null : reached - 1,
    mark: MARKS[mark] ?? null,
  };
}

/** 0 where there is no value, 1 for no, 2 for yes: as `FLAGS`. */
function flag(column: string): string {
  return `CASE ${column} WHEN true THEN 2 WHEN false THEN 1 ELSE 0 END`;
}
