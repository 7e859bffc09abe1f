/**
 * Which tables the page is about, from what the catalog and the counters know: no table is opened, no lock is taken.
 * docs/decisions/table-ranking.md says why.
 */
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import type { Permissions } from './permissions.ts';
import { type Selection, selectionCondition } from './selection.ts';

/** Values of `order_by`. */
export type OrderBy = CatalogOrder | 'growth';

/** Orders that the catalog and the counters know. */
export type CatalogOrder = 'total_bytes' | 'estimated_rows' | 'dead_rows' | 'rows_inserted' | 'name';

/** Where a page ended: the order's value of its last row, and the row's oid where values are equal. */
export interface Position {
  key: number | string;
  oid: number;
}

/** A table that may be on the page. */
export interface Candidate {
  oid: number;
  /** The order's value by the catalog; for sizes in bytes, a lower bound as long as the table did not shrink. */
  key: number | string;
  /** Bytes by which the counters allow it to have grown since `key` was true. */
  growth: number;
  /** Its place is known only once it is measured. */
  doubtful: boolean;
}

/** What the catalog and the counters know, before any table is looked at. */
export interface Ranking {
  /** The page's, one more, and the doubtful ones that may stand among them. */
  candidates: Candidate[];
  /** Of all tables, whatever the selection. */
  tableCount: number;
  /** Bytes of all tables by the catalog. */
  catalogBytes: number;
  /** Bytes that a table may have grown by without being among the doubtful ones, which are too many to measure all. */
  unseenGrowth: number;
  /** False when the order is by counters that the server does not show. */
  orderKnown: boolean;
}

interface Totals {
  table_count: number;
  catalog_bytes: number;
  unseen_growth: number;
}

/** So many tables are measured to find the right order; an app with fewer is measured whole, and nothing is in doubt. */
export const MAX_MEASURED = 500;

/** A heap row is at most one page; its TOAST rows, of which four fill a page, are counted by themselves. */
const MAX_BYTES_OF_A_ROW = 8192;
const MAX_BYTES_OF_A_TOAST_ROW = 2200;

/** Four TOAST rows fill a page, 368 entries one of their index; looking each index up would cost more than the rest. */
const TOAST_PAGES_OF_AN_INDEX_PAGE = 92;

/** Plain comparisons: a look into a hashed list for each of the catalog's rows would cost a tenth of the statement. */
const isUsers = (relation: string) => `${relation}.relnamespace <> 'pg_catalog'::regnamespace::oid
     AND ${relation}.relnamespace <> 'pg_toast'::regnamespace::oid
     AND ${relation}.relnamespace <> coalesce((SELECT oid FROM pg_namespace WHERE nspname = 'information_schema'), 0)`;

/** Condition on `pg_class h`: tables, materialised views and foreign tables, other sessions' temporary ones left out. */
export const TABLES_OF_USERS = `h.relkind IN ('r', 'p', 'm', 'f') AND h.relpersistence <> 't' AND ${isUsers('h')}`;

/**
 * What each order sorts by, summed over the partitions of a table. -1 for tables of which it is not known: never
 * analysed, or NaN or infinite in a damaged or restored catalog, which would also break every comparison after it.
 */
const SORTED_BY: Record<CatalogOrder, string> = {
  total_bytes: '0',
  name: '0',
  estimated_rows: "CASE WHEN h.reltuples >= 0 AND h.reltuples < 'Infinity' THEN h.reltuples ELSE -1 END",
  dead_rows: 'pg_stat_get_dead_tuples(h.oid)',
  rows_inserted: 'pg_stat_get_tuples_inserted(h.oid)',
};

/** Orders that only the counters know. */
const BY_COUNTERS: readonly CatalogOrder[] = ['dead_rows', 'rows_inserted'];

/** How much a table may have grown since `relpages` was true, in bytes. */
const GROWTH = `coalesce(pg_stat_get_mod_since_analyze(h.oid) * ${MAX_BYTES_OF_A_ROW}::float8, 0)
           + coalesce(pg_stat_get_ins_since_vacuum(h.reltoastrelid) * ${MAX_BYTES_OF_A_TOAST_ROW}::float8, 0)`;

/**
 * The next `limit` tables after `position` and one more, and the doubtful ones that may stand among them.
 * Sizes are `relpages`: what VACUUM, ANALYZE or CREATE INDEX saw last. ANALYZE does not count TOAST tables, so these
 * have their own insert counter here.
 */
