/** The keys of a report as Athena leaves them: in their order, found by halving, whatever signs they have. */
import { describe, expect, test } from 'vitest';
import { HEADER, type KeyFile, offsetAfter, RowReader, requireHeader } from '../../../lambdas/inventory/key-file.ts';
import { keysStatement } from '../../../lambdas/inventory/keys-statement.ts';
import { EntryBuffer } from '../../../lambdas/upstreams/s3/listing/entries.ts';
import { compareKeys } from '../../../lambdas/upstreams/s3/object-key.ts';
import { inventoryReport } from '../../../local/samples/inventory-report.ts';
import { fileOf } from '../routes/storage_audit/app-report.ts';
import { bucketOfVersions, engineOver, MADE, questionOf, version } from './asked-report.ts';

/** What comes after a key, all of it. */
async function rowsAfter(file: KeyFile, after = ''): Promise<{ key: string; size: number }[]> {
  const bytes = await file.read(await offsetAfter(file, after), file.size);
  const reader = new RowReader();
  const entries = new EntryBuffer();
  const rows: { key: string; size: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = reader.read(bytes, at, entries, 1_000);
    for (let index = 0; index < entries.count; index += 1) {
      rows.push({ key: entries.key(index), size: entries.sizes[index] ?? Number.NaN });
    }
  }
  return rows;
}

const row = (key: string, size = '5', modified = '2026-11-20 08:15') => `"${key}","${size}","STANDARD","${modified}"\n`;
const fileOfRows = (...rows: string[]) => fileOf(Buffer.from(HEADER + rows.join('')));

test.each(['parquet', 'csv'] as const)(
  'any sign in a key of a report in %s comes back, in S3’s order',
  async (format) => {
    const keys = [
      'a "quoted", name',
      "it's",
      'line\nbreak\r\n\ttab',
      'ümläut/ + &%2F;',
      '%',
      'smile 😀',
      '\uffee',
      ',',
    ];
    const objects = inventoryReport({
      source: bucketOfVersions(
        'source',
        keys.map((key, index) => version(key, index)),
      ),
      destination: 'reports',
      prefix: 'p/',
      format,
      made: MADE,
    });
    const { columns, rows } = await engineOver(objects, format).run(keysStatement(questionOf({ format }), ''));
    const line = (cells: readonly (string | null)[]) => `${cells.map((cell) => `"${cell}"`).join(',')}\n`;
    const file = fileOf(Buffer.from([columns, ...rows].map(line).join('')));
    await requireHeader(file);
    const sizes = new Map(keys.map((key, index) => [key, index]));
    const inOrder = keys.toSorted(compareKeys).map((key) => ({ key, size: sizes.get(key) }));
    expect(await rowsAfter(file)).toEqual(inOrder);
  },
);

test('of many keys, those after any one are found', async () => {
  const keys = Array.from({ length: 4_000 }, (_, index) => `folder/${String(index * 2).padStart(6, '0')}`);
  const file = fileOfRows(...keys.map((key) => row(key)));
  for (const place of [0, 1, 1_777, 3_998, 3_999]) {
    expect((await rowsAfter(file, keys[place]))[0]?.key, `after number ${place}`).toBe(keys[place + 1]);
    // One that is not in the file.
    expect((await rowsAfter(file, `${keys[place]}!`))[0]?.key).toBe(keys[place + 1]);
  }
  expect(await rowsAfter(file)).toHaveLength(4_000);
});

test('a row that stands there twice is one object', async () => {
  const file = fileOfRows(row('a'), row('b'), row('b'), row('c'));
  expect((await rowsAfter(file)).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

describe('is not read', () => {
  test.each([
    ['without a size', '"a",,"STANDARD","2026-11-20 08:15"\n'],
    ['with a size that is no number', row('a', '5x')],
    ['without a time', '"a","5","STANDARD",\n'],
    ['with half a time', row('a', '5', '2026-11-20')],
    ['without a key', row('')],
    ['cut in the middle', row('a').slice(0, 12)],
  ])('a row %s: its object is never left out of a count', async (_, text) => {
    await expect(rowsAfter(fileOfRows(text))).rejects.toMatchObject({ reason: 'unreadable' });
  });

  test('another statement’s answer', async () => {
    await expect(requireHeader(fileOf(Buffer.from('"part","kind"\n"all","current"\n')))).rejects.toMatchObject({
      reason: 'unreadable',
    });
  });
});
