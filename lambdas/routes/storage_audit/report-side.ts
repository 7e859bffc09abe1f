/** The bucket's side of an audit out of S3's own report: `source=inventory`. In no bundle of a stage without `inventory`. */
import type { Deadline } from '../../context.ts';
import type { Bucket } from '../../environment-settings.ts';
import { type KeyFile, requireHeader } from '../../inventory/key-file.ts';
import { listKeyFile } from '../../inventory/key-listing.ts';
import { keysStatement } from '../../inventory/keys-statement.ts';
import { type Queries, type QueryOutcome, runQuery, waitFor } from '../../inventory/query.ts';
import { newestReport, type ReportSource } from '../../inventory/report.ts';
import { InventoryUnavailableError } from '../../upstream-errors.ts';
import type { ObjectNow } from '../../upstreams/s3/object-now.ts';
import type { AskedReport } from './position.ts';
import type { BucketSide } from './scope.ts';

/** What is asked of S3 and Athena. */
export interface InventorySource {
  reports: ReportSource;
  queries: Queries;
  /** Opens a query's answer, `s3://bucket/key`. */
  file(address: string): Promise<KeyFile>;
  /** What the bucket has under a key now. */
  look(bucket: Pick<Bucket, 'bucket' | 'region' | 'reader'>, key: string): Promise<ObjectNow | null>;
}

/** A report, and the bucket's side made of it; `null`: Athena has not given its keys yet. */
export interface OpenedReport {
  report: AskedReport;
  side: BucketSide | null;
}

/** Without these nothing can be told of an object's size and age. */
const NEEDED = ['size', 'last_modified_date'] as const;

/**
 * @param asked the report that an earlier request began with; `null`: the newest one
 * @throws InventoryUnavailableError, and what S3 and Athena throw
 */
export async function openReport(
  bucket: Bucket,
  asked: AskedReport | null,
  source: InventorySource,
  deadline: Deadline,
): Promise<OpenedReport> {
  const { report, outcome } =
    asked === null
      ? await askNewest(bucket, source, deadline)
      : { report: asked, outcome: await waitFor(asked, source.queries, deadline) };
  if (outcome.succeeded === null) return { report, side: null };
  if (outcome.succeeded.output === null) throw new InventoryUnavailableError('unreadable');
  const file = await source.file(outcome.succeeded.output);
  await requireHeader(file);
  const as_of = new Date(report.as_of);
  const everything = { ranges: [['', null, null]], tally: [0, 0, 0, 0, 0], prefixes: [] } satisfies Parameters<
    typeof listKeyFile
  >[2];
  return {
    report,
    side: {
      began: as_of,
      list: (request, position, until) => listKeyFile(file, request, position ?? everything, until),
      report: { as_of, look: (key) => source.look(bucket, key) },
    },
  };
}

async function askNewest(
  bucket: Bucket,
  { reports, queries }: InventorySource,
  deadline: Deadline,
): Promise<{ report: AskedReport; outcome: QueryOutcome }> {
  const place = bucket.inventory;
  if (place === undefined) throw new InventoryUnavailableError('not-configured');
  const { dt, as_of, old, columns } = await newestReport(bucket.bucket, place, reports, new Date());
  if (NEEDED.some((name) => !columns.has(name))) throw new InventoryUnavailableError('unknown-schema');
  const { table, format, workgroup } = place;
  const sql = keysStatement({ table, dt, format, columns }, bucket.prefix ?? '');
  const outcome = await runQuery({ sql, dt, as_of, workgroup }, null, queries, deadline);
  return { report: { ...outcome.query, as_of: as_of.toISOString(), old }, outcome };
}
