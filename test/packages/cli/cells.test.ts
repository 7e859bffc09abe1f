import { bytes, cell, countsBytes, grouped, safeText, valueAt } from '@mrt/cli/terminal/cells.ts';
import { describe, expect, test } from 'vitest';

const STYLE = { bytes: false };

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10 * 1024, '10.0 KiB'],
    [1024 * 1024 - 1, '1.00 MiB'],
    [912_345_678, '870 MiB'],
    [8_123_456_789, '7.57 GiB'],
    [-3_003_200, '-2.86 MiB'],
    [2 ** 60 * 5000, '5000 EiB'],
  ])('%d is %s: three digits, and never 1024 of a unit', (value, text) => {
    expect(bytes(value, STYLE)).toBe(text);
  });

  test('are exact and without signs in between when that is asked for', () => {
    expect(bytes(912_345_678, { bytes: true })).toBe('912345678');
  });

  test('are told from counts by the name of the field', () => {
    expect(['total_bytes', 'bytes_per_day', 'growth.bytes_per_day', 'forecast_30_days_bytes'].every(countsBytes)).toBe(
      true,
    );
    expect(['estimated_rows', 'kilobytes', 'object_count'].some(countsBytes)).toBe(false);
  });
});

describe('a cell', () => {
  test.each([
    ['what is not known', 'size_bytes', null, '-'],
    ['nothing in a list', 'roles', [], '-'],
    ['zero', 'dead_rows', 0, '0'],
    ['a large count', 'estimated_rows', 4_200_000, '4,200,000'],
    ['a share', 'success_rate', 0.98765, '0.988'],
    ['a list', 'roles', ['User', 'Admin'], 'User, Admin'],
    ['an object', 'labels', { app: 'shop', stage: 'prod' }, 'app=shop stage=prod'],
    ['no', 'active', false, 'no'],
  ])('shows %s', (_, field, value, text) => {
    expect(cell(field, value, STYLE)).toBe(text);
  });

  test('shows the value of a constant as it is set, without words or signs of its own', () => {
    expect([1200, true, '007'].map((value) => cell('value', value, STYLE))).toEqual(['1200', 'true', '007']);
  });

  test('shows what would steer the terminal, and what would turn the text around, as characters', () => {
    const hostile = 'a\u001b]0;title\u0007\u009b31m\r\n\u202etxt.exe';
    expect(safeText(hostile)).toBe('a\\u001b]0;title\\u0007\\u009b31m\\u000d\\u000a\\u202etxt.exe');
    expect(cell('name', hostile, STYLE)).toBe(safeText(hostile));
    expect(cell('labels', { '\u001b[2J': 'x' }, STYLE)).toBe('\\u001b[2J=x');
    expect(safeText('Zoë 日本 😀')).toBe('Zoë 日本 😀');
  });

  test('is found inside a row by its path, and is not known where there is none', () => {
    const row = { growth: { bytes_per_day: 5 }, error: null };
    expect(valueAt(row, 'growth.bytes_per_day')).toBe(5);
    expect(valueAt(row, 'error.type')).toBeNull();
  });
});

test('thousands stand apart, decimals are cut at three', () => {
  expect([999, 1000, 1_234_567, -1234.5678].map(grouped)).toEqual(['999', '1,000', '1,234,567', '-1,234.568']);
  expect(grouped(898_134_716_317_560)).toBe('898,134,716,317,560');
});
