/** Where an app keeps what it knows of its files: tables by Mendix's catalog, columns by PostgreSQL's. */
import { DatabaseUnavailableError, UpstreamFailedError } from '../../upstream-errors.ts';
import { quoteIdentifier } from '../identifier.ts';

/** What reading an app's files needs of a database. */
export interface FileQueries {
  /** @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError `sqlstate-…` */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** As `query`, for many rows: each goes to `onRow` as it comes, all of one snapshot. */
  each<Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void): Promise<void>;
}

/** Tables and columns, quoted, ready for a statement. */
export interface FileCatalog {
  documents: {
    table: string;
    /** SQL of the concrete entity's name; apps whose files have one entity only have no column for it. */
    entity: string;
    /** SQL of the storage key; `null`: the schema is of a time when files had none. */
    uuid: string | null;
    /** True when an index finds a row by it, as it does in apps of Mendix's making. */
    is_uuid_indexed: boolean;
    /** Rows, as the planner believes; `null` before the first ANALYZE. */
    estimated_rows: number | null;
  };
  /** The queue of what the app has let go of; `null` in an app that has none. */
  unreferenced: { table: string; filekey: string; is_filekey_indexed: boolean; state: string } | null;
}

const DOCUMENT = 'System.FileDocument';
const UNREFERENCED = 'System.UnreferencedFile';

const TABLES = `
SELECT e.entity_name AS entity, e.table_name AS "table", c.reltuples AS rows, a.attname AS "column",
  has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable,
  EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indkey[0] = a.attnum AND x.indisvalid AND x.indpred IS NULL
    AND (SELECT i.relam FROM pg_class i WHERE i.oid = x.indexrelid) = (SELECT oid FROM pg_am WHERE amname = 'btree')) AS indexed
FROM public."mendixsystem$entity" e
JOIN pg_class c ON c.relname = e.table_name AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE e.entity_name IN ('${DOCUMENT}', '${UNREFERENCED}')`;

interface ColumnRow {
  entity: string;
  table: string;
  rows: number;
  column: string;
  readable: boolean;
  /** A B-tree begins with it. */
  indexed: boolean;
}

/**
 * Reads it.
 *
 * @param server what errors call the database
 * @throws UpstreamFailedError `not-a-mendix-database`, `no-file-documents`; DatabaseUnavailableError `grant-missing`
 */
export async function readFileCatalog(queries: FileQueries, server: string): Promise<FileCatalog> {
  const rows = await queries.query<ColumnRow>(TABLES).catch((error: unknown) => {
    const foreign = error instanceof UpstreamFailedError && error.reason === 'sqlstate-42P01';
    throw foreign ? new UpstreamFailedError(server, 'not-a-mendix-database', { cause: error }) : error;
  });
  const documents = new EntityColumns(server, rows, DOCUMENT);
  if (!documents.has('id', 'size', 'hascontents', 'createddate')) {
    throw new UpstreamFailedError(server, 'no-file-documents');
  }
  const queue = new EntityColumns(server, rows, UNREFERENCED);
  const estimate = documents.estimatedRows;
  return {
    documents: {
      table: documents.table,
      entity: documents.has('submetaobjectname')
        ? `coalesce(${documents.column('submetaobjectname')}, '${DOCUMENT}')`
        : `'${DOCUMENT}'`,
      uuid: documents.has('__uuid__') ? documents.column('__uuid__') : null,
      is_uuid_indexed: documents.isIndexed('__uuid__'),
      estimated_rows: estimate < 0 ? null : estimate,
    },
    unreferenced: queue.has('id', 'filekey', 'state')
      ? {
          table: queue.table,
          filekey: queue.column('filekey'),
          is_filekey_indexed: queue.isIndexed('filekey'),
          state: queue.column('state'),
        }
      : null,
  };
}

/** The columns of one entity's table. */
class EntityColumns {
  readonly #rows: ReadonlyMap<string, ColumnRow>;
  readonly #server: string;
  readonly #first: ColumnRow | undefined;

  constructor(server: string, rows: readonly ColumnRow[], entity: string) {
    this.#server = server;
    this.#rows = new Map(rows.filter((row) => row.entity === entity).map((row) => [row.column, row]));
    [this.#first] = this.#rows.values();
  }

  /** True when the table has them all. @throws DatabaseUnavailableError `grant-missing` for one that may not be read */
  has(...columns: readonly string[]): boolean {
    const own = columns.map((column) => this.#rows.get(column));
    const hidden = own.find((row) => row?.readable === false);
    if (hidden !== undefined) throw new DatabaseUnavailableError(this.#server, 'grant-missing', hidden.table);
    return own.every((row) => row !== undefined);
  }

  get table(): string {
    return `public.${quoteIdentifier(this.#first?.table ?? '')}`;
  }

  get estimatedRows(): number {
    return this.#first?.rows ?? -1;
  }

  isIndexed(name: string): boolean {
    return this.#rows.get(name)?.indexed === true;
  }

  column(name: string): string {
    return quoteIdentifier(name);
  }
}
