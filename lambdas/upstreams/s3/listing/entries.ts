/** What a page of a listing gives, in arrays of numbers: an object for each key would cost more than reading it. */

/** What an entry of a page is; the numbers stand in `Entries.kinds`. */
export const KIND = { current: 0, noncurrent: 1, deleteMarker: 2 } as const;

/** Entries that became complete with one chunk. Reused: read it before the callback returns. */
export interface Entries {
  readonly count: number;
  /** Bytes. */
  readonly sizes: Float64Array;
  readonly kinds: Uint8Array;
  readonly classes: Uint8Array;
  /** The key of an entry, decoded. */
  key(index: number): string;
}

/** What a page says about the next one. */
export interface PageEnd {
  truncated: boolean;
  /** ListObjectsV2: where to go on when a page has no key to start after. */
  continuation_token: string | null;
  /** ListObjectVersions: the last key of the page, which may have further versions. */
  next_key: string | null;
  next_version: string | null;
}
