/**
 * Reads one page of a listing (ListObjectsV2 or ListObjectVersions) as its bytes arrive.
 *
 * No XML library: a parser that builds a tree costs ten times what the network does. The format is S3's own and fixed:
 * text never holds a bare `<`, so an element's name after a `<` is enough to know where one is. Only the elements that
 * are counted are looked at; others may come, go or change their order.
 */
import { UpstreamFailedError } from '../../../errors.ts';
import { storageClassAt } from './classes.ts';
import { type Entries, KIND, type PageEnd } from './entries.ts';
import { closesEntry, opensEntry } from './tags.ts';
import { decodeKey, unescapeXml } from './text.ts';

const LT = 0x3c;
const GT = 0x3e;
const DIGIT_0 = 0x30;
/** Longer than any tag that is looked at, so that a tag is never judged by half of its name. */
const LONGEST_TAG = 32;
/** Most elements end within so many bytes of the next chunk. */
const JOINT_BYTES = 2_048;
const PADDING = Buffer.alloc(LONGEST_TAG, ' ');
/** S3 gives 1,000 entries a page; more are handed on in portions. */
const CAPACITY = 1_024;

const scratch = {
  bytes: Buffer.alloc(0) as Buffer,
  keyStarts: new Int32Array(CAPACITY),
  keyEnds: new Int32Array(CAPACITY),
  count: 0,
  sizes: new Float64Array(CAPACITY),
  kinds: new Uint8Array(CAPACITY),
  classes: new Uint8Array(CAPACITY),
  key(index: number): string {
    return decodeKey(this.bytes.toString('latin1', this.keyStarts[index], this.keyEnds[index]));
  },
};

export class PageScanner {
  readonly #onEntries: (entries: Entries) => void;
  readonly #end: PageEnd = { truncated: false, continuation_token: null, next_key: null, next_version: null };
  /** From the start of the first element that is not complete. */
  #rest: Buffer = Buffer.alloc(0);
  #closed = false;

  constructor(onEntries: (entries: Entries) => void) {
    this.#onEntries = onEntries;
  }

  push(chunk: Buffer): void {
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

  /** @throws UpstreamFailedError `invalid-answer` when the page is not whole */
  end(): PageEnd {
    this.push(PADDING);
    if (!this.#closed) throw new UpstreamFailedError('s3', 'invalid-answer');
    return this.#end;
  }

  #read(bytes: Buffer): void {
    // A copy: a view would keep the whole chunk in memory.
    this.#rest = Buffer.from(bytes.subarray(this.#scan(bytes)));
  }

  /** Reads what is complete and gives the offset of what is not. */
  #scan(bytes: Buffer): number {
    const last = bytes.length - LONGEST_TAG;
    scratch.bytes = bytes;
    let count = 0;
    let entry = -1;
    let kind = 0;
    let size = 0;
    let storageClass = 0;
    let keyStart = 0;
    let keyEnd = 0;
    let at = 0;
    for (;;) {
      while (at <= last && bytes[at] !== LT) at++;
      if (at > last) break;
      switch (bytes[at + 1]) {
        case 0x2f: // </
          if (entry >= 0 && closesEntry(bytes, at)) {
            scratch.keyStarts[count] = keyStart;
            scratch.keyEnds[count] = keyEnd;
            scratch.sizes[count] = size;
            scratch.kinds[count] = kind;
            scratch.classes[count] = storageClass;
            count++;
            entry = -1;
            if (count === CAPACITY) {
              this.#hand(count);
              count = 0;
            }
          } else if (bytes[at + 2] === 0x4c && bytes[at + 3] === 0x69) {
            // </ListBucketResult>, </ListVersionsResult>
            this.#closed = bytes[at + 18] === GT || bytes[at + 20] === GT;
          }
          at += 6;
          break;
        case 0x4b: // <Key>
          if (entry >= 0 && bytes[at + 4] === GT) {
            keyStart = at + 5;
            keyEnd = keyStart;
            while (keyEnd <= last && bytes[keyEnd] !== LT) keyEnd++;
            at = keyEnd;
          } else {
            at += 5;
          }
          break;
        case 0x4c: // <LastModified>, whose text has at least 20 characters
          at += bytes[at + 2] === 0x61 ? 34 : 2;
          break;
        case 0x53: // <Size>, <StorageClass>
          if (bytes[at + 5] === GT) {
            size = 0;
            at += 6;
            for (let digit = bytes[at]; digit !== undefined && digit !== LT && at <= last; digit = bytes[++at]) {
              size = size * 10 + (digit - DIGIT_0);
            }
          } else if (bytes[at + 3] === 0x6f && bytes[at + 13] === GT) {
            const start = at + 14;
            at = start;
            while (at <= last && bytes[at] !== LT) at++;
            storageClass = storageClassAt(bytes, start, at);
          } else {
            at += 2;
          }
          break;
        case 0x43: // <Contents>
        case 0x56: // <Version>
        case 0x44: // <DeleteMarker>
          if (opensEntry(bytes, at)) {
            entry = at;
            kind = bytes[at + 1] === 0x44 ? KIND.deleteMarker : KIND.current;
            size = 0;
            storageClass = 0;
            keyStart = 0;
            keyEnd = 0;
          }
          at += 9;
          break;
        case 0x49: // <IsLatest>, <IsTruncated>
          if (bytes[at + 3] === 0x4c && kind === KIND.current) kind = bytes[at + 10] === 0x66 ? KIND.noncurrent : kind;
          if (bytes[at + 3] === 0x54) this.#end.truncated = bytes[at + 13] === 0x74;
          at += 4;
          break;
        case 0x4e: {
          // <NextContinuationToken>, <NextKeyMarker>, <NextVersionIdMarker>
          const close = bytes.indexOf(LT, at + 1);
          if (close < 0) {
            if (count > 0) this.#hand(count);
            return at;
          }
          this.#note(bytes.toString('latin1', at + 1, close));
          at = close;
          break;
        }
        default:
          at += 3;
      }
    }
    if (count > 0) this.#hand(count);
    return entry >= 0 ? entry : Math.min(at, bytes.length);
  }

  #hand(count: number): void {
    scratch.count = count;
    this.#onEntries(scratch);
  }

  #note(element: string): void {
    const [name, text = ''] = element.split('>', 2);
    if (text === '') return;
    if (name === 'NextContinuationToken') this.#end.continuation_token = unescapeXml(text);
    if (name === 'NextKeyMarker') this.#end.next_key = decodeKey(text);
    if (name === 'NextVersionIdMarker') this.#end.next_version = unescapeXml(text);
  }
}
