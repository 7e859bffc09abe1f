/** Questions that S3 answers with one XML document, a page of a list: uploads, their parts, a few objects. */
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { credentialsOf } from '../reader-credentials.ts';
import { withRetries } from '../retry.ts';
import { unlessThrottled } from '../throttling.ts';
import { bucketAddress } from './address.ts';
import { readBody } from './body.ts';
import { faultOf, s3Fault } from './fault.ts';
import { keyPath } from './object-key.ts';
import { signedGet } from './signed-https.ts';
import { childText, parseXml, type XmlElement } from './xml.ts';

export interface Question {
  /** What errors call the upstream: a configured name, or `s3`. */
  source: string;
  bucket: string;
  region: string;
  /** Left out: the function's own role. */
  reader?: Reader | undefined;
  /** `null`: about the bucket itself. */
  key: string | null;
  query: Record<string, string>;
  /** The element that the answer must be: `ListBucketResult` … Anything else is no answer to this question. */
  root: string;
}

export interface ListPage {
  /** The answer's root element. */
  page: XmlElement;
  isLast: boolean;
  /** Whether its keys are, as `decodeKey` takes it. */
  urlEncoded: boolean;
}

/** A page of 1,000 entries with the longest keys (1,024 bytes, each escaped) is about 4 MB. */
const MAX_DOCUMENT_BYTES = 8_000_000;

/**
 * Asks, again after what waiting cures, and gives the page.
 *
 * @throws UpstreamFailedError with the reasons of `fault.ts`, `truncated`, `too-large`, or `invalid-answer` for a
 *   document that is not whole or is another; UpstreamThrottledError; UpstreamTimeoutError
 */
export function askPage(question: Question, context: Context): Promise<ListPage> {
  const { source, bucket, root } = question;
  return context.timing.of('s3', () =>
    unlessThrottled(['s3', bucket, root], source, () => withRetries(() => askOnce(question, context), context)),
  );
}

async function askOnce(question: Question, context: Context): Promise<ListPage> {
  const { source, bucket, region, reader, key, query, root } = question;
  const { endpoint, path } = bucketAddress(bucket, region);
  const target = key === null ? path || '/' : `${path}/${keyPath(key)}`;
  const keys = await credentialsOf(reader, context);
  const request = { upstream: source, service: 's3', region, credentials: keys, endpoint, path: target, query };
  const response = await signedGet(request, context);
  if (response.statusCode !== 200) throw await s3Fault(source, response, region);
  const text = (await readBody(response, source, MAX_DOCUMENT_BYTES)).toString('utf8');
  const page = parseXml(text);
  const truncated = page === null ? null : childText(page, 'IsTruncated');
  if (page?.name !== root || (truncated !== 'true' && truncated !== 'false')) throw faultOf(source, 200, text);
  return { page, isLast: truncated === 'false', urlEncoded: childText(page, 'EncodingType') === 'url' };
}
