/** What monitoring is told of VACUUM: never a time that nobody knows. */
import { expect, test } from 'vitest';
import { vacuumFigures } from '../../../lambdas/recorder/vacuum.ts';

const labels = { table: 'sales$order', entity: 'Sales.Order' };
const told = (row: Parameters<typeof vacuumFigures>[0]) => vacuumFigures(row, labels).map(({ value }) => value);

test('the later of the two counts, by hand or by itself', () => {
  const [hand, itself] = ['2026-11-20T10:00:00Z', '2026-11-26T11:00:00Z'];
  const seconds = Date.parse(itself) / 1_000;
  expect(told({ dead_rows: 12, last_vacuum: hand, last_autovacuum: itself })).toEqual([12, seconds]);
  expect(told({ dead_rows: 12, last_vacuum: itself, last_autovacuum: hand })).toEqual([12, seconds]);
  expect(told({ dead_rows: 12, last_vacuum: null, last_autovacuum: itself })).toEqual([12, seconds]);
});

test('a table that never was vacuumed, or whose counters cannot be read, has no time and no 0', () => {
  expect(told({ dead_rows: 7, last_vacuum: null, last_autovacuum: null })).toEqual([7, null]);
  expect(told({ dead_rows: null, last_vacuum: null, last_autovacuum: null })).toEqual([null, null]);
  expect(told({})).toEqual([null, null]);
});

test('dead rows beyond 2^53 stay a number, and say of which table they are', () => {
  const [dead, time] = vacuumFigures({ dead_rows: '9007199254740993' }, labels);
  expect(dead).toMatchObject({ figure: 'table_dead_rows', labels, value: 9007199254740992, exact: false });
  expect(time).toMatchObject({ figure: 'table_vacuumed_timestamp_seconds', labels });
});
