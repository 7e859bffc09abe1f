/** The statements over S3's reports: Trino takes them over files of each format, and answers as DuckDB does. */
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { keysStatement } from '../../lambdas/inventory/keys-statement.ts';
import { totalsStatement } from '../../lambdas/inventory/statement.ts';
import { totalsOf } from '../../lambdas/inventory/totals.ts';
import { compareKeys, decodeKey } from '../../lambdas/upstreams/s3/object-key.ts';
import { inventoryReport } from '../../local/samples/inventory-report.ts';
import {
  type Asking,
  askTotals,
  bucketOfVersions,
  engineOver,
  MADE,
  questionOf,
  version,
} from '../lambdas/inventory/asked-report.ts';
import { askTrino, untilReady } from './trino-client.ts';
import { createReport, createSchema, tableOf } from './trino-report.ts';

const { TRINO = '', TRINO_FILES = '', PYTHON = '' } = process.env;
if (!TRINO) throw new Error('TRINO is not set: run .ci/deep.d/trino.sh');

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const VERSIONS = [
  version('a/b/one.txt', 1, { last_modified: new Date('2026-11-20T00:00:00Z') }),
  version('a/b/two.txt', 2, { last_modified: new Date('2026-10-01T00:00:00Z'), storage_class: 'GLACIER' }),
  version('a/three.txt', 4, { last_modified: new Date('2020-01-01T00:00:00Z') }),
  version("it's/ümläut + &%/four.txt", 8),
  version('\u{1f4e6}/five.txt', 16),
  version('\uffee/"quoted",\n~*-_. and more.txt', 256),
  version(`acc-${UUID}`, 32),
  version(`acc-export/${UUID}`, 64),
  version('gone.txt', 128, { latest: false, version_id: 'v0' }),
  version('gone.txt', 0, { delete_marker: true, version_id: 'v9' }),
];
const bucket = bucketOfVersions('source', VERSIONS);
const pattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/u;
const FORMATS = ['parquet', 'orc', 'csv'] as const;

beforeAll(async () => {
  await untilReady(TRINO);
  await createSchema(TRINO);
  for (const format of FORMATS) await createReport(TRINO, TRINO_FILES, bucket, format);
}, 180_000);

const QUESTIONS: [string, Asking][] = [
  ['everything', {}],
  ['three levels', { rules: { depth: 3 } }],
  ['below a prefix', { rules: { prefix: 'a/', depth: 1 } }],
  ['a part of a shared bucket', { rules: { prefix: 'acc-', pattern, pattern_after: 'acc-' } }],
  ['a prefix with a quote', { rules: { prefix: "it's/", depth: 2 } }],
  ['a prefix that would be SQL', { rules: { prefix: "' OR '1' = '1" } }],
  ['a sign past the first plane', { rules: { prefix: '\u{1f4e6}', depth: 1 } }],
];

/** The current objects below a prefix, as the bucket itself has them. */
const currentBelow = (prefix: string) =>
  VERSIONS.filter(({ key, latest, delete_marker }) => latest && !delete_marker && key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ key, size, storage_class, last_modified }) => ({
      key,
      size: String(size),
      storage_class,
      modified: last_modified.toISOString().slice(0, 16).replace('T', ' '),
    }));

const keysOf = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ encoded_key, size, storage_class, modified }) => ({
    key: decodeKey(String(encoded_key), true),
    size,
    storage_class,
    modified: String(modified).replace('T', ' '),
  }));

const takenAsAthenas = (input: string) =>
  execFileSync(PYTHON, ['-c', 'import sys, sqlglot; sqlglot.parse_one(sys.stdin.read(), read="athena")'], { input });

describe.each(FORMATS)('in %s', (format) => {
  /** DuckDB reads no ORC: of it the figures are those of the same report in Parquet. */
  const local = format === 'orc' ? 'parquet' : format;
  const table = `"inventory"."${format}_report"`;

  test.each(QUESTIONS)('%s: Trino answers as DuckDB does', async (_, asking) => {
    const question = { ...questionOf(asking), format, table };
    const rows = await askTrino(TRINO, totalsStatement(question));
    const texts = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
    );
    const totals = totalsOf(texts);
    expect(totals).toEqual(await askTotals(bucket, { ...asking, format: local }));
  });

  test.each(QUESTIONS)('%s: sqlglot takes it as Athena’s', (_, asking) => {
    takenAsAthenas(totalsStatement({ ...questionOf(asking), format, table }));
  });

  test.each(['', 'a/', "it's/ümläut + ", '\u{1f4e6}', "' OR '1' = '1"])(
    'the keys below %j: Trino gives the bucket’s, in the order of S3, as DuckDB does',
    async (prefix) => {
      const question = { ...questionOf({}), format, table };
      expect(keysOf(await askTrino(TRINO, keysStatement(question, prefix)))).toEqual(currentBelow(prefix));
      const report = inventoryReport({
        source: bucket,
        destination: 'reports',
        prefix: 'p/',
        format: local,
        made: MADE,
      });
      const { columns, rows } = await engineOver(report, local).run(
        keysStatement(questionOf({ format: local }), prefix),
      );
      const ours = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
      expect(keysOf(ours)).toEqual(currentBelow(prefix));
      takenAsAthenas(keysStatement(question, prefix));
    },
  );
});

test('the format that Trino reads ORC by is the one of the template', () => {
  const { SerdeInfo } = tableOf('orc')['StorageDescriptor'];
  expect(SerdeInfo).toEqual({
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde',
    // By their names, as hive.orc.use-column-names does in Trino.
    Parameters: { 'orc.column.index.access': 'false' },
  });
});
