/** Lists the objects under a prefix. For few objects; whole buckets are for `listing/`. */
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { askPage, type ListPage } from './document.ts';
import { decodeKey } from './object-key.ts';
import { childrenOf, childText, type XmlElement } from './xml.ts';

/** Where to look. */
export interface Prefix {
  /** What errors call it: its configured name. */
  name: string;
  bucket: string;
  region: string;
  /** Left out: the function's own role. */
  reader?: Reader | undefined;
  prefix: string;
  /** Only keys with this ending count. */
  suffix: string;
}

/** An object as a list has it: enough to read it, and to tell whether it has changed. */
export interface ListedObject {
  key: string;
  /** With its quotes. */
  etag: string;
  /** Bytes. */
  size: number;
  last_modified: Date;
}

/** Deployment archives of years; more would be a prefix that is not one of archives. */
const MAX_PAGES = 10;

/**
 * In key order; empty objects are left out.
 *
 * @throws UpstreamFailedError (`too-many-objects` beyond 10,000), UpstreamThrottledError, UpstreamTimeoutError
 */
export async function objectsBelow(at: Prefix, context: Context): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  let continuation: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { page, isLast, urlEncoded }: ListPage = await listPage(at, continuation, context);
    for (const entry of childrenOf(page, 'Contents')) {
      const object = listedObject(entry, urlEncoded, at.name);
      if (!object.key.startsWith(at.prefix)) throw new UpstreamFailedError(at.name, 'invalid-answer');
      if (object.key.endsWith(at.suffix) && object.size > 0) objects.push(object);
    }
    if (isLast) return objects;
    continuation = childText(page, 'NextContinuationToken');
    if (continuation === null) throw new UpstreamFailedError(at.name, 'invalid-answer');
  }
  throw new UpstreamFailedError(at.name, 'too-many-objects');
}

function listPage(at: Prefix, continuation: string | null, context: Context): Promise<ListPage> {
  const query = { 'list-type': '2', 'encoding-type': 'url', prefix: at.prefix };
  return askPage(
    {
      source: at.name,
      bucket: at.bucket,
      region: at.region,
      reader: at.reader,
      key: null,
      query: continuation === null ? query : { ...query, 'continuation-token': continuation },
      root: 'ListBucketResult',
    },
    context,
  );
}

/** @throws UpstreamFailedError `invalid-answer`: an entry that is left out could be the newest */
export function listedObject(entry: XmlElement, urlEncoded: boolean, source: string): ListedObject {
  const key = childText(entry, 'Key');
  const etag = childText(entry, 'ETag');
  const size = childText(entry, 'Size') ?? '';
  const last_modified = new Date(childText(entry, 'LastModified') ?? '');
  if (key === null || etag === null || !/^\d{1,15}$/.test(size) || Number.isNaN(last_modified.getTime())) {
    throw new UpstreamFailedError(source, 'invalid-answer');
  }
  return { key: decodeKey(key, urlEncoded), etag, size: Number(size), last_modified };
}
