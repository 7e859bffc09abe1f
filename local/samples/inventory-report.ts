/**
 * An S3 Inventory report of a bucket, as S3 writes one: data files, the links to them, the manifest, and last its checksum.
 * Source: Amazon S3 user guide, "Locating your inventory list", "Inventory manifest".
 */
import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Bucket, StoredVersion } from '@mrt/local-aws/s3/store.ts';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** What is written where. */
export interface ReportOptions {
  /** Whose objects are listed. */
  source: Bucket;
  /** The bucket that it is delivered to. */
  destination: string;
  /** `<prefix>/<source bucket>/<id>/` */
  prefix: string;
  format: 'parquet' | 'csv';
  /** When S3 began to make it. */
  made: Date;
  /** Objects of a data file at most; S3 cuts large reports into several. */
  rowsOfAFile?: number;
}

/** An object of the destination. */
export interface ReportObject {
  key: string;
  body: Buffer;
}

/** One line of a report. */
type Row = ReturnType<typeof rowOf>;

const COLUMNS = [
  { name: 'bucket', csv: 'Bucket', type: 'STRING', schema: 'required binary bucket (UTF8)' },
  { name: 'key', csv: 'Key', type: 'STRING', schema: 'required binary key (UTF8)' },
  { name: 'version_id', csv: 'VersionId', type: 'STRING', schema: 'optional binary version_id (UTF8)' },
  { name: 'is_latest', csv: 'IsLatest', type: 'BOOLEAN', schema: 'optional boolean is_latest' },
  { name: 'is_delete_marker', csv: 'IsDeleteMarker', type: 'BOOLEAN', schema: 'optional boolean is_delete_marker' },
  { name: 'size', csv: 'Size', type: 'INT64', schema: 'optional int64 size' },
  {
    name: 'last_modified_date',
    csv: 'LastModifiedDate',
    type: 'TIMESTAMP',
    schema: 'optional int64 last_modified_date (TIMESTAMP_MILLIS)',
  },
  { name: 'storage_class', csv: 'StorageClass', type: 'STRING', schema: 'optional binary storage_class (UTF8)' },
  {
    name: 'replication_status',
    csv: 'ReplicationStatus',
    type: 'STRING',
    schema: 'optional binary replication_status (UTF8)',
  },
  {
    name: 'encryption_status',
    csv: 'EncryptionStatus',
    type: 'STRING',
    schema: 'optional binary encryption_status (UTF8)',
  },
] as const;

/** The fields of a CSV report, in their order. */
export const CSV_FIELDS: readonly string[] = COLUMNS.map(({ csv }) => csv);

/** The objects of a report in the order in which S3 writes them. */
export function inventoryReport(options: ReportOptions): ReportObject[] {
  const { source, destination, prefix, format, made, rowsOfAFile = 100_000 } = options;
  const rows = versionsAt(source, made).map((version) => rowOf(source.name, version));
  const stamp = made.toISOString();
  const ending = format === 'csv' ? '.csv.gz' : '.parquet';
  const files: ReportObject[] = [];
  for (let first = 0; first < Math.max(rows.length, 1); first += rowsOfAFile) {
    const part = rows.slice(first, first + rowsOfAFile);
    const name = createHash('md5').update(`${stamp} ${first}`).digest('hex');
    files.push({ key: `${prefix}data/${name}${ending}`, body: format === 'csv' ? csvFile(part) : parquetFile(part) });
  }
  const manifest = Buffer.from(JSON.stringify(manifestOf(options, files)));
  const folder = `${prefix}${stamp.slice(0, 13)}-${stamp.slice(14, 16)}Z`;
  const dt = `${stamp.slice(0, 10)}-${stamp.slice(11, 13)}-${stamp.slice(14, 16)}`;
  return [
    ...files,
    {
      key: `${prefix}hive/dt=${dt}/symlink.txt`,
      body: Buffer.from(files.map(({ key }) => `s3://${destination}/${key}`).join('\n')),
    },
    { key: `${folder}/manifest.json`, body: manifest },
    { key: `${folder}/manifest.checksum`, body: Buffer.from(createHash('md5').update(manifest).digest('hex')) },
  ];
}

/** Of what was there then; what was written since is in the next report. Versions of a key come newest first. */
function versionsAt(source: Bucket, made: Date): StoredVersion[] {
  const all = source.versions();
  const versions: StoredVersion[] = [];
  let newer: string | null = null;
  for (let index = 0; index < all.length; index += 1) {
    const version = all.at(index);
    if (version === undefined) continue;
    const isLatest: boolean = version.latest || newer === version.key;
    newer = version.last_modified > made && isLatest ? version.key : null;
    if (version.last_modified <= made) versions.push({ ...version, latest: isLatest });
  }
  return versions;
}

function manifestOf({ source, destination, format, made }: ReportOptions, files: readonly ReportObject[]): object {
  return {
    sourceBucket: source.name,
    destinationBucket: `arn:aws:s3:::${destination}`,
    version: '2016-11-30',
    creationTimestamp: String(made.getTime()),
    fileFormat: format === 'csv' ? 'CSV' : 'Parquet',
    fileSchema:
      format === 'csv'
        ? CSV_FIELDS.join(', ')
        : `message s3.inventory { ${COLUMNS.map(({ schema }) => `${schema};`).join(' ')} }`,
    files: files.map(({ key, body }) => ({
      key,
      size: body.length,
      MD5checksum: createHash('md5').update(body).digest('hex'),
    })),
  };
}

/** A delete marker has neither size nor class. */
function rowOf(bucket: string, version: StoredVersion) {
  const { key, version_id, latest, delete_marker, size, last_modified, storage_class } = version;
  return {
    bucket,
    key,
    version_id: version_id === 'null' ? null : version_id,
    is_latest: latest,
    is_delete_marker: delete_marker,
    size: delete_marker ? null : BigInt(size),
    last_modified_date: last_modified,
    storage_class: delete_marker ? null : storage_class,
    replication_status: null,
    encryption_status: delete_marker ? null : 'SSE-S3',
  };
}

function parquetFile(rows: readonly Row[]): Buffer {
  const columnData = COLUMNS.map(({ name, type }) => ({
    name,
    type,
    data: rows.map((row) => row[name]),
    nullable: name !== 'bucket' && name !== 'key',
  }));
  const compressors = { ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes) };
  return Buffer.from(parquetWriteBuffer({ columnData, codec: 'ZSTD', compressors, createdBy: 's3-inventory' }));
}

/** Every value in quotes; keys are encoded as in a form. */
function csvFile(rows: readonly Row[]): Buffer {
  const text = (row: Row, name: keyof Row) => {
    const value = row[name];
    if (name === 'key') return encodeURIComponent(row.key).replaceAll('%20', '+').replaceAll('%2F', '/');
    return value instanceof Date ? value.toISOString() : String(value ?? '');
  };
  const lines = rows.map((row) => `${COLUMNS.map(({ name }) => `"${text(row, name)}"`).join(',')}\n`);
  return gzipSync(lines.join(''), { level: 1 });
}
