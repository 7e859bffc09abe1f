/** What S3 has under one key now, by the right to list alone: no object is read, and its metadata is not asked for. */
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { askPage } from './document.ts';
import { type ListedObject, listedObject } from './objects-below.ts';
import { childrenOf, childText } from './xml.ts';

/** An object as a list has it, with its class. */
export interface ObjectNow extends ListedObject {
  storage_class: string;
}

/**
 * Of the keys that begin with `key` the first in order is `key` itself, where there is one (Amazon S3 API reference,
 * "ListObjectsV2": keys come in the order of their bytes).
 *
 * @returns `null`: there is none
 * @throws UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError
 */
export async function objectNow(
  { bucket, region, reader, key }: { bucket: string; region: string; reader?: Reader | undefined; key: string },
  context: Context,
): Promise<ObjectNow | null> {
  const query = { 'list-type': '2', 'encoding-type': 'url', 'max-keys': '1', prefix: key };
  const question = { source: 's3', bucket, region, reader, key: null, query, root: 'ListBucketResult' };
  const { page, urlEncoded } = await askPage(question, context);
  const [entry] = childrenOf(page, 'Contents');
  if (entry === undefined) return null;
  const object = listedObject(entry, urlEncoded, 's3');
  return object.key === key ? { ...object, storage_class: childText(entry, 'StorageClass') ?? 'STANDARD' } : null;
}
