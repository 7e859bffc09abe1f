/** A record of made-up days: the reader is in memory, what is made of its rows is real. */
import type { ConstantChanges } from '../../../lambdas/record/changes.ts';
import { type Figure, figureOf } from '../../../lambdas/record/figure.ts';
import { type HistoryRow, historyRow } from '../../../lambdas/record/history.ts';
import { noRecord } from '../../../lambdas/record/no-record.ts';
import type { OpenRecord } from '../../../lambdas/record/opened.ts';

/** Today, for whoever asks this record. */
export const NOW = new Date('2026-11-26T12:00:00Z');

export interface SampleRecord {
  /** Figures by day. */
  days: Record<string, Figure[]>;
  changes?: ConstantChanges | null;
}

/** A record of one environment; an `Error` is what reading it throws. */
export function sampleRecord(record: SampleRecord | Error): OpenRecord {
  return async () => ({
    ...noRecord,
    async history({ from, to, isAsked }, take) {
      if (record instanceof Error) throw record;
      const [first, last] = [from, to].map((time) => time.toISOString().slice(0, 10)) as [string, string];
      const rows = rowsOf(record.days).filter((row) => row.date >= first && row.date <= last && isAsked(row));
      for (const row of rows) take(row);
    },
    async changes() {
      if (record instanceof Error) throw record;
      return record.changes ?? null;
    },
  });
}

function rowsOf(days: SampleRecord['days']): HistoryRow[] {
  return Object.entries(days).flatMap(([date, figures]) =>
    figures.map((figure) => historyRow(figure, 'postgresql', new Date(`${date}T00:10:00Z`))),
  );
}

/** A database's day with these tables' bytes, by name. */
export function databaseDay(tables: Record<string, number>): Figure[] {
  const sizes = Object.entries(tables);
  return [
    figureOf(
      'database_size_bytes',
      {},
      sizes.reduce((sum, [, bytes]) => sum + bytes, 1_000),
    ),
    ...sizes.map(([table, bytes]) => figureOf('table_total_bytes', { table, entity: '' }, bytes)),
  ];
}
