/** What an audit is about, and what a part of it is and comes to. */
import type { Deadline } from '../../context.ts';
import type { Bucket } from '../../environment-settings.ts';
import type { FileCatalog, FileQueries } from '../../mendix/files/catalog.ts';
import type { KeyRange } from '../../mendix/files/documents.ts';
import type { KeyLayout } from '../../mendix/files/key-layout.ts';
import type { ListingResult } from '../../upstreams/s3/listing/listing.ts';
import type { ListingPosition } from '../../upstreams/s3/listing/position.ts';
import type { ListingRequest } from '../../upstreams/s3/listing/request.ts';
import type { CountRules } from '../../upstreams/s3/listing/tally.ts';
import type { ObjectNow } from '../../upstreams/s3/object-now.ts';
import type { Ages } from './judgement.ts';
import type { FileList, ListRow } from './list-row.ts';
import type { Totals } from './totals.ts';

/** Keys of one class in a part that S3 is asked for: for as many requests it lists a million keys. */
export const MAX_LOOKS = 1_000;

/** `(after, upto]` in byte order, as the listing has them. */
export type RangeState = ListingPosition['ranges'][number];

/** What a database is asked by. */
export interface DatabaseSide {
  queries: FileQueries;
  catalog: FileCatalog;
  /** What errors call it. */
  server: string;
}

/** The bucket's side as a report of S3's has it, where it is not listed. */
export interface ReportSide {
  /** The time that the report is true for. */
  as_of: Date;
  /** What S3 has under a key now; asked of what looks wrong. */
  look(key: string): Promise<ObjectNow | null>;
}

/** What all parts of an audit have in common. */
export interface AuditScope {
  bucket: Pick<Bucket, 'bucket' | 'region' | 'reader'>;
  layout: KeyLayout;
  rules: CountRules;
  ages: Ages;
  /** When the audit began; with a report, its time. */
  as_of: Date;
  /** `null`: the database cannot be asked. */
  database: DatabaseSide | null;
  list: (request: ListingRequest, position: ListingPosition | null, deadline: Deadline) => Promise<ListingResult>;
  /** `null`: the bucket is listed. */
  report: ReportSide | null;
  deadline: Deadline;
}

/** Which part, and what is left of it. */
export interface Part {
  keys: KeyRange;
  ranges: RangeState[];
  /** Keys that the database may have of it. */
  expected: number;
  /** Room for its ranges in the cursor, in bytes of JSON. */
  position_bytes: number;
  /** What is wanted one by one, and from how many on no more is read. */
  list: FileList | null;
  max_rows: number;
}

/** What became of it. */
export interface PartResult {
  /** Of the ranges that are done. */
  totals: Totals;
  /** Rows of the list, in key order; also of ranges behind the first that is not done. */
  rows: ListRow[];
  /** What is left; none: all of it is done. */
  rest: RangeState[];
  /** Why the listing got no further, where that was not its time alone. */
  interruption: Error | null;
  /** Pages of the bucket that were read. */
  pages: number;
}
