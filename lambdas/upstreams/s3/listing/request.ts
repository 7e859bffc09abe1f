/** One page of a listing over the wire: what is asked, and the answer's bytes into the scanner. */
import type { Context } from '../../../context.ts';
import type { Reader } from '../../../environment-settings.ts';
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { credentialsOf } from '../../reader-credentials.ts';
import { type BucketAddress, bucketAddress } from '../address.ts';
import { MAX_ERROR_BYTES, type Refusal, refusalOf } from '../fault.ts';
import { decodeKey } from '../object-key.ts';
import { pathOf, type SignedRequest, signedHeaders } from '../signed-https.ts';
import { childrenOf, childText, parseXml } from '../xml.ts';
import type { AnswerTarget } from './answer.ts';
import { getPage } from './connections.ts';
import type { PageEnd, PageScanner } from './page.ts';
import type { Range } from './range.ts';
import type { ListingRoot } from './scan.ts';
import type { CountRules, Tally, TallyState } from './tally.ts';

/** Who looks at each entry, where sums are not enough. */
export interface Inspection {
  /** What a page, a range or the listing counts with, in place of a plain tally. `state`: what an earlier request has. */
  tally(state: TallyState | null): Tally;
  /** Each page waits for it before it is asked for: entries that cannot be looked at yet take memory. */
  ready(): Promise<void>;
  /** True ends the listing as its deadline does. */
  enough(): boolean;
}

/** What to list, and how. */
export interface ListingRequest {
  bucket: string;
  region: string;
  /** Left out: the function's own role. */
  reader?: Reader | undefined;
  /** `versions` counts noncurrent versions and delete markers too; it needs `s3:ListBucketVersions`. */
  what: 'objects' | 'versions';
  rules: CountRules;
  /** Keys a page; left out, S3's own 1,000. */
  page_keys?: number;
  /** Largest position that the caller can carry, in bytes of JSON. */
  position_bytes: number;
  inspection?: Inspection;
}

/** Of the listings under way: an address is worked out once, not for each page. */
const addresses = new WeakMap<ListingRequest, BucketAddress>();

/** The element that a page of this listing must be. */
export function rootOf({ what }: ListingRequest): ListingRoot {
  return what === 'versions' ? 'ListVersionsResult' : 'ListBucketResult';
}

/**
 * Reads the page after what `range` has counted.
 *
 * @throws UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError; the page then counts for nothing
 */
export async function readPage(
  request: ListingRequest,
  range: Range,
  scanner: PageScanner,
  context: Context,
): Promise<PageEnd> {
  const answer = new PageAnswer((bytes) => scanner.push(bytes));
  await ask(request, pageQuery(request, range), answer, context);
  return scanner.end();
}

/** 1,000 names of 1,024 bytes, each of which is three characters in a URL, and the tags around them. */
const MAX_SUBFOLDERS_BYTES = 4_000_000;

/**
 * Names of the folders in `folder`, as far as one page has them, in the order of keys: `2024/01/` and `2024/02/` of `2024/`.
 *
 * @param ends what ends it beside the deadline
 * @throws as {@link readPage}
 */
export async function readSubfolders(
  request: ListingRequest,
  folder: string,
  context: Context,
  ends: readonly AbortSignal[],
): Promise<string[]> {
  const pieces: Buffer[] = [];
  let length = 0;
  const answer = new PageAnswer((bytes) => {
    length += bytes.length;
    if (length > MAX_SUBFOLDERS_BYTES) throw new UpstreamFailedError('s3', 'invalid-answer');
    // A copy: the bytes are the connection's.
    pieces.push(Buffer.from(bytes));
  });
  await ask(request, { ...firstQuery(request), delimiter: '/', prefix: folder }, answer, context, ends);
  const page = parseXml(Buffer.concat(pieces).toString());
  if (page?.name !== rootOf(request)) throw new UpstreamFailedError('s3', 'invalid-answer');
  const isEncoded = childText(page, 'EncodingType') === 'url';
  return childrenOf(page, 'CommonPrefixes')
    .map((common) => decodeKey(childText(common, 'Prefix') ?? '', isEncoded))
    .filter((name) => name.startsWith(folder) && name.endsWith('/'));
}

/** @param ends what ends it beside the deadline. @throws what a refusal means; the answer then is none */
async function ask(
  request: ListingRequest,
  query: Record<string, string>,
  answer: PageAnswer,
  context: Context,
  ends: readonly AbortSignal[] = [],
): Promise<void> {
  const { bucket, region } = request;
  const credentials = await credentialsOf(request.reader, context);
  const { endpoint, path } = addresses.get(request) ?? bucketAddress(bucket, region);
  addresses.set(request, { endpoint, path });
  const address: SignedRequest = {
    upstream: 's3',
    service: 's3',
    region,
    endpoint,
    path: path || '/',
    query,
    credentials,
  };
  const headers = await signedHeaders(address);
  const deadline = context.deadline.signal();
  const signal = ends.length === 0 ? deadline : AbortSignal.any([deadline, ...ends]);
  await getPage({ endpoint, path: pathOf(address), headers }, answer, signal);
  if (answer.status !== 200) throw refusalOf('s3', answer.refusal(), region);
}

/** Hands the body of a page on, and keeps that of a refusal. */
class PageAnswer implements AnswerTarget {
  readonly #onPage: (bytes: Buffer) => void;
  status = 0;
  #bucketRegion: string | undefined;
  #refusal = '';

  /** @param onPage gets bytes that belong to the connection */
  constructor(onPage: (bytes: Buffer) => void) {
    this.#onPage = onPage;
  }

  head(status: number, headers: ReadonlyMap<string, string>): void {
    this.status = status;
    this.#bucketRegion = headers.get('x-amz-bucket-region');
  }

  body(bytes: Buffer): void {
    if (this.status === 200) this.#onPage(bytes);
    else if (this.#refusal.length < MAX_ERROR_BYTES) this.#refusal += bytes.toString('latin1');
  }

  refusal(): Refusal {
    return { status: this.status, bucketRegion: this.#bucketRegion, body: this.#refusal };
  }
}

/**
 * ListObjectsV2 goes on after a key (`start-after`), which may be any text, so that a range can begin anywhere. A page
 * without keys has none to go on after, only a token. ListObjectVersions goes on after a version of a key.
 * Source: S3 API reference, "ListObjectsV2", "ListObjectVersions", request parameters.
 */
function pageQuery(request: ListingRequest, range: Range): Record<string, string> {
  const query = firstQuery(request);
  if (request.rules.prefix !== '') query['prefix'] = request.rules.prefix;
  if (request.what === 'versions') {
    if (range.after !== '') query['key-marker'] = range.after;
    if (range.version !== null) query['version-id-marker'] = range.version;
  } else {
    if (range.token !== null) query['continuation-token'] = range.token;
    else if (range.after !== '') query['start-after'] = range.after;
  }
  return query;
}

/** Of the kind of this listing, from the beginning. */
function firstQuery({ what, page_keys }: ListingRequest): Record<string, string> {
  const query: Record<string, string> = { 'encoding-type': 'url' };
  if (page_keys !== undefined) query['max-keys'] = String(page_keys);
  if (what === 'versions') query['versions'] = '';
  else query['list-type'] = '2';
  return query;
}
