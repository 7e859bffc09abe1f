import { type DiskDay, diskForecast, medianSlope } from '@mrt/console/figures/disk-forecast.ts';
import { describe, expect, test } from 'vitest';

const GB = 1e9;

/** `count` days that end today, as `of` has them. */
function days(count: number, of: (index: number) => Partial<DiskDay>): DiskDay[] {
  return Array.from({ length: count }, (_, index) => ({
    date: new Date(Date.UTC(2026, 10, 1) + index * 86_400_000).toISOString().slice(0, 10),
    size_bytes: null,
    free_bytes: null,
    ...of(index),
  }));
}

describe('a disk', () => {
  test('that loses 3 GB a day and has 100 GB is full in 33 days', () => {
    const forecast = diskForecast(
      days(20, (index) => ({ free_bytes: 160 * GB - index * 3 * GB })),
      100 * GB,
    );
    expect(forecast).toEqual({ daysLeft: 100 / 3, bytesPerDay: 3 * GB, basis: 'free-space', points: 20 });
  });

  test('is not taken to fill faster for one day on which much was gone for some hours', () => {
    const free = (index: number) => 160 * GB - index * 3 * GB - (index === 12 ? 50 * GB : 0);
    const forecast = diskForecast(
      days(20, (index) => ({ free_bytes: free(index) })),
      100 * GB,
    );
    expect(forecast?.bytesPerDay).toBe(3 * GB);
  });

  test('whose free space was not recorded is told by the size of the database', () => {
    const forecast = diskForecast(
      days(10, (index) => ({ size_bytes: 10 * GB + index * GB })),
      20 * GB,
    );
    expect(forecast).toMatchObject({ daysLeft: 20, basis: 'database-size' });
  });

  test('that empties is never full', () => {
    expect(
      diskForecast(
        days(10, (index) => ({ free_bytes: index * GB })),
        20 * GB,
      )?.daysLeft,
    ).toBeNull();
  });

  test.each([
    ['under a week of days', days(6, (index) => ({ free_bytes: index })), 20 * GB],
    ['no free space known now', days(10, (index) => ({ free_bytes: index })), null],
    ['nothing recorded', [], 20 * GB],
  ])('has no forecast with %s', (_, history, free) => {
    expect(diskForecast(history, free)).toBeNull();
  });

  test('counts days that are not there: a gap is no standstill', () => {
    const history = days(20, (index) => ({ free_bytes: 100 * GB - index * GB })).filter(
      (_, index) => index < 5 || index > 12,
    );
    expect(diskForecast(history, 10 * GB)?.bytesPerDay).toBeCloseTo(GB, -3);
  });
});

test('the median of an even number of slopes is the mean of the middle two', () => {
  // Slopes: 1, 2 and 3 of the first three points; with the fourth six: 1, 2, 3, 3, 4, 5 → (3 + 3) / 2.
  expect(
    medianSlope([
      [0, 0],
      [1, 1],
      [2, 4],
      [3, 9],
    ]),
  ).toBe(3);
});
