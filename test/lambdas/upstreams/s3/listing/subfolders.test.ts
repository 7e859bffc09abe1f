import { describe, expect, test } from 'vitest';
import { halves, Subfolders } from '../../../../../lambdas/upstreams/s3/listing/subfolders.ts';

function allOf(next: () => string | null): string[] {
  const all: string[] = [];
  for (let one = next(); one !== null; one = next()) all.push(one);
  return all;
}

describe('the folders of a listing', () => {
  test('are asked for around a page, and not below it: how its own go on is known from its keys', () => {
    const folders = new Subfolders('');
    folders.see('2024/01/01/0012', '2024/01/05/fc34');
    expect(allOf(() => folders.next())).toEqual(['', '2024/']);
    folders.see('2024/01/05/fd00', '2024/01/11/0000');
    expect(folders.next()).toBeNull();
  });

  test('give cuts behind the end of each but the last, and are asked for theirs where a neighbour has some', () => {
    const folders = new Subfolders('');
    folders.see('2024/01/01/0012', '2024/01/05/fc34');
    folders.next();
    folders.next();
    folders.take('', ['2024/', '2025/', '2026/']);
    expect(allOf(() => folders.nextCut())).toEqual(['20250', '20240']);
    expect(allOf(() => folders.next())).toEqual(['2025/', '2026/']);
    folders.take('2025/', ['2025/01/', '2025/02/']);
    expect(allOf(() => folders.nextCut())).toEqual(['2025/010']);
    expect(folders.next()).toBeNull();
  });

  test('are not asked for where keys lie in none, or a page passes many of them', () => {
    const flat = new Subfolders('');
    flat.see('0012', '00a3');
    expect(flat.next()).toBeNull();
    const small = new Subfolders('');
    small.see('0012/one', '00a3/one');
    small.see('00a3/two/1', '00a3/two/2');
    expect(small.next()).toBeNull();
  });

  test('give no cuts any more once pages have shown that they are small', () => {
    const folders = new Subfolders('');
    folders.see('2024/01/01/0012', '2024/01/01/fc34');
    folders.take('2024/01/', ['2024/01/01/', '2024/01/02/', '2024/01/03/']);
    folders.see('2024/01/01/fd00', '2024/01/02/0100');
    expect(folders.nextCut()).toBeNull();
  });

  test('above the prefix of the listing are none of it', () => {
    const folders = new Subfolders('apps/shop/');
    folders.see('apps/shop/files/00', 'apps/shop/files/01');
    expect(allOf(() => folders.next())).toEqual(['apps/shop/']);
  });

  test('are asked for sixteen times at most in the beginning, and once more for each 32 pages', () => {
    const folders = new Subfolders('');
    for (let page = 0; page < 31; page++) folders.see(`users/${page}/a/0`, `users/${page}/a/1`);
    expect(allOf(() => folders.next())).toHaveLength(16);
    folders.see('users/99/a/0', 'users/99/a/1');
    expect(allOf(() => folders.next())).toHaveLength(1);
  });
});

test('points in halves are the middle one, then those of the halves beside it', () => {
  expect(halves(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toEqual(['d', 'b', 'f', 'a', 'c', 'e', 'g']);
  expect(halves([])).toEqual([]);
});
