/** What a row of `/bucket_size` has, with the meaning of each field as the OpenAPI document and docs/api.md give it. */
import * as z from 'zod/mini';
import { described, named } from '../../parameters.ts';

const bytes = (description: string) => described(z.number(), description);
/** Bytes, or `null` where they are not known. */
export const bytesOrNull = (description: string) => described(z.nullable(z.number()), description);
/** A number of objects, or `null` where it is not known. */
export const countOrNull = (description: string) => described(z.nullable(z.number()), description);

const storageType = z.object({
  storage_type: described(z.nullable(z.string()), "CloudWatch's name; `null` from a listing."),
  storage_class: described(
    z.nullable(z.string()),
    'Storage class of the objects; `null` for a storage type that is not known here.',
  ),
  overhead: described(z.boolean(), 'Bytes that AWS bills on top of the objects: minimum sizes, archive indexes.'),
  size_bytes: bytes('Bytes of this storage type, or in a listing of this storage class.'),
});

const day = z.object({
  date: described(z.string(), 'The day, UTC.'),
  size_bytes: bytes('Bytes of all storage types at the start of the day.'),
  object_count: countOrNull('Objects, with versions, delete markers and upload parts; `null`: not published.'),
  by_storage_type: described(z.record(z.string(), z.number()), "Bytes by CloudWatch's name of the storage type."),
});

const growth = z.object({
  bytes_per_day: described(z.number(), 'Median slope between every two of the points; negative when it shrinks.'),
  days: described(z.int(), 'Daily points that it was made from, 7 to 30.'),
  forecast_30_days_bytes: bytes('Size 30 days after `as_of` if it goes on like this; never below 0.'),
});

const prefix = z.object({
  prefix: described(z.string(), 'Begins with the prefix that is listed and ends with `/`.'),
  size_bytes: bytes('Bytes of everything below it.'),
  object_count: described(z.number(), 'Objects below it.'),
});

const listing = z.object({
  size_bytes: bytes('Bytes of the current objects; a lower bound while `complete` is false.'),
  object_count: described(z.number(), 'Current objects; a lower bound while `complete` is false.'),
  as_of: described(z.string(), 'When the listing began.'),
  complete: described(z.boolean(), 'False while it goes on with `next_cursor`.'),
});

const ofReport = (description: string) =>
  described(
    z.nullable(
      z.array(
        z.object({
          value: described(z.nullable(z.string()), 'As S3 writes it; `null`: the report has none for these objects.'),
          size_bytes: bytesOrNull('Their bytes; `null`: the report lacks the size of some.'),
          object_count: described(z.number(), 'Current objects of this value.'),
        }),
      ),
    ),
    `${description} \`null\` where the report has no such column.`,
  );

const inventory = z.object({
  size_bytes: bytesOrNull('Bytes of the current objects; `null`: the report lacks the size of some.'),
  object_count: described(z.number(), 'Current objects.'),
  as_of: described(z.string(), 'When S3 began to make the report.'),
  by_age: ofReport(
    'By the days since the last write, reckoned from `as_of`: `under_30_days`, `30_to_90_days`, `90_to_365_days`, `over_365_days`.',
  ),
  by_encryption: ofReport('By S3’s encryption status: `SSE-S3`, `SSE-KMS` …'),
  by_replication: ofReport('By S3’s replication status: `COMPLETED`, `FAILED` …'),
  noncurrent_versions: described(
    z.nullable(
      z.object({
        size_bytes: bytesOrNull('Their bytes; `null`: the report lacks the size of some.'),
        object_count: described(z.number(), 'How many.'),
      }),
    ),
    'Versions that were overwritten or deleted. `null` where the report lists current objects only.',
  ),
  delete_markers: countOrNull('Markers that hide older versions. `null` where the report lists current objects only.'),
  unfinished_uploads: described(z.null(), 'S3’s reports do not have them; `source=both` asks S3 itself.'),
  prefixes_complete: described(
    z.boolean(),
    'With `depth`: whether `prefixes` has all. Of each level it has the largest 1,000.',
  ),
});

const part = z.object({
  what: described(
    z.enum(['noncurrent_versions', 'delete_markers', 'unfinished_uploads', 'storage_overhead', 'unexplained']),
    'What the metrics count and a listing of objects does not show. `unexplained` is what the other parts leave.',
  ),
  size_bytes: bytesOrNull('Its bytes; `null`: not known.'),
  object_count: countOrNull('What it adds to the number of objects; `null`: not known.'),
  complete: described(z.boolean(), 'False when it could not be had.'),
  reason: described(
    z.nullable(z.string()),
    'Why it could not be had: `access-denied`, `upstream-timeout` …; `not-in-report`; `part-missing` of what the others leave.',
  ),
});

