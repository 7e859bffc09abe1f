import { describe, expect, test } from 'vitest';
import type { Range } from '../../../../../lambdas/upstreams/s3/listing/range.ts';
import { Ranges } from '../../../../../lambdas/upstreams/s3/listing/ranges.ts';

/** A listing whose one range has had a page from `first` to `last`. */
function afterPage(first: string, last: string, others: string[] = []): { ranges: Ranges; range: Range } {
  const ranges = new Ranges('', null);
  const [range] = ranges.left();
  if (range === undefined) throw new Error('a listing begins with one range');
  for (const key of [first, last, ...others]) ranges.learn(key);
  range.after = last;
  range.seen = last;
  ranges.sample(range, first, last);
  return { ranges, range };
}

function starts(ranges: Ranges, number: number): (string | undefined)[] {
  return Array.from({ length: number }, () => ranges.split()?.after);
}

describe('a split', () => {
  test('looks behind the folder of the newest page, then behind those around it', () => {
    const { ranges } = afterPage('2026/01/01/0012-a', '2026/01/02/a3f1-b');
    expect(starts(ranges, 2)).toEqual(['2026/010', '20260']);
  });

  test('sends only a few ranges ahead, and cuts the folder itself for all other connections', () => {
    const { ranges } = afterPage('files/0012c9a1', 'files/00a3f1d0', ['files/9b7e', 'files/e4c8', 'files/7d56']);
    const points = starts(ranges, 40).map(String);
    expect(points.filter((point) => !point.startsWith('files/')).length).toBeLessThanOrEqual(6);
    expect(new Set(points).size).toBe(40);
    expect(points).toContain('files/80');
  });

  test('goes by the end of a page alone where that lies in a large folder, and not in a small one', () => {
    const { ranges, range } = afterPage('00a3-1b/one', 'files/0b17f1d0', ['files/9b7e', 'files/e4c8', 'files/7d56']);
    expect(ranges.split()).toBeNull();
    ranges.sample(range, '00a3-1b/one', 'files/0b17f1d0', [{ key: 'files/0012c9a1', share: 0.5 }]);
    expect(starts(ranges, 12).filter((point) => point?.startsWith('files/')).length).toBeGreaterThanOrEqual(6);
    ranges.sample(range, '00a3-1b/one', 'files/0b17f1d0', [{ key: 'files/0012c9a1', share: 0.01 }]);
    expect(range.folder).toBe('');
  });

  test('is not made for less than two pages, and tells nothing of keys that are not there', () => {
    const { ranges, range } = afterPage('0012c9a1', 'f8a3f1d0', ['9b7e', 'e4c8', '7d56']);
    expect(ranges.split()).toBeNull();
    expect(range.upto).toBeNull();
  });

  test('leaves ranges that follow each other without a gap', () => {
    const { ranges } = afterPage('größe/0012', 'größe/00a3', ['заказ 1', '📦/9f']);
    starts(ranges, 30);
    const left = ranges.left();
    expect(left.length).toBe(31);
    expect(left.slice(1).map((range) => range.after)).toEqual(left.slice(0, -1).map((range) => range.upto));
    expect(left.at(-1)?.upto).toBeNull();
  });
});
