/** ListObjectVersions, ListMultipartUploads and ListParts. Source: S3 API reference. */
import { S3Error } from './error.ts';
import type { Sequence } from './key-order.ts';
import { afterEntry, afterMarker, encodingType, pageLimit, pageOf } from './page.ts';
import type { Bucket, StoredUpload, StoredVersion } from './store.ts';
import { element, escapeXml, keyWriter, NAMESPACE, XML_HEAD } from './xml.ts';

const OWNER = element('ID', '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a');

/** The document of ListObjectVersions: keys in order, of each the newest version first, with delete markers. */
export function listVersions(bucket: Bucket, query: URLSearchParams): string {
  const list = markedPage(bucket.versions(), query, {
    id: 'version-id-marker',
    limit: 'max-keys',
    idOf: (version) => version.version_id,
  });
  const head = [
    element('Name', bucket.name),
    element('Prefix', list.write(list.prefix)),
    element('KeyMarker', list.write(list.keyMarker)),
    element('VersionIdMarker', escapeXml(list.idMarker)),
    element('NextKeyMarker', list.next && list.write(list.next.key)),
    element('NextVersionIdMarker', list.next?.id ?? null),
    element('MaxKeys', list.limit),
    element('Delimiter', list.delimiter === '' ? null : list.write(list.delimiter)),
    element('EncodingType', list.encoding),
    element('IsTruncated', list.next !== null),
  ];
  const entries = list.entries.map((version) => versionElement(version, list.write));
  return `${XML_HEAD}<ListVersionsResult ${NAMESPACE}>${[...head, ...entries, ...list.commonPrefixes].join('')}</ListVersionsResult>`;
}

function versionElement(version: StoredVersion, write: (key: string) => string): string {
  const shared = [
    element('Key', write(version.key)),
    element('VersionId', version.version_id),
    element('IsLatest', version.latest),
    element('LastModified', version.last_modified.toISOString()),
  ].join('');
  if (version.delete_marker) return element('DeleteMarker', shared + element('Owner', OWNER));
  const content = element('ETag', escapeXml(version.etag)) + element('Size', version.size);
  return element(
    'Version',
    shared + content + element('StorageClass', version.storage_class) + element('Owner', OWNER),
  );
}

/** The document of ListMultipartUploads: by key, then by the time that they began. */
export function listUploads(bucket: Bucket, query: URLSearchParams): string {
  const list = markedPage(bucket.uploads, query, {
    id: 'upload-id-marker',
    limit: 'max-uploads',
    idOf: (upload) => upload.upload_id,
  });
  const head = [
    element('Bucket', bucket.name),
    element('KeyMarker', list.write(list.keyMarker)),
    element('UploadIdMarker', escapeXml(list.idMarker)),
    element('NextKeyMarker', list.next && list.write(list.next.key)),
    element('NextUploadIdMarker', list.next?.id ?? null),
    element('Prefix', list.write(list.prefix)),
    element('Delimiter', list.delimiter === '' ? null : list.write(list.delimiter)),
    element('EncodingType', list.encoding),
    element('MaxUploads', list.limit),
    element('IsTruncated', list.next !== null),
  ];
  const entries = list.entries.map((upload) => uploadElement(upload, list.write));
  return `${XML_HEAD}<ListMultipartUploadsResult ${NAMESPACE}>${[...head, ...entries, ...list.commonPrefixes].join('')}</ListMultipartUploadsResult>`;
}

function uploadElement(upload: StoredUpload, write: (key: string) => string): string {
  const content = [
    element('Key', write(upload.key)),
    element('UploadId', upload.upload_id),
    element('Initiator', OWNER),
    element('Owner', OWNER),
    element('StorageClass', upload.storage_class),
    element('Initiated', upload.initiated.toISOString()),
  ];
  return element('Upload', content.join(''));
}

/** The document of ListParts. @throws S3Error `NoSuchUpload` */
export function listParts(bucket: Bucket, key: string, query: URLSearchParams): string {
  const upload = bucket.uploads.find(
    (candidate) => candidate.key === key && candidate.upload_id === query.get('uploadId'),
  );
  if (upload === undefined) throw new S3Error('NoSuchUpload', { details: { UploadId: query.get('uploadId') ?? '' } });
  const limit = pageLimit(query, 'max-parts');
  const marker = Number(query.get('part-number-marker') ?? 0);
  const parts = upload.parts
    .slice(marker, marker + limit)
    .map((part, index) =>
      element(
        'Part',
        [
          element('PartNumber', marker + index + 1),
          element('LastModified', part.last_modified.toISOString()),
          element('ETag', escapeXml(part.etag)),
          element('Size', part.size),
        ].join(''),
      ),
    );
  const truncated = limit > 0 && marker + parts.length < upload.parts.length;
  const head = [
    element('Bucket', bucket.name),
    element('Key', escapeXml(key)),
    element('UploadId', upload.upload_id),
    element('PartNumberMarker', marker),
    element('NextPartNumberMarker', marker + parts.length),
    element('MaxParts', limit),
    element('IsTruncated', truncated),
    element('StorageClass', upload.storage_class),
  ];
  return `${XML_HEAD}<ListPartsResult ${NAMESPACE}>${[...head, ...parts].join('')}</ListPartsResult>`;
}

interface Markers<T> {
  id: string;
  limit: string;
  idOf: (item: T) => string;
}

/** A page of a list that goes on from a key and an id, as versions and uploads do. */
function markedPage<T extends { key: string }>(items: Sequence<T>, query: URLSearchParams, markers: Markers<T>) {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get(markers.id) ?? ''];
  if (idMarker !== '' && keyMarker === '') {
    const message = `A ${markers.id} cannot be specified without a key marker.`;
    throw new S3Error('InvalidArgument', { message, details: { ArgumentName: markers.id } });
  }
  const limit = pageLimit(query, markers.limit);
  const from =
    keyMarker === ''
      ? 0
      : idMarker === ''
        ? afterMarker(items, keyMarker, delimiter)
        : afterEntry(items, keyMarker, idMarker, markers.idOf);
  const page = pageOf(items, { prefix, delimiter, from, limit });
  const encoding = encodingType(query);
  const write = keyWriter(encoding);
  const last = page.entries.at(-1);
  const next =
    page.truncated && page.last !== null
      ? { key: page.last.key, id: page.last.common || last === undefined ? null : markers.idOf(last) }
      : null;
  return {
    prefix,
    delimiter,
    keyMarker,
    idMarker,
    limit,
    encoding,
    write,
    next,
    entries: page.entries,
    commonPrefixes: page.common_prefixes.map((common) => element('CommonPrefixes', element('Prefix', write(common)))),
  };
}