const difference = z.object({
  size_bytes: bytes('Bytes of the metrics less those counted.'),
  object_count: countOrNull('The same of the number of objects; `null`: not known.'),
  parts: described(z.array(part), 'What the difference is made of; they add up to it.'),
});

const seconds = (what: string) =>
  described(z.int(), `From the report’s time to that of the ${what}: its age then. Negative: the report is newer.`);

const problem = z.looseObject({
  type: described(z.string(), 'The problem, as in an answer that fails: `/problems/upstream-throttled` …'),
  title: described(z.string(), 'The same in words.'),
  status: described(z.int(), 'The status that an answer would have which fails for this alone.'),
  detail: described(z.string(), 'What happened and what to do.'),
});

/** A bucket, or an environment's prefix of a shared one. */
export const bucket = z.object({
  bucket: described(z.string(), 'Name of the bucket.'),
  region: described(z.string(), 'Its Region, as configured.'),
  prefix: described(z.nullable(z.string()), 'Only keys that begin with it count; `null`: the whole bucket.'),
  size_bytes: bytesOrNull('`null`: not known. From a listing a lower bound while `complete` is false.'),
  object_count: countOrNull('From metrics it includes versions, delete markers and upload parts. `null`: not known.'),
  source: described(z.enum(['metrics', 'listing', 'inventory']), 'Where `size_bytes` and `object_count` are from.'),
  as_of: described(
    z.nullable(z.string()),
    'Of metrics: the start of the newest day whose storage types are all there. Of a listing: when it began. Of an inventory report: when S3 began to make it. `null`: no figure, or a bucket without a data point (new, empty).',
  ),
  complete: described(z.boolean(), 'False when something is missing: `error`, `listing` or `difference` says what.'),
  storage_types: described(z.array(storageType), 'What `size_bytes` is made of.'),
  history: described(
    z.nullable(z.array(named('BucketDay', 'A day of a bucket’s history.', day))),
    'Oldest day first; a day without a point, or without one of its storage types, is left out. `null` without `days`.',
  ),
  growth: described(
    z.nullable(growth),
    'Theil–Sen slope over the last 30 whole days. `null` under 7 points, and of a listing: so a bucket that environments share has none, since CloudWatch knows whole buckets only.',
  ),
  prefixes: described(
    z.nullable(z.array(prefix)),
    'With `depth`: everything below each prefix, for the prefixes that this answer finished. Of an inventory the largest first.',
  ),
  report: z.optional(
    described(
      z.object({ schedule: described(z.enum(['daily', 'weekly']), 'How often S3 writes it, as configured.') }),
      'Its inventory report, which `source=inventory` asks. Left out: none is configured.',
    ),
  ),
  inventory: described(
    z.nullable(named('InventoryFigures', 'What S3’s own report says of a bucket.', inventory)),
    'With `source=inventory`, and with `source=both` of a bucket that has a report. `null`: not asked for, not known, or its query goes on with `next_cursor`.',
  ),
  listing: described(z.nullable(listing), 'With `source=both`: S3 now. `null`: not asked for, or it failed.'),
  difference: described(
    z.nullable(difference),
    'With `source=both`: metrics less listing, explained. `null` until both are known.',
  ),
  inventory_difference: described(
    z.nullable(
      z.object({
        metrics: described(
          z.nullable(z.extend(difference, { seconds: seconds('metrics') })),
          'Metrics less report, explained as `difference` is: known before a long listing ends. `null`: no metrics.',
        ),
        listing: described(
          z.nullable(
            z.object({
              size_bytes: bytes('Bytes of the listing less those of the report.'),
              object_count: described(z.number(), 'The same of the number of objects.'),
              seconds: seconds('listing'),
            }),
          ),
          'Listing less report: what was written since, less what was deleted. `null` until the listing is complete.',
        ),
      }),
    ),
    'With `source=both`, of a bucket that has an inventory report: what is between it and the others. `null`: it has none, or its figures are not known.',
  ),
  error: described(
    z.nullable(named('PartProblem', 'Why a part of a good answer is missing.', problem)),
    'Why a figure of the bucket is not known, or why its listing got no further. `null`: nothing failed.',
  ),
});
