/** Files in S3 that were read and parsed, kept so that an unchanged one is neither read nor parsed again while warm. */
import { BoundedCache } from '../../bounded-cache.ts';
import type { Model } from '../../mendix/constants/model.ts';
import type { Overrides } from '../../mendix/constants/overrides/overrides.ts';

/** A file's content with what tells one version of it from another. */
export interface StoredFile<Content> {
  /** With its quotes. */
  etag: string;
  last_modified: Date;
  content: Content;
}

/** Enough for the sources of a hundred environments; each is some 100 kB. */
export const MAX_KEPT_FILES = 300;

/**
 * By everything that a content depends on beside the file's version: where the file is, and how it is parsed. An ETag
 * alone would not do: two objects may have the same.
 */
export interface KeptFiles {
  models: BoundedCache<StoredFile<Model>>;
  overrides: BoundedCache<StoredFile<Overrides>>;
}

/** What a cold function starts with. */
export function noKeptFiles(): KeptFiles {
  return { models: new BoundedCache(MAX_KEPT_FILES), overrides: new BoundedCache(MAX_KEPT_FILES) };
}
