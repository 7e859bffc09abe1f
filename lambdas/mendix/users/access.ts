/** What this database role may read, told apart from what the app does not have. */
import { quoteIdentifier } from '../identifier.ts';
import type { UserCatalogRows } from './catalog-rows.ts';

export type Seen<T> = { seen: 'readable'; at: T } | { seen: 'absent' } | { seen: 'refused'; table: string };

/** A column by its name, quoted where it can be read. */
export function columnOf(rows: UserCatalogRows, table: string, column: string): Seen<string> {
  return readable(rows, table, [column], quoteIdentifier(column));
}

/** Mendix keeps its tables in `public` and nowhere else, whatever the session's search path says. */
export function relation(table: string): string {
  return `public.${quoteIdentifier(table)}`;
}

/** Whether all of `columns` are there and readable, then `at`. */
export function readable<T>(rows: UserCatalogRows, table: string, columns: readonly string[], at: T): Seen<T> {
  const states = columns.map((column) => rows.columns.get(`${table}.${column}`));
  if (states.includes(undefined)) return { seen: 'absent' };
  return states.includes(false) ? { seen: 'refused', table } : { seen: 'readable', at };
}
