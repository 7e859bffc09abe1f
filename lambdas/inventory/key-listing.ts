/** The keys of a report in place of a listing of the bucket: the same request, the same counting, the same position. */
import type { Deadline } from '../context.ts';
import { EntryBuffer } from '../upstreams/s3/listing/entries.ts';
import type { ListingResult } from '../upstreams/s3/listing/listing.ts';
import type { ListingPosition } from '../upstreams/s3/listing/position.ts';
import type { Inspection, ListingRequest } from '../upstreams/s3/listing/request.ts';
import type { Tally } from '../upstreams/s3/listing/tally.ts';
import { compareKeys } from '../upstreams/s3/object-key.ts';
import { type KeyFile, offsetAfter, RowReader } from './key-file.ts';

type RangeState = ListingPosition['ranges'][number];

/** A small part of the keys is not met with megabytes; a large one is read in blocks of them, the next while one is counted. */
const FIRST_BLOCK_BYTES = 256 * 1_024;
const MAX_BLOCK_BYTES = 4 * 1_024 * 1_024;
const GROWTH = 4;
/** Keys that are counted together, as of a page of S3’s. */
const MAX_PAGE_KEYS = 1_000;
const NEW_LINE = 0x0a;

/**
 * Counts what the file has of the position's ranges until all is counted or the time is up.
 *
 * A key that stands twice in the file is counted once: one row of a report too many would be an object too many.
 *
 * @throws InventoryUnavailableError `unreadable`, and what reading the file throws
 */
export async function listKeyFile(
  file: KeyFile,
  request: ListingRequest,
  position: ListingPosition,
  deadline: Deadline,
): Promise<ListingResult> {
  const { inspection } = request;
  if (inspection === undefined) throw new TypeError('the keys of a report are for whoever looks at each');
  const counting = new Counting(inspection, request, deadline);
  for (const [index, range] of position.ranges.entries()) {
    const rest = await counting.count(file, range);
    if (rest === null) continue;
    const ranges = [rest, ...position.ranges.slice(index + 1)];
    return { tally: counting.tally, position: { ...position, ranges }, interruption: null, pages: counting.pages };
  }
  return { tally: counting.tally, position: null, interruption: null, pages: counting.pages };
}

/** What has been counted. */
class Counting {
  readonly tally: Tally;
  /** Pages that were counted. */
  pages = 0;
  readonly #inspection: Inspection;
  readonly #request: ListingRequest;
  readonly #deadline: Deadline;
  readonly #entries = new EntryBuffer();

  constructor(inspection: Inspection, request: ListingRequest, deadline: Deadline) {
    this.#inspection = inspection;
    this.#request = request;
    this.#deadline = deadline;
    this.tally = inspection.tally(null);
  }

  /** @returns what is left of the range; `null`: nothing */
  async count(file: KeyFile, [after, , upto]: RangeState): Promise<RangeState | null> {
    const rows = new RowReader();
    const most = this.#request.page_keys ?? MAX_PAGE_KEYS;
    for await (const block of blocksOf(file, await offsetAfter(file, after))) {
      for (let at = 0; at < block.length; ) {
        await this.#inspection.ready();
        if (this.#inspection.enough() || this.#deadline.remaining() === 0) return [rows.lastKey() ?? after, null, upto];
        this.pages++;
        at = rows.read(block, at, this.#entries, most);
        const tally = this.#inspection.tally(null);
        tally.count(this.#entries, upto, this.#request.rules);
        this.tally.merge(tally);
        if (upto !== null && compareKeys(rows.lastKey() ?? '', upto) >= 0) return null;
      }
    }
    return null;
  }
}

/** Whole rows from `from` to the end of the file. */
async function* blocksOf(file: KeyFile, from: number): AsyncGenerator<Buffer> {
  let size = FIRST_BLOCK_BYTES;
  let offset = from;
  const next = (): Promise<Buffer> | null => {
    if (offset >= file.size) return null;
    const end = Math.min(file.size, offset + size);
    const reading = file.read(offset, end);
    // Whoever stops early does not wait for it.
    reading.catch(() => undefined);
    offset = end;
    size = Math.min(MAX_BLOCK_BYTES, size * GROWTH);
    return reading;
  };
  let begun: Buffer = Buffer.alloc(0);
  for (let reading = next(); reading !== null; ) {
    const bytes = Buffer.concat([begun, await reading]);
    reading = next();
    const end = reading === null ? bytes.length : bytes.lastIndexOf(NEW_LINE) + 1;
    begun = bytes.subarray(end);
    if (end > 0) yield bytes.subarray(0, end);
  }
}
