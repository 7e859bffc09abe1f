/**
 * Which S3 operation a request is, and what IAM asks for it: action, resource and condition keys.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
 */
import { S3Error } from './error.ts';

/** A request in S3’s own terms. */
export interface Operation {
  /** `ListObjectsV2` … */
  name: string;
  action: string;
  resource: string;
  context: Record<string, string>;
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** Sub-resources that pick an operation on a bucket; any other one is not offered. */
const BUCKET_OPERATIONS: Readonly<Record<string, { name: string; action: string }>> = {
  'list-type': { name: 'ListObjectsV2', action: 's3:ListBucket' },
  versions: { name: 'ListObjectVersions', action: 's3:ListBucketVersions' },
  uploads: { name: 'ListMultipartUploads', action: 's3:ListBucketMultipartUploads' },
  location: { name: 'GetBucketLocation', action: 's3:GetBucketLocation' },
};

/** Query parameters that are IAM condition keys of the lists of objects and versions; that of uploads has none. */
const LIST_CONDITIONS = ['prefix', 'delimiter', 'max-keys'];
const ACTIONS_WITH_CONDITIONS = ['s3:ListBucket', 's3:ListBucketVersions'];

/**
 * Reads a path-style request.
 *
 * @throws S3Error `NotImplemented` for what this endpoint does not offer
 */
export function operationOf(method: string, target: string): Operation {
  const mark = target.indexOf('?');
  const path = decodePath(mark < 0 ? target : target.slice(0, mark));
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = path.slice(1, slash < 0 ? undefined : slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (bucket === '') throw new S3Error('NotImplemented');
  return key === '' ? bucketOperation(method, bucket, query) : objectOperation(method, bucket, key, query);
}

function bucketOperation(method: string, bucket: string, query: URLSearchParams): Operation {
  const resource = `arn:aws:s3:::${bucket}`;
  const shared = { resource, bucket, key: '', query };
  if (method === 'HEAD') return { ...shared, name: 'HeadBucket', action: 's3:ListBucket', context: {} };
  const picked = Object.entries(BUCKET_OPERATIONS).find(([parameter]) => query.has(parameter))?.[1];
  if (method !== 'GET' || picked === undefined) throw new S3Error('NotImplemented');
  const conditions = ACTIONS_WITH_CONDITIONS.includes(picked.action) ? LIST_CONDITIONS : [];
  const context = conditions.flatMap((name): [string, string][] => {
    const value = query.get(name);
    return value === null ? [] : [[`s3:${name}`, value]];
  });
  return { ...shared, ...picked, context: Object.fromEntries(context) };
}

function objectOperation(method: string, bucket: string, key: string, query: URLSearchParams): Operation {
  const shared = { resource: `arn:aws:s3:::${bucket}/${key}`, bucket, key, query };
  if (method === 'GET' && query.has('uploadId')) {
    return { ...shared, name: 'ListParts', action: 's3:ListMultipartUploadParts', context: {} };
  }
  if (method === 'PUT' && !query.has('uploadId')) {
    return { ...shared, name: 'PutObject', action: 's3:PutObject', context: {} };
  }
  if (method !== 'GET' && method !== 'HEAD') throw new S3Error('NotImplemented');
  const name = method === 'GET' ? 'GetObject' : 'HeadObject';
  const version = query.get('versionId');
  return version === null
    ? { ...shared, name, action: 's3:GetObject', context: {} }
    : { ...shared, name, action: 's3:GetObjectVersion', context: { 's3:VersionId': version } };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidArgument', { message: 'The path is not valid percent-encoded UTF-8.' });
  }
}
