/** ListObjectsV2. Source: S3 API reference. */
import { S3Error } from './error.ts';
import { firstAfter, firstAfterPrefix, firstFrom, type Sequence } from './key-order.ts';
import { afterMarker, encodingType, pageLimit, pageOf } from './page.ts';
import type { Bucket, StoredObject } from './store.ts';
import { element, escapeXml, keyWriter, NAMESPACE, XML_HEAD } from './xml.ts';

/** Objects whose XML is made beforehand, so that a benchmark measures the lister and not this endpoint. */
export interface RenderedObjects extends Sequence<StoredObject> {
  /** The `Contents` elements from one index up to another, with url-encoded keys. */
  rendered(from: number, to: number): Uint8Array[];
}

/** The answer's body, in pieces. */
export function listObjects(bucket: Bucket, query: URLSearchParams): (string | Uint8Array)[] {
  const { objects } = bucket;
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const token = query.get('continuation-token');
  const after = query.get('start-after');
  const encoding = encodingType(query);
  const write = keyWriter(encoding);
  const limit = pageLimit(query, 'max-keys');
  const from =
    token === null ? (after ? afterMarker(objects, after, delimiter) : 0) : resume(objects, token, bucket.name);
  const whole = delimiter === '' && encoding === 'url' && 'rendered' in objects;
  const page = whole
    ? renderedPage(objects as RenderedObjects, prefix, from, limit)
    : writtenPage(objects, { prefix, delimiter, from, limit }, write);

  const head = [
    element('Name', bucket.name),
    element('Prefix', write(prefix)),
    element('ContinuationToken', token === null ? null : escapeXml(token)),
    element('NextContinuationToken', page.truncated && page.last !== null ? tokenFor(page.last) : null),
    element('StartAfter', after === null ? null : write(after)),
    element('KeyCount', page.count),
    element('MaxKeys', limit),
    element('Delimiter', delimiter === '' ? null : write(delimiter)),
    element('EncodingType', encoding),
    element('IsTruncated', page.truncated),
  ];
  return [
    `${XML_HEAD}<ListBucketResult ${NAMESPACE}>${head.join('')}`,
    ...page.contents,
    ...page.common_prefixes.map((common) => element('CommonPrefixes', element('Prefix', write(common)))),
    '</ListBucketResult>',
  ];
}

interface WrittenPage {
  contents: (string | Uint8Array)[];
  common_prefixes: string[];
  count: number;
  truncated: boolean;
  last: { key: string; common: boolean } | null;
}

function writtenPage(
  objects: Sequence<StoredObject>,
  request: Parameters<typeof pageOf>[1],
  write: (key: string) => string,
): WrittenPage {
  const { entries, common_prefixes, truncated, last } = pageOf(objects, request);
  const contents = [entries.map((object) => contentsElement(object, write)).join('')];
  return { contents, common_prefixes, count: entries.length + common_prefixes.length, truncated, last };
}

function renderedPage(objects: RenderedObjects, prefix: string, after: number, limit: number): WrittenPage {
  const from = Math.max(after, firstFrom(objects, prefix));
  const end = prefix === '' ? objects.length : firstAfterPrefix(objects, prefix);
  const to = Math.max(from, Math.min(end, from + limit));
  const last = to > from ? objects.at(to - 1) : undefined;
  return {
    contents: objects.rendered(from, to),
    common_prefixes: [],
    count: to - from,
    truncated: limit > 0 && to < end,
    last: last === undefined ? null : { key: last.key, common: false },
  };
}

/** `write` encodes the key as the request asked for. */
export function contentsElement(object: StoredObject, write: (key: string) => string): string {
  return `<Contents><Key>${write(object.key)}</Key><LastModified>${object.last_modified.toISOString()}</LastModified><ETag>${escapeXml(object.etag)}</ETag><Size>${object.size}</Size><StorageClass>${object.storage_class}</StorageClass></Contents>`;
}

/** Opaque to the client: where the last page ended. */
function tokenFor(last: { key: string; common: boolean }): string {
  return Buffer.from(`${last.common ? 'p' : 'k'}${last.key}`).toString('base64url');
}

function resume(objects: Sequence<StoredObject>, token: string, bucket: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const [kind, key] = [text.slice(0, 1), text.slice(1)];
  if (kind === 'k') return firstAfter(objects, key);
  if (kind === 'p') return firstAfterPrefix(objects, key);
  const message = 'The continuation token provided is incorrect';
  throw new S3Error('InvalidArgument', {
    message,
    details: { ArgumentName: 'continuation-token', BucketName: bucket },
  });
}
