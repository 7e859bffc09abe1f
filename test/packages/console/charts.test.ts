import { axisTicks, linear } from '@mrt/console/charts/axis.ts';
import { axisLabels } from '@mrt/console/charts/axis-labels.ts';
import { treemapLayout } from '@mrt/console/charts/treemap-layout.ts';
import { areaPath, linePath } from '@mrt/console/charts/trend-paths.ts';
import { describe, expect, test } from 'vitest';

const GIB = 1024 ** 3;

describe('an axis', () => {
  test('of bytes has figures that are round in their unit, up to one that holds the largest', () => {
    expect(axisTicks(10_472_304_440, 1024).map((tick) => tick / GIB)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(axisTicks(1500, 1024).map((tick) => tick / 1024)).toEqual([0, 0.5, 1, 1.5]);
  });

  test('of counts has round counts', () => {
    expect(axisTicks(24_590, 1000)).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000]);
  });

  test.each([0, -5, Number.NaN])('of %d still has two ends', (largest) => {
    expect(axisTicks(largest, 1024)).toEqual([0, 1]);
  });

  test('goes from figures to pixels, and a span of nothing stays where it begins', () => {
    expect(linear([0, 10], [100, 0])(2.5)).toBe(75);
    expect(linear([5, 5], [1, 9])(5)).toBe(1);
  });
});

describe('the days below an axis', () => {
  const DAYS = ['28 Aug', '25 Nov', '25 Dec'] as const;
  const anchors = (at: number, to: number) =>
    axisLabels(DAYS, [64, at, to]).map(({ text, anchor }) => `${text} ${anchor}`);

  test('stand at their places where there is room', () => {
    expect(anchors(500, 700)).toEqual(['28 Aug start', '25 Nov middle', '25 Dec end']);
  });

  test('do not run into each other on a telephone: the one between stands beside its place', () => {
    expect(anchors(232, 288)).toEqual(['28 Aug start', '25 Nov end', '25 Dec end']);
    expect(anchors(112, 288)).toEqual(['28 Aug start', '25 Nov start', '25 Dec end']);
  });

  test('leave out the one between where there is no room for three', () => {
    expect(anchors(100, 160)).toEqual(['28 Aug start', '25 Dec end']);
    expect(axisLabels(['Nov 2024', null, 'Nov 2026'], [64, 300, 300])).toHaveLength(2);
  });
});

describe('a trend', () => {
  test('has a gap where nothing is known, and never a 0', () => {
    expect(
      linePath([
        [0, 10],
        [1, null],
        [2, 8],
        [3, 7],
      ]),
    ).toBe('M0,10M2,8L3,7');
  });

  test('as an area goes there above and back below', () => {
    expect(
      areaPath(
        [
          [0, 5],
          [1, 4],
        ],
        [
          [0, 9],
          [1, 9],
        ],
      ),
    ).toBe('M0,5L1,4L1,9L0,9Z');
    expect(areaPath([], [])).toBe('');
  });
});

describe('a treemap', () => {
  const groups = [
    {
      name: 'Sales',
      members: [
        { name: 'Sales.Order', size: 600 },
        { name: 'Sales.Line', size: 200 },
        { name: 'Sales.Empty', size: 0 },
      ],
    },
    { name: 'System', members: [{ name: 'System.User', size: 200 }] },
  ];
  const { groups: placed, hidden } = treemapLayout(groups, 1000, 500);
  const tiles = placed.flatMap(({ tiles: own }) => own);

  test('has the largest group first, and each member in it', () => {
    expect(placed.map(({ name, size }) => [name, size])).toEqual([
      ['Sales', 800],
      ['System', 200],
    ]);
    expect(tiles.map(({ member }) => member.name)).toEqual(['Sales.Order', 'Sales.Line', 'System.User']);
  });

  test('gives room in proportion, but for the gaps and names between', () => {
    const area = (name: string) => {
      const tile = tiles.find(({ member }) => member.name === name);
      return (tile?.width ?? 0) * (tile?.height ?? 0);
    };
    expect(area('Sales.Order') / area('Sales.Line')).toBeCloseTo(3, 0);
  });

  test('stays in its frame, and no tile lies on another', () => {
    for (const { x, y, width, height } of tiles) {
      expect(x >= 0 && y >= 0 && x + width <= 1000 && y + height <= 500).toBe(true);
    }
    for (const [index, one] of tiles.entries()) {
      for (const other of tiles.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  test('says what is too small to be drawn', () => {
    expect(hidden.map(({ name }) => name)).toEqual(['Sales.Empty']);
  });

  test('of nothing is empty, and of no width too', () => {
    expect(treemapLayout([], 100, 100)).toEqual({ groups: [], hidden: [] });
    expect(treemapLayout(groups, 0, 0).groups.length).toBe(2);
  });
});
