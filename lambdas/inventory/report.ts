/**
 * Finds the newest report of a bucket and looks whether all of it is there, before anybody pays for a query. A table over
 * links to files that are not there has no rows, which would be an empty bucket.
 */
import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import type { Bucket } from '../environment-settings.ts';
import { InventoryUnavailableError, UpstreamFailedError } from '../upstream-errors.ts';
import { readObject } from '../upstreams/s3/objects.ts';
import { objectsBelow } from '../upstreams/s3/objects-below.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/** What the configuration says of a bucket's reports. */
export type ReportPlace = NonNullable<Bucket['inventory']>;

/** A report that is whole. */
export interface Report extends Manifest {
  /** Its partition of the table: `2026-11-26-01-00`. */
  dt: string;
  /** Whether the next one should have been there. */
  old: boolean;
}

/** Reads reports; functions that read S3 hand it over, tests their own. */
export interface ReportSource {
  /** Keys that begin with `prefix` and end with `suffix`, in key order. */
  keys(place: ReportPlace, prefix: string, suffix: string): Promise<string[]>;
  /** @throws UpstreamFailedError `not-found` */
  text(place: ReportPlace, key: string): Promise<string>;
}

/** What errors and `Server-Timing` call it. */
const NAME = 'inventory';
/** A billion objects are some 1,000 files, with 300 bytes of the manifest each. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** A report takes hours to write, and AWS names no time: one that is missed has twice its interval. */
const MAX_AGE_MS = { daily: 2 * 86_400_000, weekly: 14 * 86_400_000 };
/** Folders of reports begin with their year: what lies beside them is `data/` and `hive/`. */
const FIRST_DIGIT_OF_A_YEAR = '2';
const CHECKSUM = '/manifest.checksum';

/** As functions read it. */
export function reportsInS3(context: Context): ReportSource {
  const at = ({ bucket, region, reader }: ReportPlace) => ({ name: NAME, bucket, region, reader });
  return {
    keys: async (place, prefix, suffix) =>
      (await objectsBelow({ ...at(place), prefix, suffix }, context)).map(({ key }) => key),
    async text(place, key) {
      const object = await readObject({ ...at(place), key }, { max_bytes: MAX_MANIFEST_BYTES }, context);
      if (object === 'not-modified') throw new UpstreamFailedError(NAME, 'invalid-answer');
      return object.body.toString('utf8');
    },
  };
}

/**
 * The newest report whose checksum is there, which S3 writes last (Amazon S3 user guide, "Setting up Amazon S3 event
 * notifications for inventory completion").
 *
 * @param source the bucket that the reports are about
 * @throws InventoryUnavailableError `missing`, `cut`, `unknown-schema`; what the source throws
 */
export async function newestReport(
  source: string,
  place: ReportPlace,
  reports: ReportSource,
  now: Date,
): Promise<Report> {
  const checksums = await reports.keys(place, place.prefix + FIRST_DIGIT_OF_A_YEAR, CHECKSUM);
  const newest = checksums.at(-1);
  if (newest === undefined) throw new InventoryUnavailableError('missing');
  const folder = newest.slice(0, -CHECKSUM.length);
  const dt = partitionOf(folder.slice(place.prefix.length));
  const [text = '', checksum = '', links = ''] = await Promise.all(
    [`${folder}/manifest.json`, newest, `${place.prefix}hive/dt=${dt}/symlink.txt`].map((key) =>
      partOf(place, key, reports),
    ),
  );
  if (createHash('md5').update(text).digest('hex') !== checksum.trim().toLowerCase()) {
    throw new InventoryUnavailableError('cut');
  }
  const report = parseManifest(text, { source, format: place.format, fields: place.fields });
  if (!sameFiles(links, place.bucket, report.files)) throw new InventoryUnavailableError('cut');
  return { ...report, dt, old: now.getTime() - report.as_of.getTime() > MAX_AGE_MS[place.schedule] };
}

/** @example partitionOf('2026-11-26T01-00Z') // '2026-11-26-01-00' */
function partitionOf(folder: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}-\d{2})Z$/.exec(folder);
  if (match === null) throw new InventoryUnavailableError('unknown-schema');
  return `${match[1]}-${match[2]}`;
}

/**
 * A part of a report. Of one that is not there S3 says 403 to whoever may list some prefixes of the bucket only (Amazon S3
 * API reference, "GetObject", "Permissions"): a listing tells it from one that may not be read.
 */
async function partOf(place: ReportPlace, key: string, reports: ReportSource): Promise<string> {
  try {
    return await reports.text(place, key);
  } catch (error) {
    if (!(error instanceof UpstreamFailedError)) throw error;
    const isGone =
      error.reason === 'not-found' ||
      (error.reason === 'access-denied' && !(await reports.keys(place, key, '')).includes(key));
    throw isGone ? new InventoryUnavailableError('cut', { cause: error }) : error;
  }
}

/** Whether the links that the table follows are to the files that the manifest names, and no others. */
function sameFiles(links: string, bucket: string, files: readonly string[]): boolean {
  const linked = links
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const named = new Set(files.map((key) => `s3://${bucket}/${key}`));
  return linked.length === named.size && linked.every((link) => named.has(link));
}
