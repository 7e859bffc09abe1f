/**
 * The key space in 256 equal pieces, by the first byte of the UUIDs, and parts made of them. UUIDs of version 4 are random,
 * so parts of a size have about as many files; keys that are no UUIDs lie in one part or another, too.
 *
 * With the prefix `acc-`, the part from 64 to 128 has the keys above `acc-40` up to `acc-80`, and of the database the
 * UUIDs above `40` up to `80`. The first part begins, and the last ends, with no limit.
 */
import type { KeyRange } from '../../mendix/files/documents.ts';
import type { KeyLayout } from '../../mendix/files/key-layout.ts';
import type { RangeState } from './audit-scope.ts';

/** Pieces in all. */
export const PIECES = 256;
/** Keys that a part is to have at most: 33 MB of them. */
const MAX_PART_KEYS = 1_000_000;

/** From one piece, and below another. */
export interface Pieces {
  from: number;
  to: number;
}

/** Pieces of a part so that none has too many of `keys`. */
export function piecesOf(keys: number): number {
  return Math.max(1, Math.floor(PIECES / Math.max(1, Math.ceil(keys / MAX_PART_KEYS))));
}

/** The database's keys of a part. */
export function keyRange({ from, to }: Pieces): KeyRange {
  return { after: from === 0 ? null : border(from), upto: to >= PIECES ? null : border(to) };
}

/** The bucket's keys of a part. */
export function objectRange({ from, to }: Pieces, { prefix }: KeyLayout): RangeState {
  return [from === 0 ? '' : prefix + border(from), null, to >= PIECES ? null : prefix + border(to)];
}

/** The piece that a key lies in, or where it would; 0 for one before all UUIDs. */
export function pieceOf(key: string, { prefix }: KeyLayout): number {
  const rest = key.startsWith(prefix) ? key.slice(prefix.length) : '';
  let piece = 0;
  while (piece < PIECES - 1 && rest > border(piece + 1)) piece++;
  return piece;
}

function border(piece: number): string {
  return piece.toString(16).padStart(2, '0');
}
