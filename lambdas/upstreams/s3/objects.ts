/** Reads single objects from S3: the signing keys, archives and overrides. Lists are `newest.ts` and `listing/`. */
import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { credentialsOf } from '../reader-credentials.ts';
import { withRetries } from '../retry.ts';
import { unlessThrottled } from '../throttling.ts';
import { bucketAddress } from './address.ts';
import { readBody } from './body.ts';
import { s3Fault } from './fault.ts';
import { keyPath } from './object-key.ts';
import { type SignedRequest, signedGet } from './signed-https.ts';

/** Which object, or which version of it. */
export interface ObjectAddress {
  /** What errors call it: its configured name, never its address. */
  name: string;
  bucket: string;
  region: string;
  /** Left out: the function's own role. */
  reader?: Reader | undefined;
  key: string;
  /** Left out or `null`: the newest. */
  version_id?: string | null;
}

/** What of it, on which condition, and how much at most. */
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

/** What was read, with what S3 says of the object. */
export interface StoredObject {
  body: Buffer;
  /** With its quotes. */
  etag: string;
  last_modified: Date;
  /** Of the whole object, in bytes, whatever the range. */
  size: number;
  /** `null` in a bucket without versions. */
  version_id: string | null;
}

/**
 * Reads an object, or a range of it; again after what waiting cures.
 *
 * @throws UpstreamFailedError with the reasons of `fault.ts` (`not-found`, `access-denied`, `wrong-region`, `changed`,
 *   `clock-skewed` …), `too-large`, `truncated`, `invalid-answer` (another range than asked for, no ETag), or
 *   `unreachable`; UpstreamThrottledError; UpstreamTimeoutError
 */
export function readObject(
  at: ObjectAddress,
  options: ReadOptions,
  context: Context,
): Promise<StoredObject | 'not-modified'> {
  return context.timing.of('s3', () => withRetries(() => readOnce(at, options, context), context));
}

/** As `readObject`, of a source of an environment: while it is known to throttle, it is not asked. */
export function readSource(
  at: ObjectAddress,
  options: ReadOptions,
  context: Context,
): Promise<StoredObject | 'not-modified'> {
  return unlessThrottled(['s3', at.bucket, 'object'], at.name, () => readObject(at, options, context));
}

async function readOnce(
  at: ObjectAddress,
  options: ReadOptions,
  context: Context,
): Promise<StoredObject | 'not-modified'> {
  const credentials = await credentialsOf(at.reader, context);
  const response = await signedGet({ ...requestOf(at, options), credentials }, context);
  if (response.statusCode === 304 && options.if_none_match !== undefined) {
    response.resume();
    return 'not-modified';
  }
  // A whole object in place of a range would be taken for that range.
  const status = options.range === undefined ? 200 : 206;
  if (response.statusCode === 200 && status === 206) {
    response.destroy();
    throw new UpstreamFailedError(at.name, 'invalid-answer');
  }
  if (response.statusCode !== status) throw await s3Fault(at.name, response, at.region);
  return storedObject(at.name, response, options);
}

function requestOf(at: ObjectAddress, options: ReadOptions): SignedRequest {
  const { endpoint, path } = bucketAddress(at.bucket, at.region);
  const headers: Record<string, string> = {};
  if (options.range !== undefined) {
    headers['range'] =
      'last' in options.range ? `bytes=-${options.range.last}` : `bytes=${options.range.from}-${options.range.to}`;
  }
  if (options.if_none_match !== undefined) headers['if-none-match'] = options.if_none_match;
  if (options.if_match !== undefined) headers['if-match'] = options.if_match;
  return {
    upstream: at.name,
    service: 's3',
    region: at.region,
    endpoint,
    path: `${path}/${keyPath(at.key)}`,
    query: at.version_id ? { versionId: at.version_id } : {},
    headers,
  };
}

async function storedObject(source: string, response: IncomingMessage, options: ReadOptions): Promise<StoredObject> {
  const { headers } = response;
  const body = await readBody(response, source, options.max_bytes);
  const last_modified = new Date(headers['last-modified'] ?? '');
  const size = options.range === undefined ? body.length : sizeBehind(options.range, headers['content-range'], body);
  if (headers.etag === undefined || Number.isNaN(last_modified.getTime()) || size === null) {
    throw new UpstreamFailedError(source, 'invalid-answer');
  }
  const version = headers['x-amz-version-id'];
  return { body, etag: headers.etag, last_modified, size, version_id: typeof version === 'string' ? version : null };
}

/**
 * The size of the object that a range was read of; `null` when the range is not the one asked for.
 * `bytes=-100` of an object of 40 bytes is answered `bytes 0-39/40`; `bytes=30-59` of it `bytes 30-39/40`.
 * Source: RFC 9110, section 14.4.
 */
function sizeBehind(range: NonNullable<ReadOptions['range']>, told: string | undefined, body: Buffer): number | null {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(told ?? '') ?? [];
  if (first === undefined || last === undefined || total === undefined) return null;
  const size = Number(total);
  const from = 'last' in range ? Math.max(0, size - range.last) : range.from;
  const to = 'last' in range ? size - 1 : Math.min(range.to, size - 1);
  const asked = Number(first) === from && Number(last) === to && body.length === to - from + 1;
  return asked ? size : null;
}
