/** What this database role may read, told apart from what the app does not have. */
import { quoteIdentifier } from '../identifier.ts';

/** Why something that the app has cannot be read: no grant, or a column of a type that Mendix does not give it. */
export type Refusal = 'grant-missing' | 'unexpected-type';

/**
 * How far something of the app can be read: `readable` with what a statement needs for it, `absent` from this app, or
 * `refused` with the table that it stands in.
 */
export type Access<T> =
  | { state: 'readable'; value: T }
  | { state: 'absent' }
  | { state: 'refused'; reason: Refusal; table: string };

/** A column of PostgreSQL's catalog. */
export interface ColumnRow {
  table: string;
  column: string;
  /** `pg_type.typname`: `varchar`, `timestamp`, `bool` … */
  type: string;
  /** Whether this role may read it. */
  readable: boolean;
}

/** Mendix keeps its tables in `public` and nowhere else, whatever the session's search path says. */
export function relation(table: string): string {
  return `public.${quoteIdentifier(table)}`;
}

/** The columns that the database has, and who may read them. */
export class TableColumns {
  readonly #columns: ReadonlyMap<string, ColumnRow>;

  constructor(rows: readonly ColumnRow[]) {
    this.#columns = new Map(rows.map((row) => [key(row.table, row.column), row]));
  }

  /** A column by its name, quoted where it can be read and has one of `types`; any type where they are left out. */
  column(table: string, column: string, types?: readonly string[]): Access<string> {
    const row = this.#columns.get(key(table, column));
    if (row !== undefined && types !== undefined && !types.includes(row.type)) {
      return { state: 'refused', reason: 'unexpected-type', table };
    }
    return this.all(table, [column], quoteIdentifier(column));
  }

  /** A column as text: whatever PostgreSQL can write as one, so anything but bytes. */
  text(table: string, column: string): Access<string> {
    const bytes = this.#columns.get(key(table, column))?.type === 'bytea';
    return bytes ? { state: 'refused', reason: 'unexpected-type', table } : this.column(table, column);
  }

  /** `value` where all of `columns` are there and readable. */
  all<T>(table: string, columns: readonly string[], value: T): Access<T> {
    const rows = columns.map((column) => this.#columns.get(key(table, column)));
    if (rows.includes(undefined)) return { state: 'absent' };
    const refused = rows.some((row) => row?.readable !== true);
    return refused ? { state: 'refused', reason: 'grant-missing', table } : { state: 'readable', value };
  }
}

/** A dot may be part of either name; a zero character is not. */
function key(table: string, column: string): string {
  return `${table}\u0000${column}`;
}
