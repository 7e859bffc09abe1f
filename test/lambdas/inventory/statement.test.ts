/** The SQL over a report, run by DuckDB on reports written as S3 does; .ci/deep asks Trino the same. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { literal } from '../../../lambdas/inventory/columns-as-read.ts';
import { totalsStatement } from '../../../lambdas/inventory/statement.ts';
import fc from '../../properties.ts';
import { askTotals, bucketOfVersions, questionOf, version } from './asked-report.ts';

const day = (date: string) => new Date(`${date}T00:00:00Z`);

/** Sizes are powers of two: a sum tells which objects are in it. */
const VERSIONS = [
  version('a/b/one.txt', 1, { last_modified: day('2026-11-20') }),
  version('a/b/two.txt', 2, { last_modified: day('2026-10-01'), storage_class: 'GLACIER' }),
  version('a/three.txt', 4, { last_modified: day('2026-01-01') }),
  version('four.txt', 8, { last_modified: day('2020-01-01') }),
  version("it's a quote/five.txt", 16),
  version('ümläut/ + &%/six.txt', 32),
  version('four.txt', 64, { latest: false, version_id: 'v0' }),
  version('gone.txt', 128, { latest: false, version_id: 'v0' }),
  version('gone.txt', 0, { delete_marker: true, version_id: 'v9' }),
];
const bucket = bucketOfVersions('source', VERSIONS);

describe.each(['parquet', 'csv'] as const)('a report in %s', (format) => {
  test('tells current objects, noncurrent versions and delete markers apart', async () => {
    const totals = await askTotals(bucket, { format });
    expect(totals.current).toEqual({ size_bytes: 63, object_count: 6 });
    expect(totals.noncurrent).toEqual({ size_bytes: 192, object_count: 2 });
    expect(totals.delete_markers).toBe(1);
  });

  test('sums current objects up by storage class, by age and by encryption', async () => {
    const { groups } = await askTotals(bucket, { format });
    expect(groups.storage_class).toEqual([
      { label: 'STANDARD', size_bytes: 61, object_count: 5 },
      { label: 'GLACIER', size_bytes: 2, object_count: 1 },
    ]);
    expect(Object.fromEntries(groups.age.map(({ label, size_bytes }) => [label, size_bytes]))).toEqual({
      under_30_days: 1 + 16 + 32,
      '30_to_90_days': 2,
      '90_to_365_days': 4,
      over_365_days: 8,
    });
    expect(groups.encryption_status).toEqual([{ label: 'SSE-S3', size_bytes: 63, object_count: 6 }]);
  });

  test('sums up by the levels of prefixes, below whatever prefix, with any sign in a key', async () => {
    const whole = await askTotals(bucket, { format, rules: { depth: 2 } });
    expect(Object.fromEntries(whole.prefixes.map(({ prefix, size_bytes }) => [prefix, size_bytes]))).toEqual({
      'a/': 7,
      'a/b/': 3,
      "it's a quote/": 16,
      'ümläut/': 32,
      'ümläut/ + &%/': 32,
    });
    const below = await askTotals(bucket, { format, rules: { prefix: 'a/', depth: 1 } });
    expect(below.prefixes).toEqual([{ prefix: 'a/b/', size_bytes: 3, object_count: 2 }]);
    expect(below.current).toEqual({ size_bytes: 7, object_count: 3 });
    expect(below.noncurrent.object_count).toBe(0);
  });

  test('counts a key with quotes, commas and line breaks, below a prefix that has them too', async () => {
    const odd = bucketOfVersions('odd', [version('a "b",\n\'c\'/\r\n,d', 1), version('a "b"/e', 2)]);
    const { prefixes, current } = await askTotals(odd, { format, rules: { prefix: 'a "b",\n', depth: 1 } });
    expect(current).toEqual({ size_bytes: 1, object_count: 1 });
    expect(prefixes).toEqual([{ prefix: 'a "b",\n\'c\'/', size_bytes: 1, object_count: 1 }]);
  });

  test('in several files is the same report', async () => {
    expect(await askTotals(bucket, { format, rowsOfAFile: 2 })).toEqual(await askTotals(bucket, { format }));
  });
});

describe('a row of a report', () => {
  /** Takes a value out of the CSV. */
  const without = (value: string) => (file: Buffer) =>
    gzipSync(gunzipSync(file).toString('utf8').replaceAll(`"${value}"`, '""'));
  const one = version('a/one', 5, { last_modified: day('2026-11-01') });
  const other = version('b/other', 3, { last_modified: day('2020-01-01') });
  const asked = (value: string) =>
    askTotals(bucketOfVersions('rows', [one, other]), { format: 'csv', rules: { depth: 1 }, spoil: without(value) });

  test('without a size makes the sums that it is in unknown, and no sum smaller', async () => {
    const { current, prefixes } = await asked('5');
    expect(current).toEqual({ size_bytes: null, object_count: 2 });
    expect(prefixes).toEqual(
      expect.arrayContaining([
        { prefix: 'a/', size_bytes: null, object_count: 1 },
        { prefix: 'b/', size_bytes: 3, object_count: 1 },
      ]),
    );
  });

  test('without a time is of no age, and not among the oldest', async () => {
    const { current, groups } = await asked('2026-11-01T00:00:00.000Z');
    expect(current).toEqual({ size_bytes: 8, object_count: 2 });
    expect(groups.age).toEqual([
      { label: null, size_bytes: 5, object_count: 1 },
      { label: 'over_365_days', size_bytes: 3, object_count: 1 },
    ]);
  });
});

