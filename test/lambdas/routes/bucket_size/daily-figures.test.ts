import { describe, expect, test } from 'vitest';
import { type Points, wholeDays } from '../../../../lambdas/routes/bucket_size/daily-figures.ts';
import fc from '../../../properties.ts';

const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 10, 26);

/** `value` on so many days before today. */
function on(value: number, ...ages: number[]): Points {
  return new Map(ages.map((age) => [TODAY - age * DAY, value]));
}

function every(value: number, from: number, to: number): Points {
  return on(value, ...Array.from({ length: from - to + 1 }, (_, i) => from - i));
}

/** The whole days as `[days before today, bytes]`, oldest first. */
function days(types: Record<string, Points>, counts: Points = new Map()): [number, number][] {
  return wholeDays(new Map(Object.entries(types)), counts).map(([time, { size_bytes }]) => [
    (TODAY - time) / DAY,
    size_bytes,
  ]);
}

describe('a day', () => {
  test('counts when all its storage types are there', () => {
    expect(days({ S: on(1_000, 3, 2, 1), G: on(500, 3, 2, 1) })).toEqual([3, 2, 1].map((age) => [age, 1_500]));
  });

  test.each([1, 2, 3])('whose storage type is %i days late is left out', (late) => {
    const types = { S: every(1_000, 9, 1), G: every(1_000, 9, 1 + late) };
    expect(days(types, every(10, 9, 1)).at(-1)).toEqual([1 + late, 2_000]);
  });

  test('in the middle that lacks a storage type is left out', () => {
    const types = { S: on(1_000, 4, 3, 2, 1), G: on(1_000, 4, 3, 1) };
    expect(days(types, on(10, 4, 3, 2, 1))).toEqual([4, 3, 1].map((age) => [age, 2_000]));
  });

  test('counts before a storage type was first used', () => {
    expect(days({ S: on(1_000, 4, 3, 2, 1), G: on(500, 2, 1) })).toEqual([
      [4, 1_000],
      [3, 1_000],
      [2, 1_500],
      [1, 1_500],
    ]);
  });

  test('counts after a storage type was given up, once it is away for longer than lateness explains', () => {
    const types = { S: every(1_000, 9, 1), G: every(1_000, 9, 5) };
    const counts = new Map([...every(10, 9, 5), ...every(5, 4, 1)]);
    expect(days(types, counts).at(-1)).toEqual([1, 1_000]);
    expect(days(types, counts)).toHaveLength(9);
  });

  test('does not count while the number of objects says that a silent storage type is still used', () => {
    const types = { S: every(1_000, 12, 1), G: every(1_000, 12, 9) };
    expect(days(types, every(10, 12, 1)).at(-1)).toEqual([9, 2_000]);
  });

  test('counts when the objects moved to another storage type, their number unchanged', () => {
    const types = { S: every(1_000, 12, 9), IA: every(1_000, 8, 1), G: every(500, 12, 1) };
    expect(days(types, every(10, 12, 1)).at(-1)).toEqual([1, 1_500]);
  });

  test('counts two weeks after a storage type fell silent, whatever the number of objects', () => {
    const types = { S: every(1_000, 40, 1), G: every(1_000, 40, 16) };
    expect(days(types, every(10, 40, 1)).at(-1)).toEqual([1, 1_000]);
  });

  test('counts where a storage type was away for a month in between', () => {
    const types = { S: every(1_000, 60, 1), G: new Map([...every(700, 60, 50), ...every(700, 15, 1)]) };
    expect(days(types).filter(([age]) => age > 15 && age < 50)).toHaveLength(34);
  });

  test('without its number of objects is left out while that is late, and has none where it is never there', () => {
    const types = { S: on(1_000, 3, 2, 1) };
    expect(days(types, on(10, 3, 2)).at(-1)).toEqual([2, 1_000]);
    expect(wholeDays(new Map(Object.entries(types)), new Map()).at(-1)?.[1].object_count).toBeNull();
  });

  test('is left out for as long as two storage types have points on different days only', () => {
    expect(days({ S: on(1_000, 5, 3, 1), G: on(1_000, 6, 4, 2) })).toEqual([[6, 1_000]]);
  });
});

test('with points missing anywhere, for up to three days, a whole day has the size that it has with all points', () => {
  const ages = [...Array(20).keys()].map((i) => i + 1);
  const gap = fc.record({ from: fc.integer({ min: 2, max: 17 }), days: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(gap, { maxLength: 3 }), fc.array(gap, { maxLength: 3 }), (gapsOfS, gapsOfG) => {
      const without = (gaps: typeof gapsOfS) =>
        ages.filter((age) => !gaps.some(({ from, days: length }) => age >= from && age < from + length));
      const merged = (gaps: typeof gapsOfS) =>
        without(gaps).every((age, i, all) => i === 0 || age - (all[i - 1] ?? 0) <= 4);
      fc.pre(merged(gapsOfS) && merged(gapsOfG));
      const whole = days({ S: on(1_000, ...without(gapsOfS)), G: on(700, ...without(gapsOfG)) });
      const [oldestS, oldestG] = [Math.max(...without(gapsOfS)), Math.max(...without(gapsOfG))];
      for (const [age, bytes] of whole) if (age <= Math.min(oldestS, oldestG)) expect(bytes).toBe(1_700);
    }),
  );
});
