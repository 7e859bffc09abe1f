/** The statement of `source=inventory`: Trino takes it over the files that S3 would write, and answers as DuckDB does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { REPORT_COLUMNS } from '../../lambdas/inventory/columns.ts';
import { totalsStatement } from '../../lambdas/inventory/statement.ts';
import { totalsOf } from '../../lambdas/inventory/totals.ts';
import { CSV_FIELDS, inventoryReport } from '../../local/samples/inventory-report.ts';
import {
  type Asking,
  askTotals,
  bucketOfVersions,
  DT,
  MADE,
  questionOf,
  version,
} from '../lambdas/inventory/asked-report.ts';
import { askTrino, untilReady } from './trino-client.ts';

const { TRINO = '', TRINO_FILES = '', SQLGLOT = '' } = process.env;
if (!TRINO) throw new Error('TRINO is not set: run .ci/deep.d/trino.sh');

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const bucket = bucketOfVersions('source', [
  version('a/b/one.txt', 1, { last_modified: new Date('2026-11-20T00:00:00Z') }),
  version('a/b/two.txt', 2, { last_modified: new Date('2026-10-01T00:00:00Z'), storage_class: 'GLACIER' }),
  version('a/three.txt', 4, { last_modified: new Date('2020-01-01T00:00:00Z') }),
  version("it's/ümläut + &%/four.txt", 8),
  version('\u{1f4e6}/five.txt', 16),
  version(`acc-${UUID}`, 32),
  version(`acc-export/${UUID}`, 64),
  version('gone.txt', 128, { latest: false, version_id: 'v0' }),
  version('gone.txt', 0, { delete_marker: true, version_id: 'v9' }),
]);
const pattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/u;
const HIVE: Record<string, string> = { string: 'varchar', timestamp: 'timestamp(3)' };

/** The table as Trino makes it: its own links to files are not S3's, so it is over the files of the one report. */
async function createTable(format: 'parquet' | 'csv'): Promise<void> {
  const prefix = `${format}/source/daily/`;
  for (const { key, body } of inventoryReport({ source: bucket, destination: 'reports', prefix, format, made: MADE })) {
    if (!key.includes('/data/')) continue;
    const path = join(TRINO_FILES, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
  const nameOf = (field: string) => REPORT_COLUMNS.find(({ csv }) => csv === field)?.name ?? field;
  const columns =
    format === 'csv'
      ? CSV_FIELDS.map((field) => `${nameOf(field)} varchar`)
      : REPORT_COLUMNS.map(({ name, type }) => `${name} ${HIVE[type] ?? type}`);
  await askTrino(
    TRINO,
    `CREATE TABLE hive.inventory.${format}_files (${columns.join(', ')})
      WITH (format = '${format.toUpperCase()}', external_location = 'local:///${prefix}data/')`,
  );
  await askTrino(
    TRINO,
    `CREATE VIEW hive.inventory.${format}_report AS SELECT *, '${DT}' AS dt FROM hive.inventory.${format}_files`,
  );
}

beforeAll(async () => {
  await untilReady(TRINO);
  await askTrino(TRINO, 'CREATE SCHEMA hive.inventory');
  await createTable('parquet');
  await createTable('csv');
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

describe.each(['parquet', 'csv'] as const)('in %s', (format) => {
  test.each(QUESTIONS)('%s: Trino answers as DuckDB does', async (_, asking) => {
    const question = { ...questionOf({ ...asking, format }), table: `"inventory"."${format}_report"` };
    const rows = await askTrino(TRINO, totalsStatement(question));
    const texts = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
    );
    const totals = totalsOf(texts);
    expect(totals).toEqual(await askTotals(bucket, { ...asking, format }));
  });

  test.each(QUESTIONS)('%s: sqlglot takes it as Athena’s', (_, asking) => {
    const input = totalsStatement(questionOf({ ...asking, format }));
    execFileSync(SQLGLOT, ['-c', 'import sys, sqlglot; sqlglot.parse_one(sys.stdin.read(), read="athena")'], { input });
  });
});
