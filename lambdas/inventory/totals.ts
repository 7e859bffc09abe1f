/** What the rows of a report's totals say. */
import { InventoryUnavailableError } from '../upstream-errors.ts';
import type { QueryRow } from '../upstreams/athena/queries.ts';
import { GROUPS, type Group, MAX_ROWS_OF_A_GROUP } from './statement.ts';

/** Objects and their bytes; `null` where the report lacks the size of one of them. */
export interface Sum {
  size_bytes: number | null;
  object_count: number;
}

/** Totals of the keys that were asked for. */
export interface Totals {
  current: Sum;
  noncurrent: Sum;
  delete_markers: number;
  /** Current objects by each group; empty where the report has no such column. */
  groups: Readonly<Record<Group, (Sum & { label: string | null })[]>>;
  /** Current objects by prefix, the largest first on each level. */
  prefixes: (Sum & { prefix: string })[];
  /** Whether all prefixes are there: of a level there are no more than the largest 1,000. */
  prefixes_complete: boolean;
}

const NOTHING: Sum = { size_bytes: 0, object_count: 0 };

/** @throws InventoryUnavailableError `unreadable` for rows that are none of the statement's */
export function totalsOf(rows: readonly QueryRow[]): Totals {
  const read = rows.map((row) => ({ row, sum: sumOf(row) }));
  const of = (kind: string) => read.find(({ row }) => row['part'] === 'all' && row['kind'] === kind)?.sum ?? NOTHING;
  const group = (part: string) =>
    read.filter(({ row }) => row['part'] === part).map(({ row, sum }) => ({ label: row['label'] ?? null, ...sum }));
  const levels = read.filter(({ row }) => row['part']?.startsWith('level_'));
  return {
    current: of('current'),
    noncurrent: of('noncurrent'),
    delete_markers: of('delete_marker').object_count,
    groups: Object.fromEntries(GROUPS.map((name) => [name, group(name)])) as Totals['groups'],
    prefixes: levels.map(({ row, sum }) => ({ prefix: row['label'] ?? '', ...sum })),
    prefixes_complete: levels.every(({ row }) => Number(row['labels']) <= MAX_ROWS_OF_A_GROUP),
  };
}

/** A delete marker has no size, and is no object whose size is missing. */
function sumOf(row: QueryRow): Sum {
  const [objects, bytes, sized] = ['objects', 'bytes', 'sized'].map((name) => Number(row[name] ?? Number.NaN));
  if (![objects, bytes, sized].every((value) => Number.isSafeInteger(value))) {
    throw new InventoryUnavailableError('unreadable');
  }
  const isWhole = sized === objects || row['kind'] === 'delete_marker';
  return { size_bytes: isWhole ? (bytes ?? null) : null, object_count: objects ?? 0 };
}
