/** Puts ranked and measured tables in order and cuts the page. */
import type { Measured } from './measurement.ts';
import { MEASURED_AT_MOST, type OrderBy, type Position, type Ranking } from './ranking.ts';

export interface Sized extends Measured {
  total_bytes: number;
}

export interface Page {
  rows: Sized[];
  next: Position | null;
  /** True when no table outside the page can belong on it, nor one of its rows elsewhere. */
  orderCertain: boolean;
}

interface Placed extends Position {
  row: Sized | null;
  doubtful: boolean;
}

/** `relpages` leaves out free-space and visibility maps: three pages and one apiece, and a share of the rest. */
const MAPS_BYTES = 262_144;
const MAPS_SHARE = 1.01;

/**
 * A table's place is its measured size where it was in doubt, held between what the catalog says and what its counters
 * allow; else what the catalog says. So it is the same on every page as long as the database stands still, and paging
 * neither repeats nor misses a table. In a database measured whole the place is the exact size.
 */
export function arrange(
  ranking: Ranking,
  measured: ReadonlyMap<number, Measured>,
  order: OrderBy,
  position: Position | null,
  limit: number,
): Page {
  const whole = ranking.tableCount <= MEASURED_AT_MOST;
  const bySize = order === 'total_bytes';
  const placed = ranking.candidates
    .map(({ oid, key, growth, doubtful }): Placed => {
      const found = measured.get(oid);
      const row =
        found === undefined
          ? null
          : { ...found, total_bytes: found.table_bytes + found.index_bytes + found.toast_bytes };
      if (!bySize || !doubtful || !row?.exact || typeof key !== 'number') return { oid, key, doubtful, row };
      const held = whole ? row.total_bytes : Math.min(Math.max(row.total_bytes, key), key + growth);
      return { oid, key: held, doubtful, row };
    })
    .sort((a, b) => compare(order, a, b));
  const after = position === null ? placed : placed.filter((each) => compare(order, position, each) < 0);
  const taken = after.slice(0, limit);
  const last = taken.at(-1);
  // Sorted as they are shown only now: the place decides which page a table is on, its exact size where on the page.
  const shown = taken.filter((each): each is Placed & { row: Sized } => each.row !== null);
  if (bySize) shown.sort((a, b) => b.row.total_bytes - a.row.total_bytes || a.oid - b.oid);
  return {
    rows: shown.map(({ row }) => row),
    next: after.length > limit && last !== undefined ? { key: last.key, oid: last.oid } : null,
    orderCertain: bySize
      ? isCertain(placed, after.slice(limit), shown, whole ? null : ranking.unseenGrowth)
      : ranking.orderKnown,
  };
}

/** Negative when `a` stands before `b`. */
function compare(order: OrderBy, a: Position, b: Position): number {
  if (a.key === b.key) return a.oid - b.oid;
  const smallerFirst = a.key < b.key ? -1 : 1;
  return order === 'name' ? smallerFirst : -smallerFirst;
}

/** @param unseen bytes that a table may have grown by unseen; `null` when every table has been measured */
function isCertain(
  placed: Placed[],
  left: Placed[],
  shown: (Placed & { row: Sized })[],
  unseen: number | null,
): boolean {
  if (placed.some(({ row }) => row !== null && !row.exact)) return false;
  if (unseen === null) return true;
  const smallest = Math.min(...shown.map(({ row }) => row.total_bytes));
  return left.every(
    ({ key, doubtful }) => (doubtful ? Number(key) : Number(key) * MAPS_SHARE + MAPS_BYTES + unseen) <= smallest,
  );
}
