/**
 * The manifest of an S3 Inventory report: when it was made, what is in it, and its files. Source: Amazon S3 user guide,
 * "Inventory manifest" and "Locating your inventory list".
 */
import * as z from 'zod/mini';
import { InventoryUnavailableError } from '../upstream-errors.ts';
import { type ColumnName, columnsOf, NEEDED_COLUMNS, namesIn, type ReportFormat } from './columns.ts';

/** The only version that there is. */
const VERSION = '2016-11-30';

const manifest = z.object({
  sourceBucket: z.string(),
  version: z.string(),
  /** Milliseconds since the epoch, as text. */
  creationTimestamp: z.string().check(z.regex(/^\d{12,14}$/)),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), size: z.number(), MD5checksum: z.string() })),
});

/** What of a manifest is used. */
export interface Manifest {
  /** The time that the report is true for: when S3 began to scan the bucket. */
  as_of: Date;
  columns: ReadonlySet<ColumnName>;
  /** Keys of its files, all in the bucket of the reports. */
  files: readonly string[];
  /** Of the files together. */
  bytes: number;
}

/** What the configuration says of a report. */
export interface ExpectedReport {
  /** The bucket that it is about. */
  source: string;
  format: ReportFormat;
  /** Of a CSV report the columns, in their order, as the table has them; `null` for the formats that name their columns. */
  fields: readonly string[] | null;
}

/**
 * Reads a manifest that is whole.
 *
 * @throws InventoryUnavailableError `cut`: no JSON; `unknown-schema`: of another version, bucket or format than expected, or
 *   without the columns that tell a size
 */
export function parseManifest(text: string, { source, format, fields }: ExpectedReport): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InventoryUnavailableError('cut', { cause });
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) throw new InventoryUnavailableError('unknown-schema', { cause: parsed.error });
  const { sourceBucket, version, creationTimestamp, fileFormat, fileSchema, files } = parsed.data;
  const columns = columnsOf(format, fileSchema);
  const isAsExpected =
    version === VERSION &&
    sourceBucket === source &&
    fileFormat.toLowerCase() === format &&
    NEEDED_COLUMNS.every((name) => columns.has(name)) &&
    // A table over CSV knows its columns by their place alone.
    (fields === null || JSON.stringify(fields) === JSON.stringify(namesIn(format, fileSchema)));
  if (!isAsExpected) throw new InventoryUnavailableError('unknown-schema');
  return {
    as_of: new Date(Number(creationTimestamp)),
    columns,
    files: files.map(({ key }) => key),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}
