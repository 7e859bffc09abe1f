import { answerLines } from '@mrt/cli/terminal/answer.ts';
import { progressText } from '@mrt/cli/terminal/progress.ts';
import { cut, table } from '@mrt/cli/terminal/table.ts';
import { textWidth } from '@mrt/cli/terminal/width.ts';
import { describe, expect, test } from 'vitest';

const PIPE = { width: null, colour: false, bytes: false };
const rows = [
  {
    table: 'sales$orderline_with_a_long_name',
    total_bytes: 912_345_678,
    estimated_rows: 4_200_000,
    entity: 'Sales.OrderLine',
  },
  { table: 'sales$order', total_bytes: 1024, estimated_rows: null, entity: null },
];
const FIELDS = ['table', 'total_bytes', 'estimated_rows', 'entity'];

describe('a table', () => {
  test('has its numbers to the right and its texts to the left', () => {
    expect(table(FIELDS, rows, PIPE).lines).toEqual([
      'TABLE                                TOTAL  ESTIMATED ROWS  ENTITY',
      'sales$orderline_with_a_long_name   870 MiB       4,200,000  Sales.OrderLine',
      'sales$order                       1.00 KiB               -  -',
    ]);
  });

  test.each([20, 30, 40, 50, 60, 80, 200])('is no wider than %d columns', (width) => {
    const { lines } = table(FIELDS, rows, { ...PIPE, width });
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  test('leaves out the last columns where there is no room, and names them', () => {
    const { lines, left_out } = table(FIELDS, rows, { ...PIPE, width: 30 });
    expect(left_out).toEqual(['estimated_rows', 'entity']);
    expect(lines[1]).toBe('sales$orderline_wit…   870 MiB');
    expect(table(FIELDS, rows, { ...PIPE, width: 200 }).left_out).toEqual([]);
  });

  test('cuts what a row is about last, so that rows can be told apart', () => {
    const { lines } = table(['table', 'entity', 'total_bytes'], rows, { ...PIPE, width: 58 });
    expect(lines[1]).toBe('sales$orderline_with_a_long_name  Sales.OrderLi…   870 MiB');
  });

  test('never cuts a number', () => {
    const { lines } = table(['total_bytes'], rows, { ...PIPE, width: 3 });
    expect(lines[1]).toBe(' 870 MiB');
  });

  test('is bold only where there are colours', () => {
    expect(table(FIELDS, rows, { ...PIPE, colour: true }).lines[0]).toContain('\u001b[1m');
    expect(table(FIELDS, rows, PIPE).lines.join('')).not.toContain('\u001b');
  });

  test('counts wide characters as the terminal does, and cuts none in half', () => {
    expect(cut('日本語のテーブル', 7)).toBe('日本語…');
    expect(cut('👩‍👩‍👧 family', 4)).toBe('👩‍👩‍👧 …');
    const { lines } = table(
      ['name', 'users'],
      [
        { name: '日本', users: 1 },
        { name: 'abcd', users: 22 },
      ],
      PIPE,
    );
    expect(lines).toEqual(['NAME  USERS', '日本      1', 'abcd     22']);
  });
});

test.each([
  ['', 0],
  ['sales$order', 11],
  ['Zoë', 3],
  ['Zoe\u0308', 3],
  ['日本', 4],
  ['ｱ', 1],
  ['😀', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['🇳🇱', 2],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('any answer has its plain values first, then a part for each list and object', () => {
  const answer = {
    environment: 'shop-prod',
    summary: { licence: { internal: 3 }, roles: [{ role: 'Admin', users: 2 }] },
    missing: [],
    complete: true,
    next_cursor: null,
  };
  expect(answerLines(answer, PIPE)).toEqual([
    'environment  shop-prod',
    '',
    'SUMMARY',
    'licence.internal  3',
    '',
    'SUMMARY ROLES',
    'ROLE   USERS',
    'Admin      2',
  ]);
});

describe('a line of progress', () => {
  test('says count, rate and the time left', () => {
    expect(progressText('users', 12_000, 0, 3, 25_000)).toBe('12,000 of 25,000 users, 4,000/s, 4 s left');
    expect(progressText('users', 1000, 0, 1, 1_000_000)).toBe('1,000 of 1,000,000 users, 1,000/s, 17 min left');
  });

  test('says no time where the number is not known, or was estimated too low', () => {
    expect(progressText('users', 12_000, 0, 3, null)).toBe('12,000 users, 4,000/s');
    expect(progressText('users', 26_000, 0, 3, 25_000)).toBe('26,000 users, 8,667/s');
  });

  test('rates what this run did, not what was there before', () => {
    expect(progressText('users', 12_000, 10_000, 1, 14_000)).toBe('12,000 of 14,000 users, 2,000/s, 1 s left');
  });
});
