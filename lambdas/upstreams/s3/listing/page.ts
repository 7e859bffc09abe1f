/**
 * Reads one page of a listing (ListObjectsV2 or ListObjectVersions) as its bytes arrive.
 *
 * No tree, and no string for a key that nobody looks at: a parser that makes them costs ten times what the network does.
 * Only the elements that are counted are looked at; others may come, go or change their order. `<Contents><Key>a%2Fb</Key>…<Size>12</Size>…</Contents>` becomes key `a/b`, size 12.
 * Source: S3 API reference, "ListObjectsV2", "ListObjectVersions", response syntax.
 */
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { faultOf } from '../fault.ts';
import { decodeKey } from '../object-key.ts';
import { unescapeXml } from '../xml.ts';
import { type Entries, EntryBuffer } from './entries.ts';
import { type ListingRoot, MAX_TAG, type PageState, scanPage } from './scan.ts';

/** What a page says about the next one. */
export interface PageEnd {
  truncated: boolean;
  /** ListObjectsV2: where to go on when a page has no key to start after. */
  continuation_token: string | null;
  /** ListObjectVersions: the last key of the page, which may have further versions. */
  next_key: string | null;
  next_version: string | null;
}

/** Most elements end within so many bytes of the next chunk. */
const JOINT_BYTES = 2_048;
const PADDING = Buffer.alloc(MAX_TAG, ' ');
/** Enough for the code of an error document. */
const HEAD_BYTES = 1_024;
/** Of a page that does not tell at its start how its keys are written: 1,000 entries are at most some 4 MB. */
const MAX_HELD_BYTES = 16_000_000;
const ENCODING = Buffer.from('<EncodingType>');

const scratch = new EntryBuffer();

/** One page: `push` its chunks, then `end`. */
export class PageScanner {
  readonly #onEntries: (entries: Entries) => void;
  readonly #page: PageState;
  /** `null`: the page has not told yet. S3 tells before the entries, MinIO after them, some servers never. */
  #urlEncoded: boolean | null = null;
  /** The page so far, while it has not told. */
  #held: Buffer = Buffer.alloc(0);
  #head = '';
  /** From the start of the first element that is not complete. */
  #rest: Buffer = Buffer.alloc(0);

  /** @param onEntries gets what became complete with a chunk, perhaps several times a chunk, never nothing */
  constructor(root: ListingRoot, onEntries: (entries: Entries) => void) {
    this.#page = { root, markers: new Map(), truncated: null, announced: null, read: 0, closed: false };
    this.#onEntries = onEntries;
  }

  /**
   * @param chunk may hold other bytes as soon as the call returns
   * @throws UpstreamFailedError `invalid-answer` for an entry without a key or a size
   */
  push(chunk: Buffer): void {
    if (this.#head.length < HEAD_BYTES) this.#head += chunk.toString('latin1', 0, HEAD_BYTES - this.#head.length);
    if (this.#urlEncoded !== null) {
      this.#readOn(chunk);
      return;
    }
    const page = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (page.length > MAX_HELD_BYTES) throw new UpstreamFailedError('s3', 'too-large');
    this.#urlEncoded = isUrlEncoded(page);
    // A copy of its own: the chunk's bytes are the connection's.
    if (this.#urlEncoded === null) this.#held = page === chunk ? Buffer.from(chunk) : page;
    else this.#readOn(page);
  }

  /**
   * @throws UpstreamFailedError `invalid-answer` when the page is not whole, has other than the number of entries that it
   *   says, or is no page of this kind;
   *   UpstreamThrottledError and others that an error document in place of the page names
   */
  end(): PageEnd {
    if (this.#urlEncoded === null) {
      this.#urlEncoded = false;
      this.#readOn(this.#held);
    }
    this.#readOn(PADDING);
    const { closed, truncated, announced, read, markers } = this.#page;
    if (!closed || truncated === null) throw faultOf('s3', 200, this.#head);
    if (announced !== null && announced !== read) throw new UpstreamFailedError('s3', 'invalid-answer');
    const key = markers.get('NextKeyMarker');
    return {
      truncated,
      continuation_token: this.#marker('NextContinuationToken'),
      next_key: key === undefined ? null : decodeKey(key, this.#urlEncoded),
      next_version: this.#marker('NextVersionIdMarker'),
    };
  }

  #marker(name: string): string | null {
    const text = this.#page.markers.get(name);
    return text === undefined ? null : unescapeXml(text);
  }

  #readOn(chunk: Buffer): void {
    const rest = this.#rest;
    if (rest.length === 0) {
      this.#read(chunk);
      return;
    }
    // Only the element that lies across the border of two chunks is copied.
    const joint = Buffer.concat([rest, chunk.subarray(0, JOINT_BYTES)]);
    const done = this.#scan(joint);
    if (done >= rest.length) this.#read(chunk.subarray(done - rest.length));
    else this.#read(Buffer.concat([joint.subarray(done), chunk.subarray(JOINT_BYTES)]));
  }

  #read(bytes: Buffer): void {
    // A copy: a view would keep the whole chunk in memory.
    this.#rest = Buffer.from(bytes.subarray(this.#scan(bytes)));
  }

  #scan(bytes: Buffer): number {
    scratch.begin(bytes, this.#urlEncoded === true);
    return scanPage(bytes, this.#page, scratch, this.#hand);
  }

  readonly #hand = (): void => {
    if (scratch.count > 0) this.#onEntries(scratch);
    scratch.count = 0;
  };
}

/** What `<EncodingType>` says; `null` while it has not come whole. */
function isUrlEncoded(page: Buffer): boolean | null {
  // S3 has it at the start: a search through the entries is for others.
  const early = page.subarray(0, HEAD_BYTES).indexOf(ENCODING);
  const start = (early >= 0 ? early : page.indexOf(ENCODING)) + ENCODING.length;
  if (start < ENCODING.length || page.length < start + 4) return null;
  return page.toString('latin1', start, start + 4) === 'url<';
}
