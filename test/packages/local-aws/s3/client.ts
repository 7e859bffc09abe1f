import { S3Client } from '@aws-sdk/client-s3';
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import { compareKeys } from '@mrt/local-aws/s3/key-order.ts';
import { Bucket, etagOf, type StoredObject } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { EVERYTHING, principal } from '../iam/principal.ts';

export const REGION = 'eu-west-1';

/** The SDK's own client, as an independent check of what the endpoint says and of how it is signed. */
export function clientOf(endpoint: HttpService, by: Principal = principal([EVERYTHING]), region = REGION): S3Client {
  return new S3Client({
    endpoint: endpoint.address.href,
    region,
    credentials: by,
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

export function iamWith(...principals: Principal[]): Iam {
  const iam = new Iam('eu-west-1');
  for (const each of principals) iam.register(each);
  return iam;
}

export function bucketOf(name: string, keys: readonly string[], changes: Partial<StoredObject> = {}): Bucket {
  const objects = keys.map((key, index) => ({
    ...{ key, size: index + 1, last_modified: new Date('2026-03-04T05:06:07Z'), etag: etagOf(key) },
    ...{ storage_class: 'STANDARD', version_id: 'null', body: null },
    ...changes,
  }));
  return new Bucket({ name, region: REGION, objects: objects.sort((a, b) => compareKeys(a.key, b.key)) });
}

export function storeOf(...buckets: Bucket[]): Map<string, Bucket> {
  return new Map(buckets.map((bucket) => [bucket.name, bucket]));
}
