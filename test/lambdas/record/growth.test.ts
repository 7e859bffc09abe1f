import { describe, expect, test } from 'vitest';
import { countGrowthOf, growthOf } from '../../../lambdas/record/growth.ts';
import fc from '../../properties.ts';

const DAY = 86_400_000;

function daily(values: readonly number[]) {
  return values.map((value, day) => ({ time: day * DAY, value }));
}

describe('growth', () => {
  test('is not guessed from fewer than seven points', () => {
    expect(growthOf(daily([1, 2, 3, 4, 5, 6]))).toBeNull();
    expect(growthOf(daily([1, 2, 3, 4, 5, 6, 7]))).toEqual({ bytes_per_day: 1, days: 7, forecast_30_days_bytes: 37 });
  });

  test('of a straight line is its slope, whatever days are missing', () => {
    const line = fc.record({ from: fc.nat(1e6), slope: fc.integer({ min: 0, max: 1e4 }) });
    fc.assert(
      fc.property(line, fc.uniqueArray(fc.nat(60), { minLength: 7, maxLength: 30 }), ({ from, slope }, days) => {
        const points = days.sort((a, b) => a - b).map((day) => ({ time: day * DAY, value: from + slope * day }));
        expect(growthOf(points)?.bytes_per_day).toBe(slope);
      }),
    );
  });

  test('does not take one great load for a trend', () => {
    const sizes = Array.from({ length: 30 }, (_, day) => 1_000 + day * 10 + (day > 20 ? 1_000_000 : 0));
    expect(growthOf(daily(sizes))?.bytes_per_day).toBeLessThan(100_000);
    const spike = sizes.map((_, day) => 1_000 + day * 10 + (day === 15 ? 1_000_000 : 0));
    expect(growthOf(daily(spike))?.bytes_per_day).toBe(10);
  });

  test('looks at the last 30 points only', () => {
    const sizes = [...Array.from({ length: 50 }, () => 0), ...Array.from({ length: 30 }, (_, day) => day * 5)];
    expect(growthOf(daily(sizes))).toMatchObject({ bytes_per_day: 5, days: 30 });
  });

  test('never forecasts less than nothing', () => {
    expect(growthOf(daily([60, 50, 40, 30, 20, 10, 0]))).toMatchObject({
      bytes_per_day: -10,
      forecast_30_days_bytes: 0,
    });
  });

  test('of a count is told with two decimals: three people in a month are a trend', () => {
    const people = Array.from({ length: 21 }, (_, day) => 100 + Math.floor(day / 10) * 10 + (day % 10));
    expect(countGrowthOf(daily(people))).toEqual({ per_day: 1, days: 21, forecast_30_days: 150 });
    const few = Array.from({ length: 30 }, (_, day) => 100 + day / 10);
    expect(countGrowthOf(daily(few))?.per_day).toBe(0.1);
    expect(countGrowthOf(daily([1, 2, 3]))).toBeNull();
  });
});
