/** Reports made of buckets that are known, and asked by DuckDB through the engine of the local Athena. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '@mrt/local-aws/athena/engine.ts';
import { ForwardedSession } from '@mrt/local-aws/athena/objects.ts';
import { Bucket, etagOf, type StoredObject, type StoredVersion } from '@mrt/local-aws/s3/store.ts';
import { type ColumnName, columnsOf, REPORT_COLUMNS, type ReportFormat } from '../../../lambdas/inventory/columns.ts';
import { type Question, totalsStatement } from '../../../lambdas/inventory/statement.ts';
import { type Totals, totalsOf } from '../../../lambdas/inventory/totals.ts';
import type { CountRules } from '../../../lambdas/upstreams/s3/listing/tally.ts';
import { CSV_FIELDS, inventoryReport, type ReportObject } from '../../../local/samples/inventory-report.ts';
import { EVERYTHING, principal } from '../../packages/local-aws/iam/principal.ts';
import { iamWith } from '../../packages/local-aws/s3/client.ts';

export const MADE = new Date('2026-11-26T01:00:00Z');
export const DT = '2026-11-26-01-00';
const DESTINATION = 'reports';

/** A version of a key; current unless it says otherwise. */
export function version(key: string, size: number, more: Partial<StoredVersion> = {}): StoredVersion {
  return {
    key,
    size,
    last_modified: new Date('2026-11-20T00:00:00Z'),
    etag: etagOf(key),
    storage_class: 'STANDARD',
    version_id: 'v1',
    body: null,
    latest: true,
    delete_marker: false,
    ...more,
  };
}

/** A bucket of these versions. */
export function bucketOfVersions(name: string, versions: readonly StoredVersion[]): Bucket {
  const isCurrent = ({ latest, delete_marker }: StoredVersion) => latest && !delete_marker;
  const objects: StoredObject[] = versions.filter(isCurrent).sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Bucket({ name, region: 'eu-west-1', objects, history: versions.filter((one) => !isCurrent(one)) });
}

export const EVERY_KEY: CountRules = { prefix: '', pattern: null, pattern_after: '', depth: 0 };

export interface Asking {
  format?: Exclude<ReportFormat, 'orc'>;
  rules?: Partial<CountRules>;
  /** Left out: all that a report may have. */
  columns?: readonly ColumnName[];
  rowsOfAFile?: number;
  /** What is wrong with a data file; left out: nothing. */
  spoil?: (file: Buffer) => Buffer;
}

/** The question as the route asks it. */
export function questionOf({ format = 'parquet', rules = {}, columns }: Asking): Question {
  const all = columnsOf('parquet', `{ ${REPORT_COLUMNS.map(({ name }) => `optional binary ${name}`).join('; ')} }`);
  return {
    table: '"reports"."one"',
    dt: DT,
    format,
    columns: new Set(columns ?? all),
    rules: { ...EVERY_KEY, ...rules },
    as_of: MADE,
  };
}

/** Writes a report of the bucket and asks it. */
export async function askTotals(source: Bucket, asking: Asking = {}): Promise<Totals> {
  const { format = 'parquet', rowsOfAFile, spoil } = asking;
  const written = inventoryReport({
    source,
    destination: DESTINATION,
    prefix: 'p/',
    format,
    made: MADE,
    ...(rowsOfAFile !== undefined && { rowsOfAFile }),
  });
  const objects = written.map((object) =>
    spoil !== undefined && object.key.includes('/data/') ? { ...object, body: spoil(object.body) } : object,
  );
  const { columns, rows } = await engineOver(objects, format).run(totalsStatement(questionOf(asking)));
  return totalsOf(rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))));
}

/** DuckDB over the objects of a report, as the table of the template describes them. */
export function engineOver(objects: readonly ReportObject[], format: 'parquet' | 'csv') {
  const stored = objects.map(({ key, body }) => ({
    ...version(key, body.length),
    body,
  }));
  stored.sort((a, b) => (a.key < b.key ? -1 : 1));
  const store = new Map([[DESTINATION, new Bucket({ name: DESTINATION, region: 'eu-west-1', objects: stored })]]);
  const somebody = principal([EVERYTHING]);
  const session = new ForwardedSession(iamWith(somebody), store, somebody);
  const engine = new Engine({
    place: { stackName: 'test', account: '000000000000', region: 'eu-west-1' },
    directory: mkdtempSync(join(tmpdir(), 'mrt-athena-')),
    tables: [
      {
        database: 'reports',
        name: 'one',
        columns:
          format === 'csv'
            ? CSV_FIELDS.map((field) => ({ name: nameOf(field), type: 'string' }))
            : REPORT_COLUMNS.map(({ name, type }) => ({ name, type })),
        partitions: ['dt'],
        location: `s3://${DESTINATION}/p/hive/dt=\${dt}/`,
        injected: 'dt',
        isSymlink: true,
        format,
      },
    ],
  });
  return { run: (sql: string) => engine.run(sql, session, null, new AbortController().signal) };
}

const nameOf = (field: string) => REPORT_COLUMNS.find(({ csv }) => csv === field)?.name ?? field;
