/** Finds the newest object under a prefix. For few objects; the fast lister of whole buckets is `s3-listing.ts`. */
import { buffer } from 'node:stream/consumers';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../errors.ts';
import { s3Address, s3Fault } from './objects.ts';
import { signedGet } from './signed-https.ts';

export interface Prefix {
  /** What errors call it: its configured name. */
  name: string;
  bucket: string;
  region: string;
  prefix: string;
  /** Only keys with this ending count. */
  suffix: string;
}

export interface ListedObject {
  key: string;
  /** With its quotes. */
  etag: string;
  size: number;
  last_modified: Date;
}

/** Deployment archives of years; more would be a prefix that is not one of archives. */
const MAX_PAGES = 10;

/**
 * The object that was written last; of several of the same second, the last in key order. `null`: there is none.
 *
 * @throws UpstreamFailedError (`too-many-objects` beyond 10,000), UpstreamThrottledError, UpstreamTimeoutError
 */
export async function newestObject(at: Prefix, context: Context): Promise<ListedObject | null> {
  let newest: ListedObject | null = null;
  let continuation: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const xml: string = await listPage(at, continuation, context);
    for (const listed of objectsIn(xml)) {
      if (!listed.key.endsWith(at.suffix) || listed.size === 0) continue;
      if (newest === null || listed.last_modified >= newest.last_modified) newest = listed;
    }
    continuation = member(xml, 'NextContinuationToken');
    if (continuation === null) return newest;
  }
  throw new UpstreamFailedError(at.name, 'too-many-objects');
}

async function listPage(at: Prefix, continuation: string | null, context: Context): Promise<string> {
  const { endpoint, bucketPath } = s3Address(at.bucket, at.region);
  return context.timing.of('s3', async () => {
    const response = await signedGet(
      {
        upstream: at.name,
        service: 's3',
        region: at.region,
        endpoint,
        path: bucketPath === '' ? '/' : bucketPath,
        query: {
          'list-type': '2',
          'encoding-type': 'url',
          prefix: at.prefix,
          ...(continuation === null ? {} : { 'continuation-token': continuation }),
        },
      },
      context,
    );
    if (response.statusCode !== 200) {
      response.resume();
      throw s3Fault(at.name, response);
    }
    try {
      return (await buffer(response)).toString('utf8');
    } catch (cause) {
      throw context.deadline.remaining() === 0
        ? new UpstreamTimeoutError(at.name, { cause })
        : new UpstreamFailedError(at.name, 'invalid-answer', { cause });
    }
  });
}

function* objectsIn(xml: string): Generator<ListedObject> {
  for (const [, entry = ''] of xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
    const key = member(entry, 'Key');
    const etag = member(entry, 'ETag');
    const modified = new Date(member(entry, 'LastModified') ?? '');
    if (key === null || etag === null || Number.isNaN(modified.getTime())) continue;
    yield {
      // encoding-type=url writes a blank as "+".
      key: decodeURIComponent(key.replaceAll('+', ' ')),
      etag,
      size: Number(member(entry, 'Size')),
      last_modified: modified,
    };
  }
}

const ENTITIES: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'", '#34': '"', '#39': "'" };

function member(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : found.replace(/&([#\w]+);/g, (all, entity: string) => ENTITIES[entity] ?? all);
}
