/** One page of a listing over the wire: what is asked, and the answer's bytes into the scanner. */
import type { Context } from '../../../context.ts';
import type { Reader } from '../../../environment-settings.ts';
import { credentialsOf } from '../../reader-credentials.ts';
import { type BucketAddress, bucketAddress } from '../address.ts';
import { MAX_ERROR_BYTES, type Refusal, refusalOf } from '../fault.ts';
import { pathOf, type SignedRequest, signedHeaders } from '../signed-https.ts';
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
  const credentials = await credentialsOf(request.reader, context);
  const address = { ...addressOf(request, range), credentials };
  const headers = await signedHeaders(address);
  const answer = new PageAnswer(scanner);
  await getPage({ endpoint: address.endpoint, path: pathOf(address), headers }, answer, context.deadline.signal());
  if (answer.status !== 200) throw refusalOf('s3', answer.refusal(), request.region);
  return scanner.end();
}

/** Feeds the body of a page to the scanner, and keeps that of a refusal. */
class PageAnswer implements AnswerTarget {
  readonly #scanner: PageScanner;
  status = 0;
  #bucketRegion: string | undefined;
  #refusal = '';

  constructor(scanner: PageScanner) {
    this.#scanner = scanner;
  }

  head(status: number, headers: ReadonlyMap<string, string>): void {
    this.status = status;
    this.#bucketRegion = headers.get('x-amz-bucket-region');
  }

  body(bytes: Buffer): void {
    if (this.status === 200) this.#scanner.push(bytes);
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
function addressOf(request: ListingRequest, range: Range): SignedRequest {
  const { bucket, region, what, rules, page_keys } = request;
  const { endpoint, path } = addresses.get(request) ?? bucketAddress(bucket, region);
  addresses.set(request, { endpoint, path });
  const query: Record<string, string> = { 'encoding-type': 'url' };
  if (page_keys !== undefined) query['max-keys'] = String(page_keys);
  if (rules.prefix !== '') query['prefix'] = rules.prefix;
  if (what === 'versions') {
    query['versions'] = '';
    if (range.after !== '') query['key-marker'] = range.after;
    if (range.version !== null) query['version-id-marker'] = range.version;
  } else {
    query['list-type'] = '2';
    if (range.token !== null) query['continuation-token'] = range.token;
    else if (range.after !== '') query['start-after'] = range.after;
  }
  return { upstream: 's3', service: 's3', region, endpoint, path: path || '/', query };
}
