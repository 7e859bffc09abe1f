/**
 * The columns that an S3 Inventory report may have, by the three spellings in which a report names them: optional fields of
 * the configuration, Parquet and ORC, and CSV. Source: Amazon S3 user guide, "Amazon S3 Inventory list" and "Inventory
 * manifest".
 */

/** One column. */
export interface ReportColumn {
  /** As Parquet, ORC and the table name it. */
  name: string;
  /** In the words of Hive, for Parquet and ORC; CSV has texts only. */
  type: 'string' | 'boolean' | 'bigint' | 'timestamp';
  /** As the manifest of a CSV report names it. */
  csv: string;
}

/** Those that are asked for. A report may have more, which nobody looks at. */
export const REPORT_COLUMNS = [
  { name: 'bucket', type: 'string', csv: 'Bucket' },
  { name: 'key', type: 'string', csv: 'Key' },
  { name: 'version_id', type: 'string', csv: 'VersionId' },
  { name: 'is_latest', type: 'boolean', csv: 'IsLatest' },
  { name: 'is_delete_marker', type: 'boolean', csv: 'IsDeleteMarker' },
  { name: 'size', type: 'bigint', csv: 'Size' },
  { name: 'last_modified_date', type: 'timestamp', csv: 'LastModifiedDate' },
  { name: 'storage_class', type: 'string', csv: 'StorageClass' },
  { name: 'replication_status', type: 'string', csv: 'ReplicationStatus' },
  { name: 'encryption_status', type: 'string', csv: 'EncryptionStatus' },
] as const satisfies readonly ReportColumn[];

export type ColumnName = (typeof REPORT_COLUMNS)[number]['name'];

/** Without these a report tells no size. */
export const NEEDED_COLUMNS = ['key', 'size'] as const satisfies readonly ColumnName[];

export type ReportFormat = 'parquet' | 'orc' | 'csv';

/**
 * Which of the columns a report has, from the schema in its manifest.
 *
 * @example
 * columnsOf('csv', 'Bucket, Key, Size') // bucket, key, size
 * columnsOf('parquet', 'message s3.inventory { required binary key (UTF8); optional int64 size; }') // key, size
 * columnsOf('orc', 'struct<key:string,size:bigint>') // key, size
 */
export function columnsOf(format: ReportFormat, schema: string): ReadonlySet<ColumnName> {
  const words = namesIn(format, schema);
  const spelling = (column: ReportColumn) => (format === 'csv' ? column.csv : column.name);
  return new Set(REPORT_COLUMNS.filter((column) => words.includes(spelling(column))).map(({ name }) => name));
}

/** All names of a schema, in their order. */
export function namesIn(format: ReportFormat, schema: string): string[] {
  if (format === 'csv') return schema.split(',').map((name) => name.trim());
  const pattern = format === 'orc' ? /[<,]\s*(\w+)\s*:/g : /\b(?:required|optional)\s+\w+\s+(\w+)/g;
  return [...schema.matchAll(pattern)].map(([, name = '']) => name);
}
