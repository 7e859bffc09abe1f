/** What each operation answers, out of a bucket of the store. */
import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './error.ts';
import { listParts, listUploads, listVersions } from './list-history.ts';
import { listObjects } from './list-objects.ts';
import { getObject, putObject } from './objects.ts';
import type { Operation } from './operation.ts';
import type { Bucket, StoredObject } from './store.ts';
import { element, NAMESPACE, XML_HEAD } from './xml.ts';

/** What goes to the client. The body is made piece by piece while it is sent. */
export interface Answer {
  status: number;
  headers: Record<string, string | number>;
  body: Iterable<Uint8Array>;
}

/** @param kept told of each object that is put, so that it can outlive the process */
export function answerOf(
  operation: Operation,
  bucket: Bucket,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  kept: (bucket: string, object: StoredObject) => void,
): Answer {
  const { key, query } = operation;
  switch (operation.name) {
    case 'ListObjectsV2':
      return document(listObjects(bucket, query));
    case 'ListObjectVersions':
      return document([listVersions(bucket, query)]);
    case 'ListMultipartUploads':
      return document([listUploads(bucket, query)]);
    case 'ListParts':
      return document([listParts(bucket, key, query)]);
    case 'GetBucketLocation':
      // Buckets of the oldest Region have no location constraint.
      return document([
        `${XML_HEAD}<LocationConstraint ${NAMESPACE}>${bucket.region === 'us-east-1' ? '' : bucket.region}</LocationConstraint>`,
      ]);
    case 'HeadBucket':
      return { status: 200, headers: { 'x-amz-bucket-region': bucket.region, 'content-length': 0 }, body: [] };
    case 'GetObject':
    case 'HeadObject':
      return getObject(bucket, key, query.get('versionId'), headers, operation.name === 'HeadObject');
    case 'PutObject': {
      const object = putObject(bucket, key, headers, body);
      kept(bucket.name, object);
      return { status: 200, headers: { etag: object.etag, 'content-length': 0 }, body: [] };
    }
    default:
      throw new S3Error('NotImplemented', { details: { Operation: element('Name', operation.name) } });
  }
}

function document(pieces: (string | Uint8Array)[]): Answer {
  const body = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return { status: 200, headers: { 'content-type': 'application/xml', 'content-length': length }, body };
}
