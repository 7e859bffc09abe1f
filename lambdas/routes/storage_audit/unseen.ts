/** Documents with contents for which no object was seen, where all of a part's objects were. */
import { KNOWN } from '../../mendix/files/documents.ts';
import { type KeyLayout, keyOf } from '../../mendix/files/key-layout.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import type { RangeState } from './audit-scope.ts';
import type { KnownKeys } from './known-keys.ts';

/** One of them. */
export interface Unseen {
  uuid: string;
  key: string;
  /** Bytes, as the database had them; -1 where it has none. */
  size: number;
}

/** Inside the ranges with which the request began, and outside those that are left. */
export function* unseenDocuments(
  keys: KnownKeys,
  ranges: readonly RangeState[],
  rest: readonly RangeState[],
  layout: KeyLayout,
): Generator<Unseen> {
  const isDone = (key: string) => isWithin(key, ranges) && !isWithin(key, rest);
  for (const row of keys.unseen()) {
    const uuid = keys.uuid(row);
    const key = keyOf(uuid, layout);
    if (isDone(key)) yield { uuid, key, size: keys.size(row) };
  }
  for (const [key, { uuid, kind, size, seen }] of keys.odd) {
    if (kind === KNOWN.document && !seen && isDone(key)) yield { uuid, key, size };
  }
}

/** Whether one of the ranges `(after, upto]`, which are in key order, has the key. */
export function isWithin(key: string, ranges: readonly RangeState[]): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [after, , upto] = ranges[middle] ?? ['', null, null];
    if (compareKeys(key, after) <= 0) high = middle;
    else if (upto !== null && compareKeys(key, upto) > 0) low = middle + 1;
    else return true;
  }
  return false;
}
