/** S3's own reports of buckets that are too large to list, asked in SQL by Athena: `source=inventory` of /bucket_size. */
import * as z from 'zod';
import { bucketName, keyText } from '../names.ts';

/** Buckets too large to list are few. */
const MAX_REPORTS = 30;

/** As a manifest of CSV names its columns (Amazon S3 user guide, "Inventory manifest"). */
const field = z
  .string()
  .regex(/^[A-Z][A-Za-z]{1,60}$/, 'must be a field as the manifest names it: Bucket, Key, Size …');

/** Where the reports of one bucket are; written by S3, configured by the bucket's owner. */
const report = z
  .strictObject({
    bucket: bucketName.describe('Where the reports are delivered, in the stack’s Region.'),
    prefix: keyText.optional().describe('The destination prefix of the report, without a slash at its end.'),
    id: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be the id of an inventory configuration')
      .describe('The name of the inventory configuration.'),
    format: z.enum(['parquet', 'orc', 'csv']).default('parquet'),
    schedule: z.enum(['daily', 'weekly']).default('daily').describe('A report of twice that age is called old.'),
    fields: z
      .array(field)
      .min(3)
      .max(30)
      .optional()
      .describe('Of CSV: its columns in their order, as fileSchema in manifest.json has them.'),
  })
  .refine(
    ({ format, fields }) => (format === 'csv') === (fields !== undefined),
    'fields goes with csv, and csv with fields',
  )
  .refine(
    ({ fields }) => fields === undefined || (fields.includes('Key') && fields.includes('Size')),
    'fields must have Key and Size',
  );

export const inventory = z
  .strictObject({
    buckets: z
      .record(bucketName, report)
      .refine((buckets) => Object.keys(buckets).length > 0, 'must have one at least')
      // More would not fit into the policies of a role that may list as many buckets besides.
      .refine((buckets) => Object.keys(buckets).length <= MAX_REPORTS, `must have ${MAX_REPORTS} at most`)
      .describe('By the bucket that the reports are about.'),
    scan_limit_gb: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .describe('What one query may read before Athena stops it; 5 US dollars are 1,000 of them.'),
  })
  .describe('Left out: nobody asks inventory reports.');

export type Inventory = z.output<typeof inventory>;
