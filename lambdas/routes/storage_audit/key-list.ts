/**
 * `list=…`: the keys of one class, in key order, so many as a page takes.
 *
 * The key space is gone through in small parts, in order, as a page needs a few hundred keys and not the whole bucket. A
 * part that gave few makes the next one larger: with 40 missing files among a million, parts of 1, 4, 16, 64 … pieces
 * come to the end in five steps. What a part has beyond the page is dropped, and the next page begins there.
 */
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import { auditPieces } from './audit.ts';
import type { AuditScope, PartResult, RangeState } from './audit-scope.ts';
import { objectRange, PIECES, pieceOf, piecesOf } from './key-space.ts';
import { TooManyKeysError } from './known-keys.ts';
import type { FileList, ListRow } from './list-row.ts';
import type { ListPosition } from './position.ts';

/** One page. */
export interface ListPage {
  rows: ListRow[];
  /** Where the next page begins; `null` on the last one. */
  next: ListPosition | null;
  /** Why it got no further, where that was not its time alone. */
  interruption: Error | null;
}

const GROWTH = 4;
/** With less time left, another part would only be begun. */
const MIN_PART_MS = 500;

/**
 * @param limit rows of the page
 * @throws what `auditPart` throws, and what kept the listing from its first page, where the page has nothing yet
 */
export async function listKeys(
  list: FileList,
  limit: number,
  scope: AuditScope,
  position: ListPosition | null,
): Promise<ListPage> {
  const rows: ListRow[] = [];
  const widest = piecesOf(scope.database?.catalog.documents.estimated_rows ?? 0);
  const start = position?.after ?? '';
  let after = start;
  let width = Math.min(position?.width ?? 1, widest);
  let interruption: Error | null = null;
  for (;;) {
    const from = after === '' ? 0 : pieceOf(after, scope.layout);
    const pieces = { from, to: Math.min(PIECES, from + width) };
    const [, , upto] = objectRange(pieces, scope.layout);
    const range: RangeState = [after, null, upto];
    const wanted = { list, max_rows: 2 * (limit - rows.length) };
    let result: PartResult;
    try {
      result = await auditPieces(pieces, [range], scope, wanted);
    } catch (error) {
      if (error instanceof TooManyKeysError && width > 1) {
        width = Math.max(1, width >> 1);
        continue;
      }
      if (rows.length === 0) throw error;
      interruption = error as Error;
      break;
    }
    interruption = result.interruption;
    const [rest] = result.rest;
    // Not one page: nothing is known of the bucket, which is no list without keys, and the cursor would stay where it is.
    if (rest !== undefined && result.pages === 0 && after === start)
      throw interruption ?? new UpstreamTimeoutError('s3');
    // Behind the first range that is not done, rows may lack others before them.
    const inOrder = rest === undefined ? result.rows : result.rows.filter(({ key }) => compareKeys(key, rest[0]) <= 0);
    const taken = inOrder.slice(0, limit - rows.length);
    rows.push(...taken);
    if (taken.length < inOrder.length) {
      after = rows.at(-1)?.key ?? after;
      break;
    }
    if (rest === undefined && upto === null) return { rows, next: null, interruption };
    after = rest?.[0] ?? upto ?? after;
    if (rest !== undefined || rows.length === limit || scope.deadline.remaining() < MIN_PART_MS) break;
    if (taken.length < limit / GROWTH) width = Math.min(widest, width * GROWTH);
  }
  return { rows, next: { as_of: scope.as_of.toISOString(), after, width }, interruption };
}