test('a prefix of another environment’s keys counts only those that its own rule takes, as in a listing', async () => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const shared = bucketOfVersions('shared', [
    version(`acc-${uuid}`, 1),
    version(`acc-2-${uuid}`, 2),
    version(`acc-export/${uuid}`, 4),
    version(`acc${uuid}`, 8),
    version(`acc-${uuid}.enc`, 16),
  ]);
  const pattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/u;
  const rules = { prefix: 'acc-', pattern, pattern_after: 'acc-' };
  expect((await askTotals(shared, { rules })).current).toEqual({ size_bytes: 17, object_count: 2 });
  // A request that reaches further keeps to the environment's own rule.
  const further = await askTotals(shared, { rules: { ...rules, prefix: `acc-${uuid}.` } });
  expect(further.current).toEqual({ size_bytes: 16, object_count: 1 });
});

/** Each would be more than a text, if the statement let it. */
const HOSTILE = [
  "' OR '1' = '1",
  "x') OR true --",
  "'; DROP TABLE report; --",
  "\\' OR true --",
  "a'||(SELECT key FROM report LIMIT 1)||'",
  '%',
  '_',
  '"',
  '$${',
  '\u2019',
];

test.each(HOSTILE)('a prefix of %j is a text and nothing else', async (prefix) => {
  const planted = bucketOfVersions('planted', [version('secret.txt', 1), version(`${prefix}mine.txt`, 2)]);
  expect((await askTotals(planted, { rules: { prefix, depth: 1 } })).current).toEqual({
    size_bytes: 2,
    object_count: 1,
  });
});

test('a text is quoted by doubling quotes alone', () => {
  expect(literal("a'b''c\\")).toBe("'a''b''''c\\'");
});

test('columns that a report lacks are not asked for: it then has current objects alone', async () => {
  const columns = ['bucket', 'key', 'size'] as const;
  const sql = totalsStatement(questionOf({ columns }));
  expect(sql).not.toMatch(/\bNULLIF\(storage_class|\blast_modified_date\b/);
  const { current, noncurrent, groups } = await askTotals(bucketOfVersions('plain', [version('a', 5)]), { columns });
  expect([current, noncurrent]).toEqual([
    { size_bytes: 5, object_count: 1 },
    { size_bytes: 0, object_count: 0 },
  ]);
  expect(groups.age).toEqual([{ label: null, size_bytes: 5, object_count: 1 }]);
});

test('of many prefixes the largest are given, and the answer says that there are more', async () => {
  const many = bucketOfVersions(
    'many',
    Array.from({ length: 1_200 }, (_, index) => version(`${String(index).padStart(4, '0')}/x`, index + 1)),
  );
  const { prefixes, prefixes_complete, current } = await askTotals(many, { rules: { depth: 1 } });
  expect([prefixes.length, prefixes[0]?.prefix, prefixes_complete]).toEqual([1_000, '1199/', false]);
  expect(current.object_count).toBe(1_200);
});

test.each(['', 'a/', 'é'])(
  'prefixes below %j are those of a listing, whatever signs and slashes are in keys',
  async (prefix) => {
    const signs = fc.string({ unit: fc.constantFrom('a', 'é', '/', '\u{1f4e6}'), minLength: 1, maxLength: 9 });
    const [keys = []] = fc.sample(fc.uniqueArray(signs, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 1 });
    const sums = new Map<string, { prefix: string; size_bytes: number; object_count: number }>();
    for (const [size, key] of keys.entries()) {
      if (!key.startsWith(prefix)) continue;
      const folders = key.slice(prefix.length).split('/').slice(0, -1);
      for (const level of folders.slice(0, 3).keys()) {
        const folder = `${prefix}${folders.slice(0, level + 1).join('/')}/`;
        const { size_bytes, object_count } = sums.get(folder) ?? { size_bytes: 0, object_count: 0 };
        sums.set(folder, { prefix: folder, size_bytes: size_bytes + size, object_count: object_count + 1 });
      }
    }
    const any = bucketOfVersions(
      'any',
      keys.map((key, size) => version(key, size)),
    );
    const { prefixes } = await askTotals(any, { rules: { prefix, depth: 3 } });
    const byName = (a: { prefix: string }, b: { prefix: string }) => (a.prefix < b.prefix ? -1 : 1);
    expect(prefixes.toSorted(byName)).toEqual([...sums.values()].sort(byName));
  },
);

test('an empty bucket is 0, and no row that is missing', async () => {
  const { current, delete_markers } = await askTotals(bucketOfVersions('empty', []));
  expect([current, delete_markers]).toEqual([{ size_bytes: 0, object_count: 0 }, 0]);
});
