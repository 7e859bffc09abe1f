/** Where the model's metadata is: in the newest archive under a prefix, in an exact one, or in a plain file. */

import type { ArchiveSource } from '../../environment-settings.ts';
import { type ArchiveBytes, TAIL_BYTES } from '../../mendix/archive/bytes.ts';
import { MAX_METADATA_BYTES, type Model, parseModel } from '../../mendix/constants/model.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { ObjectAddress, ReadOptions, StoredObject } from '../../upstreams/s3/objects.ts';
import type { StoredFile } from './stored-file.ts';
import type { Objects, Upstreams } from './upstreams.ts';

const SUFFIXES: Record<ArchiveSource['format'], string> = { mda: '.mda', metadata_json: '.json' };

/**
 * The model, read again only when the object's ETag is another than before.
 *
 * @throws UpstreamFailedError and others of S3; UnusableContentError
 */
export async function readModel(
  source: ArchiveSource,
  { objects, kept }: Pick<Upstreams, 'objects' | 'kept'>,
): Promise<StoredFile<Model>> {
  const { address, etag } = await locate(source, objects);
  const place = JSON.stringify([source.reader, source.format, source.bucket, address.key, source.version_id]);
  const before = kept.models.get(place);
  if (before !== undefined && before.etag === etag) return before;
  const condition: Pick<ReadOptions, 'if_match' | 'if_none_match'> = {
    ...(etag === null ? {} : { if_match: etag }),
    ...(before === undefined || etag !== null ? {} : { if_none_match: before.etag }),
  };
  const [opening, readMetadata] = await Promise.all([
    objects.read(
      address,
      source.format === 'mda'
        ? { ...condition, range: { last: TAIL_BYTES }, max_bytes: TAIL_BYTES }
        : { ...condition, max_bytes: MAX_METADATA_BYTES },
    ),
    source.format === 'mda' ? archiveReader() : null,
  ]);
  if (opening === 'not-modified') {
    if (before === undefined) throw new UpstreamFailedError(source.name, 'invalid-answer');
    return before;
  }
  const metadata = readMetadata === null ? opening.body : await readMetadata(archiveBytes(address, opening, objects));
  const model = { etag: opening.etag, last_modified: opening.last_modified, content: parseModel(metadata) };
  kept.models.set(place, model);
  return model;
}

/** The object's address, and its ETag where a listing already told it. */
async function locate(
  source: ArchiveSource,
  objects: Objects,
): Promise<{ address: ObjectAddress; etag: string | null }> {
  const { name, bucket, region, reader, version_id } = source;
  if (source.key !== null)
    return { address: { name, bucket, region, reader, key: source.key, version_id }, etag: null };
  const prefix = source.prefix ?? '';
  const newest = await objects.newest({ name, bucket, region, reader, prefix, suffix: SUFFIXES[source.format] });
  if (newest === null) throw new UpstreamFailedError(name, 'not-found');
  return { address: { name, bucket, region, reader, key: newest.key }, etag: newest.etag };
}

/** Loaded while the first archive's end is on its way; no other form of the model needs it. */
async function archiveReader() {
  return (await import('../../mendix/archive/archive.ts')).readMetadata;
}

/** Later ranges are of the same archive as the first, even when it is replaced in between. */
function archiveBytes(address: ObjectAddress, opening: StoredObject, objects: Objects): ArchiveBytes {
  return {
    size: opening.size,
    tail: opening.body,
    read: async (from, to) => {
      const part = await objects.read(address, {
        range: { from, to: to - 1 },
        if_match: opening.etag,
        max_bytes: to - from,
      });
      if (part === 'not-modified') throw new UpstreamFailedError(address.name, 'invalid-answer');
      return part.body;
    },
  };
}
