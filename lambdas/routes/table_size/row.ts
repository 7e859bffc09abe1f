/** One table as the answer shows it. */
import type { Catalog } from '../../mendix/catalog.ts';
import type { Sized } from './arrangement.ts';
import { cleanupOf } from './cleanup.ts';
import type { DatabaseFacts } from './database-facts.ts';
import { nameOf } from './naming.ts';

/**
 * All fields of a row, in the order of the answer.
 *
 * @param catalog `null` when it could not be read
 */
export function answerRow(row: Sized, catalog: Catalog | null, facts: DatabaseFacts) {
  const naming = nameOf(row.schema, row.table, catalog);
  return {
    schema: row.schema,
    table: row.table,
    ...naming,
    relation: row.relation,
    total_bytes: row.total_bytes,
    table_bytes: row.table_bytes,
    index_bytes: row.index_bytes,
    toast_bytes: row.toast_bytes,
    estimated_rows: row.estimated_rows,
    dead_rows: row.dead_rows,
    rows_inserted: row.rows_inserted,
    rows_deleted: row.rows_deleted,
    counters_since: facts.counters_since,
    last_vacuum: row.last_vacuum,
    last_autovacuum: row.last_autovacuum,
    last_analyze: row.last_analyze,
    last_autoanalyze: row.last_autoanalyze,
    exact: row.exact,
    locked: row.locked,
    partitions: row.partitions,
    cleanup: cleanupOf(naming.entity),
  };
}

export type TableRow = ReturnType<typeof answerRow>;

/** The row with the fields that were asked for, in the order of the answer; all of them without a choice. */
export function pickFields<Row extends object>(
  row: Row,
  fields: readonly (keyof TableRow)[] | undefined,
): Partial<Row> {
  if (fields === undefined) return row;
  const picked = Object.entries(row).filter(([field]) => fields.includes(field as keyof TableRow));
  return Object.fromEntries(picked) as Partial<Row>;
}
