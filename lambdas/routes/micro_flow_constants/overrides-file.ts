import type { OverrideSource } from '../../environment-settings.ts';
import type { Overrides } from '../../mendix/constants/overrides/overrides.ts';
import { MAX_OVERRIDES_BYTES, overridesParser } from '../../mendix/constants/overrides/parse.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { StoredFile } from './stored-file.ts';
import type { Upstreams } from './upstreams.ts';

/**
 * What a source of overrides sets, read again only when the object's ETag is another than before.
 *
 * @throws UpstreamFailedError and others of S3; UnusableContentError
 */
export async function readOverrides(
  source: OverrideSource,
  { objects, kept }: Pick<Upstreams, 'objects' | 'kept'>,
): Promise<StoredFile<Overrides>> {
  const place = JSON.stringify([source.reader, source.format, source.bucket, source.key]);
  const before = kept.overrides.get(place);
  const [stored, parse] = await Promise.all([
    objects.read(source, {
      max_bytes: MAX_OVERRIDES_BYTES,
      ...(before === undefined ? {} : { if_none_match: before.etag }),
    }),
    overridesParser(source.format),
  ]);
  if (stored === 'not-modified') {
    if (before === undefined) throw new UpstreamFailedError(source.name, 'invalid-answer');
    return before;
  }
  const { etag, last_modified } = stored;
  const file = { etag, last_modified, content: parse(stored.body) };
  kept.overrides.set(place, file);
  return file;
}
