/**
 * What the figures of a sample environment were on earlier days: today's, with what has been added since taken away.
 * Tables grow by their own share, people by a few, disks fill as their databases do.
 */
import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import type { HistoryRow } from '../../../lambdas/record/history.ts';
import { isWeekend, PAST_DAYS, type PastDay, shareSince } from './calendar.ts';
import { fingerprintBefore, type PastChange } from './changes.ts';

/** Bytes of a bucket's storage type, or its objects, on a day; `undefined`: not measured, and so made up. */
export type Measured = (row: HistoryRow, day: PastDay) => number | null | undefined;

/** PostgreSQL's, which sizes are made of. */
const PAGE_BYTES = 8192;
/** Smaller tables stay as they are: most of an app's are nearly empty. */
const MIN_GROWING_BYTES = 65_536;
/** Ages of days: the table that is new came after the first, what was cleaned up was there before the second, and so on. */
const APPEARED = 23;
const CLEANED_UP = 31;
const DROPPED = 38;

/** By what share of today's size a table has grown in the whole past, with how many tables do. */
const SHARES = [
  [0, 30],
  [0.05, 40],
  [0.2, 20],
  [0.55, 10],
] as const;

/**
 * Rows of the days, in the shape of today's.
 *
 * A table of 1,000 pages that grows by a fifth had 800 pages 89 days ago and, with a third of the work of that time still
 * ahead, 933 pages a month ago.
 *
 * @param today one route's rows of today
 */
export function pastFigures(
  environment: string,
  today: readonly HistoryRow[],
  days: readonly PastDay[],
  now: Date,
  changes: readonly PastChange[],
  measured: Measured,
): HistoryRow[] {
  const cast = castOf(environment, today);
  const growing = today
    .filter(({ figure }) => figure !== 'constant_changed')
    .map((row) => ({ row, valueAt: valueByAge(environment, row, now, cast) }));
  return days.flatMap((day) => {
    const rows = growing.flatMap(({ row, valueAt }): HistoryRow[] => {
      const known = measured(row, day);
      if (known === null) return [];
      const value = known ?? valueAt(day.age);
      return value === undefined ? [] : [dated(row, day, value)];
    });
    return withConstants([...rows, ...dropped(cast, today, day)], today, day, changes).map((row) =>
      withDatabase(row, rows, today, cast, day),
    );
  });
}

/** Tables to which something happened. */
interface Cast {
  appeared: string | null;
  cleanedUp: string | null;
  /** Not there any more. */
  dropped: string | null;
}

function castOf(environment: string, today: readonly HistoryRow[]): Cast {
  const tables = today
    .filter(({ figure, value }) => figure === 'table_total_bytes' && (value ?? 0) >= 2 * MIN_GROWING_BYTES)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .map(({ subject }) => subject)
    .filter((subject) => !/^(system|mendixsystem)\$/.test(subject));
  if (tables.length < 4) return { appeared: null, cleanedUp: null, dropped: null };
  const random = new Random(`what happened in ${environment}`);
  const appeared = tables[random.between(2, tables.length - 1)] ?? null;
  const dropped = `${tables[0]?.split('$')[0]}$importqueue`;
  return { appeared, cleanedUp: tables[1] ?? null, dropped: tables.includes(dropped) ? null : dropped };
}

/** Its value by age; `undefined`: it was not there. */
function valueByAge(
  environment: string,
  { figure, subject, value }: HistoryRow,
  now: Date,
  cast: Cast,
): (age: number) => number | null | undefined {
  if (value === null) return () => null;
  const seed = `${environment} ${subject}`;
  if (figure.startsWith('table_')) {
    const random = new Random(seed);
    const isLarge = figure !== 'table_total_bytes' || value >= MIN_GROWING_BYTES;
    const share = random.weighted(SHARES);
    const since = shareSince(seed, now);
    return (age) => {
      if (subject === cast.appeared && age > APPEARED) return undefined;
      const cleaned = subject === cast.cleanedUp && age > CLEANED_UP ? 1.6 : 1;
      const then = isLarge ? value * (1 - share * since(age)) * cleaned : value;
      return figure === 'table_total_bytes' ? paged(then) : Math.round(then);
    };
  }
  if (figure === 'airflow_dag_runs') {
    // So many end well each day, and of the others no two days have as many.
    const [from, to] = subject === 'success' ? [Math.round(0.97 * value), value] : [0, 2 * value];
    return (age) => new Random(`${seed} ${age}`).between(from, to);
  }
  if (figure === 'users' || figure.startsWith('users_')) return peopleOf(environment, subject, figure, value, now);
  if (/^(bucket|storage)_/.test(figure)) {
    const since = shareSince(seed, now);
    const share = 0.1 + 0.2 * new Random(seed).next();
    return (age) => Math.round(value * (1 - share * since(age)));
  }
  return () => value;
}

