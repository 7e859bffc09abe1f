import { expect, test } from 'vitest';
import { recordCosts } from '../../tools/record-costs.ts';

const table = recordCosts();
const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.includes('---'));
const dollarsOf = (row: string) => Number(/ \**([\d.]+)\** \|$/.exec(row)?.[1]);

test('the sum is that of the items above it', () => {
  const items = rows.slice(1, -1).map(dollarsOf);
  expect(items.length).toBeGreaterThan(8);
  expect(dollarsOf(rows.at(-1) ?? '').toFixed(2)).toBe(items.reduce((sum, usd) => sum + usd, 0).toFixed(2));
});

test('free space is asked for 60 times in each of 2,920 runs', () => {
  // 175,200 metrics at 0.01 per 1,000.
  expect(table).toContain('one metric each, each run: 175,200 | 1.75 |');
});
