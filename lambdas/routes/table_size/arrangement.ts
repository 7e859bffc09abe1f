/** Puts ranked and measured tables in order and cuts the page. */
import { compareGrowth } from './growth-ranking.ts';
import type { Measured } from './measurement.ts';
import { type Candidate, MAX_MEASURED, type OrderBy, type Position, type Ranking } from './ranking.ts';

/** A measured table; `total_bytes` is the sum of its three parts. */
export interface Sized extends Measured {
  total_bytes: number;
}

export interface Page {
  /** In the order that they are shown in. */
  rows: Sized[];
  /** Where the next page begins; `null` on the last one. */
  next: Position | null;
  /** True when no table outside the page can belong on it, nor one of its rows elsewhere. */
  orderCertain: boolean;
}

interface Placed extends Position {
  /** `null`: dropped since it was ranked. */
  row: Sized | null;
  doubtful: boolean;
}

/** `relpages` leaves out free-space and visibility maps: three pages and one apiece, and a share of the rest. */
const MAPS_BYTES = 262_144;
const MAPS_SHARE = 1.01;

/**
 * Puts each table in its place and cuts the page. A table's place is its measured size where it was in doubt, held
 * between what the catalog says and what its counters allow; else what the catalog says. So it is the same on every page
 * as long as the database stands still, and paging neither repeats nor misses a table. In a database measured whole the
 * place is the exact size.
 *
 * Worked example: 700 tables, by size, pages of two. In bytes, as the catalog and the measurement have them:
 *
 * | table    | by `relpages` (key) | growth     | doubtful | measured   | place      |
 * | -------- | ------------------- | ---------- | -------- | ---------- | ---------- |
 * | order    |          10,002,432 |          0 | no       | 10,035,200 | 10,002,432 |
 * | log      |           8,003,584 |  4,096,000 | yes      |  9,601,024 |  9,601,024 |
 * | customer |           9,003,008 |          0 | no       |  9,035,776 |  9,003,008 |
 * | session  |           2,000,896 |    819,200 | yes      |  3,203,072 |  2,820,096 |
 *
 * `log` has had 500 rows changed since its last ANALYZE, each a page of 8,192 bytes at most: it may be anything from 8.0
 * to 12.1 MB, so it was measured, and stands before `customer`. `session` measures more than its counters allow (they
 * were reset): it is held at 2,000,896 + 819,200, for on another page, where it is not measured, nothing else is known.
 * Page one is `order` and `log`, and `next` is 9,601,024 with log's oid; page two is `customer` and `session`. Shown are
 * the measured sizes, all exact. The order is certain when the largest table left out, `customer` with its maps
 * (9,003,008 × 1.01 + 262,144 = 9,355,182), is not larger than the smallest shown (9,601,024), as here.
 *
 * @param measured by oid, every candidate that is still there
 * @param position where the page before ended; `null` for the first
 * @param limit rows of a page, 1 or more
 */
export function arrange(
  ranking: Ranking,
  measured: ReadonlyMap<number, Measured>,
  order: OrderBy,
  position: Position | null,
  limit: number,
): Page {
  const isWhole = ranking.tableCount <= MAX_MEASURED;
  const bySize = order === 'total_bytes';
  const placed = ranking.candidates
    .map((candidate) => place(candidate, sizedOf(measured.get(candidate.oid)), bySize, isWhole))
    .sort((a, b) => compare(order, a, b));
  const after = position === null ? placed : placed.filter((table) => compare(order, position, table) < 0);
  const taken = after.slice(0, limit);
  const last = taken.at(-1);
  const rows = taken.flatMap(({ row }) => (row === null ? [] : [row]));
  // Sorted as they are shown only now: the place decides which page a table is on, its exact size where on the page.
  if (bySize) rows.sort((a, b) => b.total_bytes - a.total_bytes || a.oid - b.oid);
  return {
    rows,
    next: after.length > limit && last !== undefined ? { key: last.key, oid: last.oid } : null,
    orderCertain: bySize
      ? isCertain(placed, after.slice(limit), rows, isWhole ? null : ranking.unseenGrowth)
      : ranking.orderKnown,
  };
}

function sizedOf(table: Measured | undefined): Sized | null {
  if (table === undefined) return null;
  return { ...table, total_bytes: table.table_bytes + table.index_bytes + table.toast_bytes };
}

/** @param isWhole true when every table of the database was measured */
function place(
  { oid, key, growth, doubtful }: Candidate,
  row: Sized | null,
  bySize: boolean,
  isWhole: boolean,
): Placed {
  if (!bySize || !doubtful || !row?.exact || typeof key !== 'number') return { oid, key, doubtful, row };
  const size = isWhole ? row.total_bytes : Math.min(Math.max(row.total_bytes, key), key + growth);
  return { oid, key: size, doubtful, row };
}

/** Negative when `a` stands before `b`. */
function compare(order: OrderBy, a: Position, b: Position): number {
  if (order === 'growth') return compareGrowth(a, b);
  if (a.key === b.key) return a.oid - b.oid;
  const smallerFirst = a.key < b.key ? -1 : 1;
  return order === 'name' ? smallerFirst : -smallerFirst;
}

/**
 * @param left candidates that come after the page
 * @param shown rows of the page
 * @param unseen bytes that a table may have grown by unseen; `null` when every table has been measured
 */
function isCertain(placed: Placed[], left: Placed[], shown: Sized[], unseen: number | null): boolean {
  if (placed.some(({ row }) => row !== null && !row.exact)) return false;
  if (unseen === null) return true;
  const smallest = Math.min(...shown.map(({ total_bytes }) => total_bytes));
  return left.every(
    ({ key, doubtful }) => (doubtful ? Number(key) : Number(key) * MAPS_SHARE + MAPS_BYTES + unseen) <= smallest,
  );
}
