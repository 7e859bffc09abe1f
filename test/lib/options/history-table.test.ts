/** The history as a table in the Glue Data Catalog (`recording.athena_table`). */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { figureOf } from '../../../lambdas/record/figure.ts';
import { historyRow } from '../../../lambdas/record/history.ts';
import { encodeHistory } from '../../../lambdas/record/history-writer.ts';
import { historyKey, tenantHistory } from '../../../lambdas/record/layout.ts';
import { configFile, templateOf } from '../template.ts';

// Without the tables over S3's reports.
const { inventory: _, ...config } = configFile('example-options');
const template = templateOf(config);
const tableNamed = (name: string) =>
  template.ofType('AWS::Glue::Table').find(([, { Properties }]) => Properties['TableInput'].Name === name)?.[1]
    .Properties ?? expect.unreachable(name);
const table = tableNamed('history');
const { PartitionKeys, StorageDescriptor, Parameters } = table['TableInput'];
/** With the bucket's name, which is known at deployment. */
const withBucket = (text: { 'Fn::Join': [string, (string | object)[]] }) =>
  text['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'record-bucket')).join('');

/** Hive's words for DuckDB's. */
const TYPES: Record<string, string> = {
  VARCHAR: 'string',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  TIMESTAMP: 'timestamp',
};

test('has the columns of the files, by name, type and order', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mrt-history-')), 'figures.parquet');
  writeFileSync(file, encodeHistory([historyRow(figureOf('database_size_bytes', {}, 1), 'postgresql', new Date())]));
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
  const columns = rows.getRows().map(([name, type]) => `${name} ${TYPES[String(type)]}`);
  const described = (StorageDescriptor.Columns as { Name: string; Type: string }[]).map(
    ({ Name, Type }) => `${Name} ${Type}`,
  );
  expect(described).toEqual(columns);
});

test('finds a file where the recorder writes it, by its partitions', () => {
  const values: Record<string, string> = { route: 'users', environment: 'shop-prod', month: '2026-11' };
  const location = withBucket(Parameters['storage.location.template']).replace(
    /\$\{(\w+)\}/g,
    (_, name: string) => values[name] ?? '',
  );
  expect(`s3://record-bucket/${historyKey('users', 'shop-prod', '2026-11')}`).toBe(`${location}figures.parquet`);
  expect(PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['route', 'environment', 'month']);
  expect(location.startsWith(withBucket(StorageDescriptor.Location))).toBe(true);
});

test('reckons which partitions there are: every recorded route, every environment, every month that is kept', () => {
  expect(Parameters).toMatchObject({
    'projection.enabled': 'true',
    'projection.route.values': 'bucket_size,table_size,users,micro_flow_constants,storage_audit,airflow_health',
    'projection.environment.values': Object.keys(config.environments)
      .filter((name) => !['depot-prod', 'portal-prod'].includes(name))
      .join(','),
    'projection.month.format': 'yyyy-MM',
    'projection.month.range': 'NOW-831DAYS,NOW',
  });
});

test('a tenant with a role of its own has a table of its own, over its part of the record and its environments alone', () => {
  const { TableInput } = tableNamed('history_logistics');
  expect(TableInput.Parameters['projection.environment.values']).toBe('depot-prod,portal-prod');
  const folder = `s3://record-bucket/${tenantHistory('logistics')}`;
  expect(withBucket(TableInput.StorageDescriptor.Location)).toBe(folder);
  expect(withBucket(TableInput.Parameters['storage.location.template']).startsWith(`${folder}route=`)).toBe(true);
});

test('is there only where it is asked for, and gives nobody a right', () => {
  const plain = templateOf({ ...config, recording: {} });
  expect(plain.text).not.toContain('AWS::Glue::');
  expect(template.text).not.toContain('glue:');
});

test('its database has a name that SQL takes without quotes, in a stage of any name', () => {
  const { text } = templateOf({ ...configFile('example'), stage: 'acc-2', recording: { athena_table: true } });
  expect(text).toContain('"mrt_acc_2"');
});
