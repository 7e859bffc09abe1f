/** The worked example of `arrange`, with its own figures. */
import { expect, test } from 'vitest';
import { arrange } from '../../../../lambdas/routes/table_size/arrangement.ts';
import type { Measured } from '../../../../lambdas/routes/table_size/measurement.ts';
import type { Ranking } from '../../../../lambdas/routes/table_size/ranking.ts';

const TABLES = [
  { table: 'order', oid: 1, key: 10_002_432, growth: 0, doubtful: false, size: 10_035_200 },
  { table: 'log', oid: 2, key: 8_003_584, growth: 4_096_000, doubtful: true, size: 9_601_024 },
  { table: 'customer', oid: 3, key: 9_003_008, growth: 0, doubtful: false, size: 9_035_776 },
  { table: 'session', oid: 4, key: 2_000_896, growth: 819_200, doubtful: true, size: 3_203_072 },
];

const ranking: Ranking = {
  candidates: TABLES.map(({ oid, key, growth, doubtful }) => ({ oid, key, growth, doubtful })),
  tableCount: 700,
  catalogBytes: 1,
  unseenGrowth: 0,
  orderKnown: true,
};

/** As measured, with one part for all three. */
function measured(changes: Partial<Measured> = {}): Map<number, Measured> {
  return new Map(
    TABLES.map(({ oid, table, size }) => [
      oid,
      { oid, table, table_bytes: size, index_bytes: 0, toast_bytes: 0, exact: true, ...changes } as Measured,
    ]),
  );
}
const names = (rows: readonly { table: string }[]) => rows.map(({ table }) => table);

test('pages of two: what was in doubt stands where it was measured, and no table is repeated or missed', () => {
  const first = arrange(ranking, measured(), 'total_bytes', null, 2);
  expect(names(first.rows)).toEqual(['order', 'log']);
  expect(first.next).toEqual({ key: 9_601_024, oid: 2 });
  expect(first.orderCertain).toBe(true);
  const second = arrange(ranking, measured(), 'total_bytes', first.next, 2);
  expect(names(second.rows)).toEqual(['customer', 'session']);
  expect(second.next).toBeNull();
});

test('a size that the counters do not allow is held at what they allow', () => {
  const { next } = arrange(ranking, measured(), 'total_bytes', { key: 9_003_008, oid: 3 }, 1);
  expect(next).toBeNull();
  const third = arrange(ranking, measured(), 'total_bytes', { key: 2_820_097, oid: 9 }, 1);
  expect(names(third.rows)).toEqual(['session']);
  const past = arrange(ranking, measured(), 'total_bytes', { key: 2_820_096, oid: 4 }, 1);
  expect(past.rows).toEqual([]);
});

test('the order is not certain when one is an estimate, or growth may have gone unseen', () => {
  expect(arrange(ranking, measured({ exact: false }), 'total_bytes', null, 2).orderCertain).toBe(false);
  expect(arrange({ ...ranking, unseenGrowth: 300_000 }, measured(), 'total_bytes', null, 2).orderCertain).toBe(false);
  const unseen = { ...ranking, unseenGrowth: Number.POSITIVE_INFINITY };
  expect(arrange(unseen, measured(), 'total_bytes', null, 2).orderCertain).toBe(false);
  // The smallest shown is what the largest left out is held against: 9,601,024 against 9,355,182 and what it may hide.
  expect(arrange({ ...ranking, unseenGrowth: 245_841 }, measured(), 'total_bytes', null, 2).orderCertain).toBe(true);
  expect(arrange({ ...ranking, unseenGrowth: 245_842 }, measured(), 'total_bytes', null, 2).orderCertain).toBe(false);
});
