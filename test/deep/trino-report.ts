/** Tables of Trino's over the files of a report, in each format that S3 writes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bucket } from '@mrt/local-aws/s3/store.ts';
import { inventoryTable } from '../../config/inventory-names.ts';
import type { ReportFormat } from '../../lambdas/inventory/columns.ts';
import { CSV_FIELDS, inventoryReport } from '../../local/samples/inventory-report.ts';
import { DT, MADE } from '../lambdas/inventory/asked-report.ts';
import { configFile, type Properties, templateOf } from '../lib/template.ts';
import { askTrino } from './trino-client.ts';

/** With pyarrow. */
const { PYTHON = '' } = process.env;
/** Of the template's example, whose format a test chooses. */
const SOURCE = 'example-shop-prod-files';
const HIVE: Record<string, string> = { string: 'varchar', timestamp: 'timestamp(3)' };

/** What the template says of the table over a report in this format. */
export function tableOf(format: ReportFormat): Properties {
  const { inventory, ...config } = configFile('example-options');
  const report = inventory?.buckets[SOURCE];
  if (inventory === undefined || report === undefined) throw new Error(`example-options has no report of ${SOURCE}`);
  const fields = format === 'csv' ? { fields: [...CSV_FIELDS] } : {};
  const buckets = { ...inventory.buckets, [SOURCE]: { ...report, format, ...fields } };
  const tables = templateOf({ ...config, inventory: { ...inventory, buckets } }).ofType('AWS::Glue::Table');
  const inputs = tables.map(([, { Properties }]) => Properties['TableInput'] as Properties);
  const input = inputs.find(({ Name }) => Name === inventoryTable(SOURCE));
  if (input === undefined) throw new Error(`the template has no table of ${SOURCE}`);
  return input;
}

/**
 * The report of a bucket, with the template's columns. Trino follows links of another kind than S3's, so its table is over the
 * files of the one report.
 *
 * @returns the view to ask, which has the partition's column
 */
export async function createReport(trino: string, folder: string, bucket: Bucket, format: ReportFormat) {
  const location = format === 'orc' ? writeOrc(folder, bucket) : writeReport(folder, bucket, format);
  const columns = tableOf(format)['StorageDescriptor'].Columns as { Name: string; Type: string }[];
  const typed = columns.map(({ Name, Type }) => `${Name} ${HIVE[Type] ?? Type}`);
  await askTrino(
    trino,
    `CREATE TABLE hive.inventory.${format}_files (${typed.join(', ')})
      WITH (format = '${format.toUpperCase()}', external_location = '${location}')`,
  );
  await askTrino(
    trino,
    `CREATE VIEW hive.inventory.${format}_report AS SELECT *, '${DT}' AS dt FROM hive.inventory.${format}_files`,
  );
  return `"inventory"."${format}_report"`;
}

function writeReport(folder: string, bucket: Bucket, format: 'parquet' | 'csv'): string {
  const prefix = `${format}/source/daily/`;
  for (const { key, body } of inventoryReport({ source: bucket, destination: 'reports', prefix, format, made: MADE })) {
    if (!key.includes('/data/')) continue;
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
  return `local:///${prefix}data/`;
}

/** The schema of all these tables, where Trino's own catalog of files has it: only there may it write a table. */
export async function createSchema(trino: string): Promise<void> {
  await askTrino(trino, `CREATE SCHEMA hive.inventory WITH (location = 'local:///metastore/inventory')`);
}

/** In ORC by Apache Arrow out of the one in Parquet: with all columns that S3 documents, of which the table names some. */
function writeOrc(folder: string, bucket: Bucket): string {
  const options = { source: bucket, destination: 'reports', prefix: '', format: 'parquet', made: MADE } as const;
  const [file] = inventoryReport(options);
  if (file === undefined) throw new Error('the report has no file');
  mkdirSync(join(folder, 'orc'));
  const parquet = join(folder, 'report.parquet');
  writeFileSync(parquet, file.body);
  const script = join(import.meta.dirname, 'orc_report.py');
  execFileSync(PYTHON, [script, parquet, join(folder, 'orc', 'report.orc')]);
  return 'local:///orc/';
}
