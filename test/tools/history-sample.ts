/** A history of made-up days, written as the recorder writes it: the right answers of its questions are in the tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Figure, figureOf } from '../../lambdas/record/figure.ts';
import { type HistoryRow, historyRow } from '../../lambdas/record/history.ts';
import { encodeHistory } from '../../lambdas/record/history-writer.ts';
import { historyKey } from '../../lambdas/record/layout.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT = Math.floor(Date.now() / DAY_MS) * DAY_MS;

/** Ten past midnight of a day, UTC. */
export function daysAgo(days: number): Date {
  return new Date(MIDNIGHT - days * DAY_MS + 600_000);
}

/** @example dayOf(0) // '2026-11-26' */
export function dayOf(days: number): string {
  return daysAgo(days).toISOString().slice(0, 10);
}

/** Days back to 40, newest last. */
const DAYS = Array.from({ length: 41 }, (_, index) => 40 - index);

const table = (name: string, value: number | null) => figureOf('table_total_bytes', { table: name, entity: '' }, value);
const login = (span: string, users: number) => figureOf('users_last_login', { span }, users);
const bucket = (name: string, type: string, bytes: number | null) =>
  figureOf('bucket_size_bytes', { bucket: name, storage_type: type }, bytes);
const licence = (type: string, users: number) => figureOf('users_licence', { user_type: type }, users);
const fingerprint = (constant: string, state: string): Figure => ({
  ...figureOf('constant_fingerprint', { constant }, null),
  state,
});

/** What was recorded of an environment on a day; `null`: nothing. */
const FIGURES: Record<string, Record<string, (day: number) => (Figure | null)[] | null>> = {
  table_size: {
    // sales$order grows by 1,000 bytes a day, log$entry by 50,000 with a gap, and each third day is not known.
    'shop-prod': (day) => [
      figureOf('database_free_bytes', {}, 5_000_000 + day * 500_000),
      table('sales$order', 1_000_000 - day * 1_000),
      day % 3 === 1 ? table('log$entry', null) : table('log$entry', 9_000_000 - day * 50_000),
      day <= 3 ? table('returns$return', 40_000) : null,
      table('session$session', day > 4 ? 80_000_000 : 3_000_000),
    ],
    // Its disk shrinks too slowly to be full; 12 days ago the last was heard of it.
    'shop-acc': (day) => (day < 12 ? null : [figureOf('database_free_bytes', {}, 90_000_000 + day), table('a$a', 10)]),
  },
  users: {
    'shop-prod': (day) => [
      login('within_90_days', 900),
      login('older', 120 + day),
      login('never', 30),
      licence('internal', day > 20 ? 1_100 : 1_000),
    ],
    'shop-acc': () => [login('within_90_days', 4), login('older', 260), login('never', 1), licence('external', 7)],
  },
  bucket_size: {
    // Two storage types; of yesterday one of them is not known, so yesterday's sum is not.
    'shop-prod': (day) => [
      bucket('files', 'StandardStorage', 700_000 - day * 100),
      bucket('files', 'GlacierStorage', day === 0 ? null : 1_000_000),
    ],
    'shop-acc': () => [bucket('acc-files', 'STANDARD', 5_000)],
  },
  micro_flow_constants: {
    'shop-prod': (day) => [
      fingerprint('Mail.ApiKey', 'v1:same'),
      fingerprint('Shop.Url', day > 5 ? 'v1:same-url' : 'v1:prod'),
      day === 5 ? figureOf('constant_changed', { constant: 'Shop.Url' }, 1) : null,
      day === 30 ? figureOf('constant_changed', { constant: 'Mail.ApiKey' }, 1) : null,
    ],
    'shop-acc': () => [fingerprint('Mail.ApiKey', 'v1:same'), fingerprint('Shop.Url', 'v1:same-url')],
  },
};

/** Writes it below a folder, by the keys of the record. */
export function writeSampleHistory(folder: string): void {
  const months = new Map<string, HistoryRow[]>();
  for (const [route, environments] of Object.entries(FIGURES)) {
    for (const [environment, figuresOf] of Object.entries(environments)) {
      for (const day of DAYS) {
        const rows = (figuresOf(day) ?? []).flatMap((figure) =>
          figure === null ? [] : [historyRow(figure, 'postgresql', daysAgo(day))],
        );
        const key = historyKey(route, environment, dayOf(day).slice(0, 7));
        months.set(key, [...(months.get(key) ?? []), ...rows]);
      }
    }
  }
  for (const [key, rows] of months) {
    if (rows.length === 0) continue;
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, encodeHistory(rows));
  }
}
