/**
 * `npm run history -- "<sql>"`: asks the recorded history in SQL on this machine, with DuckDB. The view `history` is over
 * the same files as Athena's table of that name; docs/recipes.md has questions. Without `--folder` it is the history of the
 * local run, whether that is running or not.
 */
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { HISTORY } from '../lambdas/record/layout.ts';

/** Where the local S3 keeps what functions have written: an object a file, its key percent-encoded. */
const LOCAL_OBJECTS = '.local/s3';

/** What was asked and what came of it, values as text; `null` stays `null`. */
export interface HistoryRows {
  columns: string[];
  rows: (string | null)[][];
}

/** Something that whoever asked can mend; the message says how. */
export class HistoryError extends Error {
  override name = 'HistoryError' as const;
}

/**
 * Runs one statement over the files below a folder.
 *
 * @param folder with `route=…/environment=…/month=…/` somewhere below it
 * @throws HistoryError when nothing is there, or DuckDB does not take the statement
 */
export async function askHistory(sql: string, folder: string): Promise<HistoryRows> {
  if (globSync('**/*.parquet', { cwd: folder }).length === 0) {
    throw new HistoryError(`${folder} holds no history: a stage records one when its configuration has "recording".`);
  }
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    await openHistory(connection, folder);
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    return { columns: reader.columnNames(), rows };
  } catch (error) {
    throw new HistoryError(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    instance.closeSync();
  }
}

/**
 * The view, and nothing else of this machine: a statement that was copied from somewhere can neither read another file nor
 * write one. Partitions stay text, as in Athena; times are UTC.
 */
async function openHistory(connection: DuckDBConnection, folder: string): Promise<void> {
  const files = join(folder, '**/*.parquet').replaceAll("'", "''");
  await connection.run(`
    SET TimeZone = 'UTC';
    CREATE VIEW history AS SELECT * FROM
      read_parquet('${files}', hive_partitioning = true, hive_types_autocast = false, union_by_name = true);
    SET allowed_directories = ['${folder.replaceAll("'", "''")}/'];
    SET enable_external_access = false;
    SET lock_configuration = true;`);
}

/**
 * Lays the history of the local run out in folders. Copies, some megabytes at most: DuckDB follows no link out of the folder
 * that it may read.
 *
 * `mrt-local-recordbucket-…/history%2Froute%3Dusers%2F…%2Ffigures.parquet` becomes `history/route=users/…/figures.parquet`.
 *
 * @param objects the folder of the local S3
 * @param place an empty folder
 */
export function layOut(objects: string, place: string): string {
  for (const path of globSync(`*/${encodeURIComponent(HISTORY)}*`, { cwd: objects })) {
    const file = join(place, decodeURIComponent(basename(path)));
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(objects, path), file);
  }
  return place;
}

/** Columns under each other for a person; numbers to the right. */
export function asTable({ columns, rows }: HistoryRows): string {
  const lines = [columns, ...rows.map((row) => row.map((value) => value ?? 'null'))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  const isNumber = columns.map((_, index) =>
    rows.every((row) => row[index] == null || /^-?[\d.e+]+$/.test(row[index])),
  );
  const pad = (text: string, index: number) =>
    isNumber[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}

/** RFC 4180; what is not known is empty. */
export function asCsv({ columns, rows }: HistoryRows): string {
  const cell = (value: string | null) =>
    /[",\r\n]/.test(value ?? '') ? `"${value?.replaceAll('"', '""')}"` : (value ?? '');
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { folder: { type: 'string' }, csv: { type: 'boolean', default: false } },
  });
  const [sql, ...others] = positionals;
  if (sql === undefined || others.length > 0) {
    throw new HistoryError('What is asked? npm run history -- "SELECT … FROM history" [--folder <folder>] [--csv]');
  }
  const place = mkdtempSync(join(tmpdir(), 'mrt-history-'));
  try {
    const answer = await askHistory(
      sql,
      values.folder === undefined ? layOut(LOCAL_OBJECTS, place) : resolve(values.folder),
    );
    process.stdout.write(values.csv ? asCsv(answer) : asTable(answer));
  } finally {
    rmSync(place, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof HistoryError) && (error as NodeJS.ErrnoException).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
