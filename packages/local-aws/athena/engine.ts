/**
 * Runs a statement over the tables of the catalog with DuckDB, which knows the same SQL in all that the two engines mean
 * alike; what it calls otherwise is there as a macro. DuckDB is loaded with the first query.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedTable } from '../cloudformation/deployed-athena.ts';
import type { StackPlace } from '../cloudformation/template.ts';
import type { ForwardedSession } from './objects.ts';
import { QueryFailure } from './query-failure.ts';

/** What a statement gave. */
export interface EngineResult {
  columns: string[];
  rows: (string | null)[][];
  /** Of all files that were read; Athena counts the columns that a question needs. */
  scannedBytes: number;
}

export interface EngineOptions {
  tables: readonly DeployedTable[];
  place: StackPlace;
  /** Files are put there for DuckDB. */
  directory: string;
}

/** Functions of Trino that DuckDB has by another name. */
const MACROS = 'CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern);';

/** Hive's types in DuckDB's words. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  double: 'DOUBLE',
};

/** Runs statements for whoever may. */
export class Engine {
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /**
   * @param maxBytes more than this is not read; `null`: no limit
   * @throws QueryFailure
   */
  async run(
    sql: string,
    session: ForwardedSession,
    maxBytes: number | null,
    signal: AbortSignal,
  ): Promise<EngineResult> {
    const tables = this.#options.tables.filter(({ database, name }) => sql.includes(`"${database}"."${name}"`));
    const files = tables.map((table) => ({ table, ...this.#filesOf(table, sql, session) }));
    const scannedBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (maxBytes !== null && scannedBytes > maxBytes) throw new QueryFailure('Bytes scanned limit was exceeded');
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '2' });
    try {
      const connection = await instance.connect();
      signal.addEventListener('abort', () => connection.interrupt());
      await connection.run(MACROS);
      for (const { table, paths, partition } of files) {
        await connection.run(`CREATE SCHEMA IF NOT EXISTS "${table.database}"`);
        await connection.run(
          await viewOf(table, paths, partition, async (text) => {
            const rows = await connection.runAndReadAll(text);
            return rows.getRows().map(([name]) => String(name));
          }),
        );
      }
      await connection.run(`SET allowed_directories = ['${this.#options.directory}/'];
        SET enable_external_access = false; SET lock_configuration = true;`);
      const reader = await connection.runAndReadAll(sql);
      const rows = reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
      return { columns: reader.columnNames(), rows, scannedBytes };
    } catch (error) {
      throw error instanceof QueryFailure ? error : new QueryFailure(failureOf(error), { cause: error });
    } finally {
      instance.closeSync();
    }
  }

  /** The files of a table's partition, put where DuckDB can read them. */
  #filesOf(table: DeployedTable, sql: string, session: ForwardedSession) {
    const { region, account } = this.#options.place;
    const glue = (path: string) => `arn:aws:glue:${region}:${account}:${path}`;
    session.require('glue:GetDatabase', glue(`database/${table.database}`));
    session.require('glue:GetTable', glue(`table/${table.database}/${table.name}`));
    const partition = partitionIn(table, sql);
    const { bucket, key: prefix } = located(
      table.location.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => partition[name] ?? ''),
    );
    const listed = session.keys(bucket, prefix).map((key) => ({ bucket, key }));
    const objects = table.isSymlink
      ? listed.flatMap(({ key }) => linesOf(session.read(bucket, key)).map(located))
      : listed;
    let bytes = 0;
    const paths = objects.map((object) => {
      const body = session.read(object.bucket, object.key);
      bytes += body.length;
      return this.#put(body, object.key.endsWith('.gz') ? '.csv.gz' : `.${table.format}`);
    });
    return { paths, partition, bytes };
  }

  #put(body: Uint8Array, ending: string): string {
    mkdirSync(this.#options.directory, { recursive: true });
    const path = join(this.#options.directory, createHash('sha256').update(body).digest('hex') + ending);
    if (!existsSync(path)) writeFileSync(path, body);
    return path;
  }
}

/** @throws QueryFailure in Athena's words where an injected partition is not named */
function partitionIn({ injected }: DeployedTable, sql: string): Record<string, string> {
  if (injected === null) return {};
  const [, value] = new RegExp(`\\b${injected} = '([^']*)'`).exec(sql) ?? [];
  if (value === undefined) {
    throw new QueryFailure(
      `CONSTRAINT_VIOLATION: For the injected projected partition column ${injected}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
  }
  return { [injected]: value };
}

/** @param columnNames of what a statement would give */
async function viewOf(
  table: DeployedTable,
  paths: readonly string[],
  partition: Readonly<Record<string, string>>,
  columnNames: (sql: string) => Promise<string[]>,
): Promise<string> {
  if (table.format === 'orc') throw new QueryFailure('NOT_SUPPORTED: ORC is not read here');
  const list = `[${paths.map((path) => `'${path}'`).join(', ')}]`;
  const typed = table.columns.map(({ name, type }) => ({ name, type: TYPES[type] ?? 'VARCHAR' }));
  const source =
    table.format === 'parquet'
      ? `read_parquet(${list}, union_by_name = true)`
      : `read_csv(${list}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '\\', nullstr = '\u0001',
          columns = {${typed.map(({ name }) => `'${name}': 'VARCHAR'`).join(', ')}})`;
  const there = paths.length === 0 ? [] : await columnNames(`DESCRIBE SELECT * FROM ${source}`);
  const columns = typed.map(({ name, type }) =>
    there.includes(name) ? `CAST("${name}" AS ${type}) AS "${name}"` : `CAST(NULL AS ${type}) AS "${name}"`,
  );
  const partitions = Object.entries(partition).map(([name, value]) => `'${value}' AS "${name}"`);
  // A partition without files has no rows, and is no error.
  const from = paths.length === 0 ? '(SELECT 1) WHERE false' : source;
  return `CREATE VIEW "${table.database}"."${table.name}" AS SELECT ${[...columns, ...partitions].join(', ')} FROM ${from}`;
}

function linesOf(body: Uint8Array): string[] {
  return Buffer.from(body)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** @example located('s3://bucket/a/b') // { bucket: 'bucket', key: 'a/b' } */
export function located(address: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(address) ?? [];
  return { bucket, key };
}

/** In Athena's words as far as a client tells them apart; the rest is DuckDB's own. */
function failureOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/INTERRUPT/i.test(text)) return 'Query was cancelled';
  if (/Invalid Input Error|IO Error|No magic bytes|Parquet/i.test(text)) return `HIVE_BAD_DATA: ${text}`;
  return `SYNTAX_ERROR: ${text}`;
}