export async function rank(
  connection: DatabaseConnection,
  { counters }: Permissions,
  order: CatalogOrder,
  selection: Selection,
  position: Position | null,
  limit: number,
): Promise<Ranking> {
  const values: unknown[] = [limit + 1, position?.key ?? null, position?.oid ?? null, selection.min_bytes ?? null];
  const selected = selectionCondition(selection, values);
  const sortedBy = counters || !BY_COUNTERS.includes(order) ? SORTED_BY[order] : '0';
  const byName = order === 'name';
  const bySize = order === 'total_bytes';
  const key = byName ? 'c.relname::text COLLATE "C"' : bySize ? 'r.bytes' : 'r.sort';
  const named = byName ? 'JOIN pg_class c ON c.oid = r.oid' : '';
  const [before, direction, type] = byName ? ['>', 'ASC', 'text'] : ['<', 'DESC', 'float8'];
  const rows = await connection.query<Partial<Candidate> & Totals>(
    `
WITH RECURSIVE partition(oid, root) AS (
  SELECT i.inhrelid, i.inhparent FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
   WHERE p.relkind = 'p' AND NOT p.relispartition
  UNION ALL
  SELECT i.inhrelid, p.root FROM partition p JOIN pg_inherits i ON i.inhparent = p.oid
), piece AS (
  SELECT h.oid, greatest(h.relpages, 0)::float8 + CASE WHEN h.reltoastrelid = 0 THEN 0
           ELSE coalesce(t.relpages::float8 + t.relpages / ${TOAST_PAGES_OF_AN_INDEX_PAGE}, 0) + 1 END AS pages,
         ${counters ? GROWTH : '0::float8'} AS growth, coalesce(${sortedBy}, 0)::float8 AS sort
    FROM pg_class h LEFT JOIN pg_class t ON t.oid = h.reltoastrelid AND t.relkind = 't' AND t.relpages > 0
   WHERE ${TABLES_OF_USERS}
  UNION ALL
  SELECT x.indrelid, i.relpages::float8, 0, 0
    FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid
   WHERE i.relkind = 'i' AND i.relpersistence <> 't' AND ${isUsers('i')}
), ranked AS MATERIALIZED (
  SELECT coalesce(p.root, e.oid) AS oid, sum(e.pages) * current_setting('block_size')::int AS bytes,
         sum(e.growth) AS growth, sum(e.sort) AS sort
    FROM piece e LEFT JOIN partition p ON p.oid = e.oid GROUP BY 1
), total AS (
  SELECT count(*) AS table_count, coalesce(sum(bytes), 0) AS catalog_bytes FROM ranked
), selected AS (
  SELECT r.oid, r.growth, r.bytes, ${key} AS key FROM ranked r ${named}
   WHERE ($4::float8 IS NULL OR r.bytes * 1.01 + r.growth + 262144 >= $4)${selected}
), doubtful AS (
  SELECT *, (SELECT table_count FROM total) <= ${MAX_MEASURED} AS whole FROM selected
   WHERE ${bySize} AND (growth > 0 OR (SELECT table_count FROM total) <= ${MAX_MEASURED})
   ORDER BY growth DESC, oid LIMIT ${MAX_MEASURED}
), page AS (
  SELECT * FROM selected
   WHERE oid NOT IN (SELECT oid FROM doubtful)
     AND ($2::${type} IS NULL OR key ${before} $2 OR (key = $2 AND oid > $3::oid))
   ORDER BY key ${direction}, oid LIMIT $1
), candidate AS (
  SELECT oid, key, growth, false AS doubtful FROM page
  UNION ALL
  SELECT oid, key, growth, true FROM doubtful
   WHERE whole OR (($2::${type} IS NULL OR key ${byName ? '>=' : '<='} $2)
     AND ((SELECT count(*) FROM page) < $1 OR bytes + growth >= (SELECT min(bytes) FROM page)))
)
SELECT c.oid, c.key, c.growth, c.doubtful, t.table_count::float8, t.catalog_bytes,
       (SELECT CASE WHEN count(*) < ${MAX_MEASURED} THEN 0 ELSE min(growth) END FROM doubtful) AS unseen_growth
  FROM total t LEFT JOIN candidate c ON true`,
    values,
  );
  return {
    candidates: rows.filter((row): row is Candidate & Totals => row.oid !== null),
    tableCount: rows[0]?.table_count ?? 0,
    catalogBytes: rows[0]?.catalog_bytes ?? 0,
    // Without counters nothing is seen: any table may have grown.
    unseenGrowth: counters ? (rows[0]?.unseen_growth ?? 0) : Number.POSITIVE_INFINITY,
    orderKnown: counters || !BY_COUNTERS.includes(order),
  };
}
