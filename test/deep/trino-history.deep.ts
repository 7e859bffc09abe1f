/** The questions of docs/recipes.md: Trino takes them and answers as DuckDB does, over Athena's table of the template. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { monthsOf } from '../../lambdas/record/history.ts';
import { askHistory } from '../../tools/history.ts';
import { configFile, templateOf } from '../lib/template.ts';
import { questions } from '../tools/history-questions.ts';
import { daysAgo, writeSampleHistory } from '../tools/history-sample.ts';
import { askTrino, untilReady } from './trino-client.ts';

const { TRINO = '', TRINO_FILES = '', PYTHON = '' } = process.env;
if (!TRINO) throw new Error('TRINO is not set: run .ci/deep.d/trino.sh');

/** S3's reports have tables too (trino-inventory.deep.ts), and tenants that are kept apart have each its own. */
const tables = templateOf(configFile('example-options')).ofType('AWS::Glue::Table');
const table = tables.map(([, { Properties }]) => Properties['TableInput']).find(({ Name }) => Name === 'history');

const MONTHS = monthsOf(daysAgo(90), daysAgo(0));

/** The template's table in Trino's words; its location is local, all else is the template's own. */
function createStatement(): string {
  const { Parameters, StorageDescriptor, PartitionKeys } = table;
  const template = Parameters['storage.location.template']['Fn::Join'][1]
    .filter((part: unknown) => typeof part === 'string')
    .join('');
  const projection = ({ Name }: { Name: string }) => {
    // Trino's own projection steps by days at most, Athena's by months where dates have no day: the months one by one.
    const isMonth = Parameters[`projection.${Name}.type`] === 'date';
    const values = isMonth ? MONTHS : (Parameters[`projection.${Name}.values`] as string).split(',');
    return `${Name} varchar WITH (partition_projection_type = 'ENUM',
      partition_projection_values = ARRAY[${values.map((value) => `'${value}'`).join(', ')}])`;
  };
  const types: Record<string, string> = { string: 'varchar', timestamp: 'timestamp(3)' };
  const columns = StorageDescriptor.Columns.map(
    ({ Name, Type }: Record<string, string>) => `"${Name}" ${types[Type ?? ''] ?? Type}`,
  );
  return `CREATE TABLE history (${[...columns, ...PartitionKeys.map(projection)].join(', ')})
    WITH (format = 'PARQUET', external_location = 'local:///history/',
      partitioned_by = ARRAY['route', 'environment', 'month'], partition_projection_enabled = true,
      partition_projection_location_template = '${template.replace(/^s3:\/\//, 'local://')}')`;
}

beforeAll(async () => {
  writeSampleHistory(TRINO_FILES);
  await untilReady(TRINO);
  await askTrino(TRINO, `CREATE SCHEMA record`);
  await askTrino(TRINO, createStatement());
}, 180_000);

describe.each([...questions])('%s', (_, sql) => {
  test('Trino answers as DuckDB does', async () => {
    const rows = await askTrino(TRINO, sql);
    const { columns, rows: local } = await askHistory(sql, join(TRINO_FILES, 'history'));
    expect(rows.length).toBe(local.length);
    expect(rows.length).toBeGreaterThan(0);
    for (const [index, row] of rows.entries()) {
      for (const [column, name] of columns.entries()) {
        const [ours, theirs] = [local[index]?.[column] ?? null, row[name] ?? null];
        if (typeof theirs === 'number') expect(Number(ours)).toBeCloseTo(theirs, 3);
        else expect(ours).toEqual(theirs);
      }
    }
  });

  test('sqlglot takes it as Athena’s', () => {
    execFileSync(PYTHON, ['-c', 'import sys, sqlglot; sqlglot.parse_one(sys.stdin.read(), read="athena")'], {
      input: sql,
    });
  });
});
