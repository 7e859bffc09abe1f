/** The record bucket as the recorder uses it: what it reads is what it may replace. */

import { packed, SCHEMA_VERSION } from '../record/latest.ts';
import { RecordUnavailableError } from '../upstream-errors.ts';
import type { WritableBucket } from '../upstreams/s3/writable-bucket.ts';

export type RecordStore = Pick<WritableBucket, 'read' | 'keysBelow' | 'writeNew' | 'replace'>;

/** An object and what tells whether somebody has written it since; `etag` is `null` where there was none. */
export interface Versioned<Content> {
  content: Content | null;
  etag: string | null;
}

const GZIP = 'application/gzip';

/**
 * Reads an object; one that is cut or damaged is none, and is written anew.
 *
 * @throws RecordUnavailableError `newer-schema`: what a newer release wrote is not written over
 */
export async function readVersioned<Content>(
  store: RecordStore,
  key: string,
  parse: (body: Buffer) => Content | Promise<Content>,
  signal: AbortSignal,
): Promise<Versioned<Content>> {
  const stored = await store.read(key, signal);
  if (stored === null) return { content: null, etag: null };
  try {
    return { content: await parse(stored.body), etag: stored.etag };
  } catch (error) {
    if (!(error instanceof RecordUnavailableError) || error.reason === 'newer-schema') throw error;
    return { content: null, etag: stored.etag };
  }
}

/** Somebody wrote what only the holder of the lease may write. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError' as const;
}

/** Writes over what was read, and nothing else. @throws LeaseLostError when it has changed since */
export async function writeVersioned(
  store: RecordStore,
  key: string,
  { etag }: Versioned<unknown>,
  body: Buffer,
  signal: AbortSignal,
  type = GZIP,
): Promise<void> {
  const content = { body, type };
  const isWritten =
    etag === null ? await store.writeNew(key, content, signal) : await store.replace(key, content, etag, signal);
  if (!isWritten) throw new LeaseLostError(`${key} was written by somebody else`);
}

/** As {@link writeVersioned}, of JSON. */
export function writePacked(
  store: RecordStore,
  key: string,
  before: Versioned<unknown>,
  value: object,
  signal: AbortSignal,
): Promise<void> {
  return writeVersioned(store, key, before, packed({ schema_version: SCHEMA_VERSION, ...value }), signal);
}
