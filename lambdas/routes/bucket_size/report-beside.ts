/**
 * S3's own report beside metrics and listing: `source=both` of a bucket that has one. In no bundle of a stage without
 * `inventory`.
 */
import type { PartProblem } from '../../faults.ts';
import type { BucketRow, Difference } from './bucket-row.ts';
import { type CountedObjects, differenceOf } from './difference.ts';
import { type InventoryReading, inventoryFigures } from './inventory.ts';
import type { BucketMetrics } from './metrics.ts';

/** As it goes out; what each field means stands in `route.ts`. */
export type InventoryDifference = NonNullable<BucketRow['inventory_difference']>;

/** What the report is compared with. */
export interface OtherFigures {
  metrics: BucketMetrics | null;
  listing: BucketRow['listing'];
  /** Their sum, or why there is none; asked for when it is needed. */
  uploads(): Promise<Parameters<typeof differenceOf>[0]['uploads']>;
}

/**
 * The row with what the report adds to it.
 *
 * @param reading `null`: it could not be read, which `problem` says
 * @param problem with the report; what is wrong with metrics or listing comes before it
 */
export async function withReport(
  row: BucketRow,
  reading: InventoryReading | null,
  problem: PartProblem | null,
  others: OtherFigures,
): Promise<BucketRow> {
  const inventory = reading && inventoryFigures(reading);
  const difference = reading && (await inventoryDifference(reading, others));
  const isWhole = inventory !== null && inventory.size_bytes !== null && isExplained(difference?.metrics ?? null);
  return {
    ...row,
    inventory,
    inventory_difference: difference,
    complete: row.complete && problem === null && isWhole,
    error: row.error ?? problem,
  };
}

/**
 * How far the report is from the others, and what lies between: against the metrics what they count besides, against the
 * listing what was written and deleted since. A report has every object of its time, so time alone is between those two
 * (Amazon S3 user guide, "Amazon S3 Inventory": it may lack the newest writes, which the listing then has).
 *
 * A report of 01:00 with 700 bytes, and at 09:00 720 listed: `listing` is 20 bytes in 28,800 seconds.
 */
async function inventoryDifference(
  { report, totals }: InventoryReading,
  { metrics, listing, uploads }: OtherFigures,
): Promise<InventoryDifference | null> {
  const size_bytes = totals?.current.size_bytes ?? null;
  if (totals === null || size_bytes === null) return null;
  const since = (time: string) => Math.round((Date.parse(time) - report.as_of.getTime()) / 1_000);
  const { object_count } = totals.current;
  // A report of current objects alone has none of the columns that tell versions.
  const hasVersions = report.columns.has('is_latest');
  const unknown = 'not-in-report';
  const { size_bytes: old } = totals.noncurrent;
  const counted: CountedObjects = {
    current: { size_bytes, object_count },
    noncurrent: hasVersions && old !== null ? { ...totals.noncurrent, size_bytes: old } : unknown,
    delete_markers: hasVersions ? { size_bytes: 0, object_count: totals.delete_markers } : unknown,
  };
  const newest = metrics?.newest ?? null;
  const asOf = metrics?.as_of ?? null;
  return {
    metrics:
      metrics === null || newest === null || asOf === null
        ? null
        : {
            ...differenceOf({ newest, storage_types: metrics.storage_types, counted, uploads: await uploads() }),
            seconds: since(asOf),
          },
    listing: listing?.complete
      ? {
          size_bytes: listing.size_bytes - size_bytes,
          object_count: listing.object_count - object_count,
          seconds: since(listing.as_of),
        }
      : null,
  };
}

const isExplained = (difference: Difference | null) => difference?.parts.every(({ complete }) => complete) ?? true;
