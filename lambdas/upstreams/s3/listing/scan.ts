/**
 * Finds the elements of a page that count, byte by byte, told by single letters of their tags: this runs for every
 * element of every key. What makes that safe: S3's text never holds a bare `<`.
 */
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { type EntryBuffer, KIND, storageClassAt } from './entries.ts';

/** The root element of each kind of listing; their lengths tell them apart. */
export type ListingRoot = 'ListBucketResult' | 'ListVersionsResult';

/** What a page says of itself and of the next one, as far as it has been read. */
export interface PageState {
  readonly root: ListingRoot;
  /** `NextContinuationToken`, `NextKeyMarker`, `NextVersionIdMarker`, as they stand in the page. */
  readonly markers: Map<string, string>;
  truncated: boolean | null;
  /** Entries that the page says it has (`KeyCount`; of objects alone), and those that have come. */
  announced: number | null;
  read: number;
  /** Whether the root element's end has come. */
  closed: boolean;
}

/** Longer than any tag that is looked at, so that a tag is never judged by half of its name. */
export const MAX_TAG = 32;

/** A key that ends within so many bytes is read through here; a longer one, natively. */
const MAX_NEAR = 96;

const LT = 0x3c;
const GT = 0x3e;
const DIGIT_0 = 0x30;
const AMP = 0x26;
const SEMICOLON = 0x3b;

/**
 * Reads what is complete in `bytes` into `entries` and `page`.
 *
 * @param hand takes what `entries` has, and empties it
 * @returns the offset of the first element that is not complete: read again from there, with more bytes
 * @throws UpstreamFailedError `invalid-answer` for an entry without a key or a size
 */
export function scanPage(bytes: Buffer, page: PageState, entries: EntryBuffer, hand: () => void): number {
  const last = bytes.length - MAX_TAG;
  // Where the entry that is being read begins; -1 between entries.
  let entry = -1;
  let kind = 0;
  let size = 0;
  let storageClass = 0;
  let keyStart = 0;
  let keyEnd = 0;
  let modified = 0;
  let at = 0;
  for (;;) {
    while (at <= last && bytes[at] !== LT) at++;
    if (at > last) break;
    switch (bytes[at + 1]) {
      case 0x2f: // </
        if (entry >= 0 && closesEntry(bytes, at)) {
          if (keyEnd === keyStart || size < 0) throw new UpstreamFailedError('s3', 'invalid-answer');
          entries.add(keyStart, keyEnd, modified, size, kind, storageClass);
          page.read++;
          entry = -1;
          if (entries.full) hand();
        } else if (bytes[at + 2] === 0x4c && bytes[at + 3] === 0x69) {
          // </ListBucketResult>, </ListVersionsResult>
          page.closed = entry < 0 && bytes[at + 2 + page.root.length] === GT;
        }
        at += 6;
        break;
      case 0x4b: // <Key>, <KeyCount>
        if (entry >= 0 && bytes[at + 4] === GT) {
          keyStart = at + 5;
          keyEnd = keyStart;
          const near = Math.min(last, keyEnd + MAX_NEAR);
          while (keyEnd <= near && bytes[keyEnd] !== LT) keyEnd++;
          if (keyEnd > near && near < last) {
            keyEnd = bytes.indexOf(LT, keyEnd);
            if (keyEnd < 0) keyEnd = bytes.length;
          }
          at = keyEnd;
        } else {
          if (entry < 0 && bytes[at + 4] === 0x43)
            page.announced = Number.parseInt(bytes.toString('latin1', at + 10, at + MAX_TAG), 10);
          at += 5;
        }
        break;
      case 0x4c: // <LastModified>, whose text has at least 20 characters
        if (bytes[at + 2] === 0x61) {
          modified = at + 14;
          at += 34;
        } else {
          at += 2;
        }
        break;
      case 0x45: // <ETag>, nearly always `&quot;`, 32 digits and `&quot;`: passed over without a look at each
        at += bytes[at + 6] === AMP && bytes[at + 44] === AMP && bytes[at + 49] === SEMICOLON ? 50 : 3;
        break;
      case 0x53: // <Size>, <StorageClass>
        if (bytes[at + 5] === GT) {
          at += 6;
          size = bytes[at] === LT ? -1 : 0;
          for (let byte = bytes[at]; byte !== undefined && byte !== LT && at <= last; byte = bytes[++at]) {
            const digit = byte - DIGIT_0;
            // What is no digit spoils the number for good.
            size = digit >= 0 && digit <= 9 ? size * 10 + digit : Number.NaN;
          }
          if (!(size <= Number.MAX_SAFE_INTEGER)) throw new UpstreamFailedError('s3', 'invalid-answer');
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
          if (entry >= 0) throw new UpstreamFailedError('s3', 'invalid-answer');
          entry = at;
          kind = bytes[at + 1] === 0x44 ? KIND.deleteMarker : KIND.current;
          size = kind === KIND.deleteMarker ? 0 : -1;
          storageClass = 0;
          keyStart = 0;
          keyEnd = 0;
          modified = 0;
        }
        at += 9;
        break;
      case 0x49: // <IsLatest>, <IsTruncated>
        if (bytes[at + 3] === 0x4c && kind === KIND.current) kind = bytes[at + 10] === 0x66 ? KIND.noncurrent : kind;
        if (bytes[at + 3] === 0x54) page.truncated = bytes[at + 13] === 0x74;
        at += 4;
        break;
      case 0x4e: {
        // <NextContinuationToken>, <NextKeyMarker>, <NextVersionIdMarker>
        const close = bytes.indexOf(LT, at + 1);
        if (close < 0) {
          hand();
          return at;
        }
        const [name = '', text = ''] = bytes.toString('utf8', at + 1, close).split('>', 2);
        if (text !== '') page.markers.set(name, text);
        at = close;
        break;
      }
      default:
        at += 3;
    }
  }
  hand();
  return entry >= 0 ? entry : Math.min(at, bytes.length);
}

/** `<Contents>`, `<Version>`, `<DeleteMarker>`; not `<CommonPrefixes>`, `<VersionId>`, `<DisplayName>`. */
function opensEntry(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === 0x43
    ? bytes[at + 3] === 0x6e && bytes[at + 9] === GT
    : bytes[at + 1] === 0x56
      ? bytes[at + 8] === GT
      : bytes[at + 13] === GT && bytes[at + 2] === 0x65;
}

/** `</Contents>`, `</Version>`, `</DeleteMarker>`. */
function closesEntry(bytes: Buffer, at: number): boolean {
  const first = bytes[at + 2];
  return first === 0x43
    ? bytes[at + 4] === 0x6e && bytes[at + 10] === GT
    : first === 0x56
      ? bytes[at + 9] === GT
      : first === 0x44 && bytes[at + 14] === GT && bytes[at + 3] === 0x65;
}
