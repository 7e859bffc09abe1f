/** Reads single objects from S3: the signing keys, archives and overrides. Listing is `s3-listing.ts`. */
import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../errors.ts';
import { encodeRfc3986, type SignedRequest, signedGet } from './signed-https.ts';

export interface ObjectAddress {
  /** What errors call it: its configured name, never its address. */
  name: string;
  bucket: string;
  region: string;
  key: string;
  version_id?: string | null;
}

export interface ReadOptions {
  /** Bytes `from` to `to`, both included; or the last `last` bytes. */
  range?: { from: number; to: number } | { last: number };
  /** ETag with its quotes; an unchanged object is answered `'not-modified'`. */
  if_none_match?: string;
  /** ETag with its quotes; an object that has changed since is an UpstreamFailedError `changed`. */
  if_match?: string;
  /** More bytes than this are an UpstreamFailedError `too-large`; they are not read. */
  max_bytes: number;
}

export interface StoredObject {
  body: Buffer;
  /** With its quotes. */
  etag: string;
  last_modified: Date;
  /** Of the whole object, in bytes, whatever the range. */
  size: number;
  version_id: string | null;
}

/** Where S3 is: the Region's own host, or what the SDKs' standard variable names. */
export function s3Address(bucket: string, region: string): { endpoint: URL; bucketPath: string } {
  const override = process.env['AWS_ENDPOINT_URL_S3'];
  if (override) return { endpoint: new URL(override), bucketPath: `/${bucket}` };
  // Virtual-hosted addresses do not match S3's certificate when the bucket's name has dots.
  return bucket.includes('.')
    ? { endpoint: new URL(`https://s3.${region}.amazonaws.com`), bucketPath: `/${bucket}` }
    : { endpoint: new URL(`https://${bucket}.s3.${region}.amazonaws.com`), bucketPath: '' };
}

/**
 * Reads an object, or a range of it.
 *
 * @throws UpstreamFailedError `not-found`, `access-denied`, `wrong-region`, `changed`, `too-large`, `invalid-answer`,
 *   `unreachable`; UpstreamThrottledError; UpstreamTimeoutError
 */
export async function readObject(
  at: ObjectAddress,
  options: ReadOptions,
  context: Context,
): Promise<StoredObject | 'not-modified'> {
  const { endpoint, bucketPath } = s3Address(at.bucket, at.region);
  const headers: Record<string, string> = {};
  if (options.range !== undefined) {
    headers['range'] =
      'last' in options.range ? `bytes=-${options.range.last}` : `bytes=${options.range.from}-${options.range.to}`;
  }
  if (options.if_none_match !== undefined) headers['if-none-match'] = options.if_none_match;
  if (options.if_match !== undefined) headers['if-match'] = options.if_match;
  const request: SignedRequest = {
    upstream: at.name,
    service: 's3',
    region: at.region,
    endpoint,
    path: `${bucketPath}/${at.key.split('/').map(encodeRfc3986).join('/')}`,
    query: at.version_id ? { versionId: at.version_id } : {},
    headers,
  };
  return context.timing.of('s3', async () => {
    const response = await signedGet(request, context);
    if (response.statusCode === 304) {
      response.resume();
      return 'not-modified';
    }
    if (response.statusCode !== 200 && response.statusCode !== 206) {
      response.resume();
      throw s3Fault(at.name, response);
    }
    return storedObject(at.name, response, options.max_bytes);
  });
}

/** An S3 status as one of our errors; the body, which holds addresses, is not read. */
export function s3Fault(source: string, response: IncomingMessage): Error {
  const status = response.statusCode ?? 0;
  if (status === 503 || status === 429) return new UpstreamThrottledError(source);
  const reasons: Record<number, string> = {
    301: 'wrong-region',
    400: 'refused',
    403: 'access-denied',
    404: 'not-found',
    412: 'changed',
    416: 'invalid-range',
  };
  return new UpstreamFailedError(source, reasons[status] ?? 'failed');
}

async function storedObject(source: string, response: IncomingMessage, maxBytes: number): Promise<StoredObject> {
  const length = Number(response.headers['content-length']);
  const total = /\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1];
  if (length > maxBytes) {
    response.destroy();
    throw new UpstreamFailedError(source, 'too-large');
  }
  const chunks: Buffer[] = [];
  let received = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > maxBytes) throw new UpstreamFailedError(source, 'too-large');
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof UpstreamFailedError) throw cause;
    throw cause instanceof Error && cause.name === 'AbortError'
      ? new UpstreamTimeoutError(source, { cause })
      : new UpstreamFailedError(source, 'invalid-answer', { cause });
  }
  const etag = response.headers.etag;
  const modified = new Date(response.headers['last-modified'] ?? '');
  if (etag === undefined || Number.isNaN(modified.getTime())) throw new UpstreamFailedError(source, 'invalid-answer');
  return {
    body: Buffer.concat(chunks),
    etag,
    last_modified: modified,
    size: total === undefined ? received : Number(total),
    version_id: (response.headers['x-amz-version-id'] as string | undefined) ?? null,
  };
}
