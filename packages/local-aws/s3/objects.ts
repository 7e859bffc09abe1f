/** GetObject, HeadObject and PutObject. Source: S3 API reference; RFC 9110 section 14 for ranges. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './error.ts';
import { type Bucket, etagOf, type StoredObject } from './store.ts';

/** GetObject’s or HeadObject’s answer. */
export interface ObjectAnswer {
  status: number;
  headers: Record<string, string | number>;
  /** Pieces of the body; none for HEAD and 304. */
  body: Iterable<Uint8Array>;
}

/** `head` leaves out the body and nothing else. */
export function getObject(
  bucket: Bucket,
  key: string,
  versionId: string | null,
  headers: IncomingHttpHeaders,
  head: boolean,
): ObjectAnswer {
  const object = versionId === null ? currentObject(bucket, key) : objectVersion(bucket, key, versionId);
  const shared: Record<string, string | number> = {
    etag: object.etag,
    'last-modified': object.last_modified.toUTCString(),
    'accept-ranges': 'bytes',
    ...(object.version_id === 'null' ? {} : { 'x-amz-version-id': object.version_id }),
    ...(object.storage_class === 'STANDARD' ? {} : { 'x-amz-storage-class': object.storage_class }),
  };
  const condition = headers['if-match'];
  if (condition !== undefined && !names(condition, object.etag)) {
    throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  }
  const unwanted = headers['if-none-match'];
  if (unwanted !== undefined && names(unwanted, object.etag)) return { status: 304, headers: shared, body: [] };
  if (object.storage_class === 'GLACIER' && !head) throw new S3Error('InvalidObjectState');

  const range = byteRange(headers.range, object.size);
  const [from, to] = range ?? [0, object.size];
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...shared,
      'content-type': 'binary/octet-stream',
      'content-length': to - from,
      ...(range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${object.size}` }),
    },
    body: head ? [] : object.body === null ? generated(object.key, from, to) : [object.body.subarray(from, to)],
  };
}

function currentObject(bucket: Bucket, key: string): StoredObject {
  const object = bucket.object(key);
  if (object !== undefined) return object;
  const marker = bucket.deleteMarker(key);
  const headers: Record<string, string> =
    marker === undefined ? {} : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.version_id };
  throw new S3Error('NoSuchKey', { details: { Key: key }, headers });
}

function objectVersion(bucket: Bucket, key: string, versionId: string): StoredObject {
  const version = bucket.version(key, versionId);
  if (version === undefined) throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  if (version.delete_marker) throw new S3Error('MethodNotAllowed', { headers: { 'x-amz-delete-marker': 'true' } });
  return version;
}

function names(condition: string, etag: string): boolean {
  return condition.split(',').some((tag) => ['*', etag, etag.replaceAll('"', '')].includes(tag.trim()));
}

/** First byte and the one after the last; `null` for the whole object, also where the header cannot be read. */
function byteRange(header: string | undefined, size: number): [from: number, to: number] | null {
  const form = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (form === null || (form[1] === '' && form[2] === '')) return null;
  const [first, last] = [form[1] ?? '', form[2] ?? ''];
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (from >= size) {
    throw new S3Error('InvalidRange', {
      details: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return [from, to];
}

const PIECE = 65_536;

/** The bytes `from` to `to` of a body that is made up from its key: the key's hash, over and over. */
function* generated(key: string, from: number, to: number): Generator<Uint8Array> {
  const seed = createHash('sha256').update(key).digest();
  const pattern = Buffer.alloc(Math.min(PIECE, to - from) + seed.length, seed);
  for (let at = from; at < to; at += PIECE) {
    const start = at % seed.length;
    yield pattern.subarray(start, start + Math.min(PIECE, to - at));
  }
}

/** Puts an object on the conditions of the headers; its new ETag. */
export function putObject(bucket: Bucket, key: string, headers: IncomingHttpHeaders, body: Uint8Array): StoredObject {
  const present = bucket.object(key);
  if (headers['if-none-match'] === '*' && present !== undefined) {
    throw new S3Error('PreconditionFailed', { details: { Condition: 'If-None-Match' } });
  }
  const condition = headers['if-match'];
  if (condition !== undefined && present === undefined) throw new S3Error('NoSuchKey', { details: { Key: key } });
  if (condition !== undefined && present !== undefined && !names(condition, present.etag)) {
    throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  }
  const object: StoredObject = {
    key,
    body,
    size: body.length,
    etag: etagOf(body),
    last_modified: new Date(),
    storage_class: 'STANDARD',
    version_id: 'null',
  };
  bucket.put(object);
  return object;
}
