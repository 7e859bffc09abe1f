import { describe, expect, test } from 'vitest';
import { Folders } from '../../../../../lambdas/upstreams/s3/listing/folder.ts';
import { compareKeys } from '../../../../../lambdas/upstreams/s3/object-key.ts';
import fc from '../../../../properties.ts';

const anyKey = fc.string({ unit: 'binary', maxLength: 12 });

describe('a folder', () => {
  test('is what two keys share up to a sign, and has an end and a folder around it', () => {
    const folders = new Folders('');
    const folder = folders.folderOf('2026/01/05/0012c9a1', '2026/01/07/a3f1d0aa');
    expect([folder, folders.parentOf(folder), folders.endOf(folder)]).toEqual(['2026/01/', '2026/', '2026/010']);
    expect([folders.folderOf('0012c9a1', '00a3f1d0'), folders.endOf('')]).toEqual(['', null]);
  });

  test('is that of the second key where both part at a sign, for the next keys lie there', () => {
    const folders = new Folders('');
    expect(folders.folderOf('\u{1f4e6} f227', '\u{1f4e6}/00cc')).toBe('\u{1f4e6}/');
    expect(folders.folderOf(' a', '/b')).toBe('');
  });

  test('does not reach above the prefix of the listing', () => {
    const folders = new Folders('files/a-');
    expect(folders.folderOf('files/a-b/1', 'files/a-b/2')).toBe('files/a-b/');
    expect(folders.parentOf('files/a-b/')).toBe('files/a-');
    expect(folders.endOf('files/a-')).toBeNull();
  });

  test('ends above all of its keys and below all others', () => {
    fc.assert(
      fc.property(anyKey, anyKey, anyKey, (a, b, other) => {
        const folders = new Folders('');
        const folder = folders.folderOf(a, b);
        const end = folders.endOf(folder);
        if (end === null) return;
        const key = `${folder}${other}`;
        expect(compareKeys(key, end)).toBeLessThan(0);
        const isBetween = compareKeys(folder, other) <= 0 && compareKeys(other, end) < 0;
        expect(isBetween).toBe(other.startsWith(folder));
      }),
    );
  });
});
