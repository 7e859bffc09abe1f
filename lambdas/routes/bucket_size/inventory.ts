/** A bucket by S3's own report of it: `source=inventory`. In no bundle of a stage without `inventory`. */
import type { Deadline } from '../../context.ts';
import type { Bucket } from '../../environment-settings.ts';
import type { PartProblem } from '../../faults.ts';
import { askReport, type TotalsQueries } from '../../inventory/answer.ts';
import type { RunningQuery } from '../../inventory/query.ts';
import { newestReport, type Report, type ReportSource } from '../../inventory/report.ts';
import type { Group } from '../../inventory/statement.ts';
import { type Sum, type Totals, totalsOf } from '../../inventory/totals.ts';
import { InventoryUnavailableError } from '../../upstream-errors.ts';
import type { CountRules } from '../../upstreams/s3/listing/tally.ts';
import { utc } from '../../utc.ts';
import { type BucketRow, emptyRow } from './bucket-row.ts';

/** As it goes out; what each field means stands in `route.ts`. */
export type InventoryFigures = NonNullable<BucketRow['inventory']>;

/** What is asked of S3 and Athena. */
export interface InventorySource {
  reports: ReportSource;
  queries: TotalsQueries;
}

/** What a report says, or how far the question has come. */
export interface InventoryReading {
  report: Report;
  /** `null`: the query goes on. */
  totals: Totals | null;
  /** What the cursor carries on; `null`: nothing is left. */
  rest: RunningQuery | null;
}

const NO_SUM: Sum = { size_bytes: 0, object_count: 0 };

/**
 * @param rules which keys count; `null`: none can
 * @param running the query of the request before this one. Where a newer report has come since, it is stopped, and the
 *   newer one is asked
 * @throws InventoryUnavailableError, and what S3 and Athena throw
 */
export async function readInventory(
  bucket: Bucket,
  rules: CountRules | null,
  running: RunningQuery | null,
  { reports, queries }: InventorySource,
  deadline: Deadline,
): Promise<InventoryReading> {
  const place = bucket.inventory;
  if (place === undefined) throw new InventoryUnavailableError('not-configured');
  const report = await newestReport(bucket.bucket, place, reports, new Date());
  if (rules === null) return { report, totals: nothing(), rest: null };
  const { format, table, workgroup } = place;
  const { dt, columns, as_of } = report;
  const question = { table, dt, format, columns, rules, as_of };
  const answer = await askReport(question, workgroup, running, queries, deadline);
  return Array.isArray(answer)
    ? { report, totals: totalsOf(answer), rest: null }
    : { report, totals: null, rest: answer };
}

function nothing(): Totals {
  const groups = { storage_class: [], age: [], encryption_status: [], replication_status: [] };
  return { current: NO_SUM, noncurrent: NO_SUM, delete_markers: 0, groups, prefixes: [], prefixes_complete: true };
}

/**
 * A bucket, or a share of it, by its report.
 *
 * @param prefix what all keys counted begin with; `null`: the whole bucket
 * @param old the problem when a newer report should have been there
 */
export function inventoryRow(
  bucket: Bucket,
  prefix: string | null,
  depth: number,
  reading: InventoryReading,
  old: PartProblem | null,
): BucketRow {
  const { report, totals } = reading;
  const row = { ...emptyRow(bucket, 'inventory'), prefix, as_of: utc(report.as_of), error: old };
  if (totals === null) return row;
  const { size_bytes, object_count } = totals.current;
  const classes = report.columns.has('storage_class') ? totals.groups.storage_class : [];
  return {
    ...row,
    size_bytes,
    object_count,
    complete: old === null && size_bytes !== null && totals.prefixes_complete,
    storage_types: classes.flatMap(({ label, size_bytes: bytes }) =>
      bytes === null ? [] : [{ storage_type: null, storage_class: label, overhead: false, size_bytes: bytes }],
    ),
    prefixes:
      depth === 0
        ? null
        : totals.prefixes.flatMap(({ size_bytes: bytes, ...sum }) =>
            bytes === null ? [] : [{ ...sum, size_bytes: bytes }],
          ),
    inventory: inventoryFigures(reading),
  };
}

/** What of a report stands in the row beside its size. */
export function inventoryFigures({ report, totals }: InventoryReading): InventoryFigures | null {
  if (totals === null) return null;
  const { columns } = report;
  // A report of current objects alone has none of the columns that tell versions.
  const hasVersions = columns.has('is_latest');
  const group = (name: Group, column: Parameters<typeof columns.has>[0]) =>
    columns.has(column) ? totals.groups[name].map(({ label, ...sum }) => ({ value: label, ...sum })) : null;
  return {
    size_bytes: totals.current.size_bytes,
    object_count: totals.current.object_count,
    as_of: utc(report.as_of),
    by_age: group('age', 'last_modified_date'),
    by_encryption: group('encryption_status', 'encryption_status'),
    by_replication: group('replication_status', 'replication_status'),
    noncurrent_versions: hasVersions ? totals.noncurrent : null,
    delete_markers: hasVersions ? totals.delete_markers : null,
    // S3 Inventory lists objects and their versions; an upload that was never completed is none.
    unfinished_uploads: null,
    prefixes_complete: totals.prefixes_complete,
  };
}