/** A few join each week; on Sundays hardly anybody has logged in within a day. */
function peopleOf(environment: string, subject: string, figure: string, value: number, now: Date) {
  const since = shareSince(`people of ${environment}`, now);
  const isDaily = figure === 'users_last_login' && subject === 'within_1_day';
  return (age: number) => {
    const all = value * (1 - 0.04 * since(age));
    // Recorded after midnight, so the day before counts.
    const rhythm = isDaily && isWeekend(now, age + 1) ? 0.25 : 1;
    return Math.round(all * rhythm);
  };
}

/** The rows of the table that was dropped, while it was there. */
function dropped(cast: Cast, today: readonly HistoryRow[], day: PastDay): HistoryRow[] {
  if (cast.dropped === null || day.age <= DROPPED) return [];
  const largest = Math.max(...today.filter(isTableSize).map(({ value }) => value ?? 0));
  const bytes = paged(largest * (0.2 + (0.1 * (PAST_DAYS - day.age)) / PAST_DAYS));
  const model = today.find(isTableSize);
  return model === undefined ? [] : [{ ...dated(model, day, bytes), subject: cast.dropped }];
}

/** Before a constant changed it had another fingerprint; before it was added, none. */
function withConstants(
  rows: readonly HistoryRow[],
  today: readonly HistoryRow[],
  day: PastDay,
  changes: readonly PastChange[],
): HistoryRow[] {
  const later = new Map(changes.filter(({ date }) => date > day.date).map((change) => [change.name, change]));
  const model = today.find(({ figure }) => figure === 'constant_fingerprint');
  if (model === undefined) return [...rows];
  const all = rows.flatMap((row): HistoryRow[] => {
    const change = row.figure === 'constant_fingerprint' ? later.get(row.subject) : undefined;
    if (change?.change === 'added') return [];
    if (change?.change === 'changed') return [{ ...row, state: fingerprintBefore(row.subject) }];
    if (row.figure === 'constants' && row.value !== null) {
      const count = (kind: PastChange['change']) => [...later.values()].filter((one) => one.change === kind).length;
      const more = row.subject === 'default' ? -count('added') : row.subject === 'obsolete' ? count('removed') : 0;
      return [{ ...row, value: Math.max(0, row.value + more) }];
    }
    return [row];
  });
  const gone = [...later.values()].filter(({ change }) => change === 'removed');
  const seen = changes.filter(({ date }) => date === day.date);
  const changed = { ...dated(model, day, 1), figure: 'constant_changed', unit: 'changes', state: null };
  return [
    ...all,
    ...gone.map(({ name }) => ({ ...dated(model, day, null), subject: name, state: fingerprintBefore(name) })),
    ...seen.map(({ name }) => ({ ...changed, subject: name })),
  ];
}

/** A database is as much smaller as its tables are together, and its disk as much emptier. */
function withDatabase(
  row: HistoryRow,
  rows: readonly HistoryRow[],
  today: readonly HistoryRow[],
  cast: Cast,
  day: PastDay,
): HistoryRow {
  if (!row.figure.startsWith('database_') || row.value === null) return row;
  const added = sizeOf(today) - sizeOf(rows) - sizeOf(dropped(cast, today, day));
  const wave = Math.round(Math.sin(day.age) * 1_000) * PAGE_BYTES;
  return { ...row, value: row.figure === 'database_free_bytes' ? row.value + added + wave : row.value - added };
}

function sizeOf(rows: readonly HistoryRow[]): number {
  return rows.filter(isTableSize).reduce((sum, { value }) => sum + (value ?? 0), 0);
}

function isTableSize({ figure }: HistoryRow): boolean {
  return figure === 'table_total_bytes';
}

function dated(row: HistoryRow, { date, taken_at }: PastDay, value: number | null): HistoryRow {
  return { ...row, date, taken_at, value };
}

function paged(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
