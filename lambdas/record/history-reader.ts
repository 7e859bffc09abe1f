/** Reads a month of the history. */
import { zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { RecordUnavailableError } from '../upstream-errors.ts';
import type { HistoryPoint, HistoryRow, PointName } from './history.ts';

/** What each column must hold; others, of a newer release, are not even decompressed. */
const COLUMNS: { [Name in keyof HistoryRow]: (value: unknown) => boolean } = {
  taken_at: (value) => value instanceof Date,
  date: isText,
  figure: isText,
  subject: isText,
  value: (value) => value === null || typeof value === 'number',
  state: (value) => value === null || isText(value),
  unit: isText,
  exact: (value) => typeof value === 'boolean',
  source: isText,
};
const NAMES = Object.keys(COLUMNS) as (keyof HistoryRow)[];
/** By these it is decided which rows are asked for. */
const POINT_NAMES: readonly (keyof HistoryRow)[] = ['figure', 'subject', 'date'];

/**
 * All rows of a file. Figures that this release does not know are rows as any other.
 *
 * @throws RecordUnavailableError `unreadable` for a file that is cut or no such file
 */
export async function decodeHistory(file: Uint8Array): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = [];
  await eachAsked(
    file,
    NAMES,
    () => true,
    (columns, at) => {
      rows.push(rowAt(columns, at));
    },
  );
  return rows;
}

/**
 * The points of a file that are asked for, one after the other: each figure and subject by day.
 *
 * @throws as {@link decodeHistory}
 */
export function eachPoint(
  file: Uint8Array,
  isAsked: (point: PointName) => boolean,
  take: (point: HistoryPoint) => void,
): Promise<void> {
  return eachAsked(file, ['value', 'exact'], isAsked, ({ figure, subject, date, value, exact }, at) => {
    take({
      figure: figure[at],
      subject: subject[at],
      date: date[at],
      value: value[at],
      exact: exact[at],
    } as HistoryPoint);
  });
}

type Name = keyof HistoryRow;
type Columns = Record<Name, unknown[]>;

/**
 * One row group after the other, its columns as they are, and the others only where one of its rows is asked for: of 10,000
 * tables a month has 600,000 rows, which as objects, or all at once, would take more memory than a function has.
 */
async function eachAsked(
  file: Uint8Array,
  names: readonly Name[],
  isAsked: (point: PointName) => boolean,
  take: (columns: Columns, at: number) => void,
): Promise<void> {
  try {
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
    const metadata = parquetMetadata(bytes);
    const others = names.filter((name) => !POINT_NAMES.includes(name));
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const group = { file: bytes, metadata, rowStart, rowEnd: rowStart + Number(num_rows) };
      const columns = await readGroup(group, POINT_NAMES);
      const { figure, subject, date } = columns as Record<Name, string[]>;
      const asked: number[] = [];
      for (let at = 0; at < figure.length; at++) {
        const point = { figure: figure[at], subject: subject[at], date: date[at] };
        if (isAsked(point as PointName)) asked.push(at);
      }
      if (asked.length > 0) {
        const all = { ...columns, ...(await readGroup(group, others)) } as Columns;
        for (const at of asked) take(all, at);
      }
      rowStart = group.rowEnd;
    }
  } catch (cause) {
    throw new RecordUnavailableError('unreadable', { cause });
  }
}

/** @throws Error where a column is not there, or of another type */
async function readGroup(
  group: { file: ArrayBuffer; metadata: FileMetaData; rowStart: number; rowEnd: number },
  names: readonly Name[],
): Promise<Partial<Columns>> {
  const length = group.rowEnd - group.rowStart;
  const columns: Partial<Columns> = Object.fromEntries(
    names.map((name) => [name, new Array<unknown>(length).fill(undefined)]),
  );
  await parquetRead({
    ...group,
    columns: [...names],
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    onChunk({ columnName, columnData, rowStart }) {
      const column = columns[columnName as Name] ?? [];
      for (let i = 0; i < columnData.length; i++) column[rowStart - group.rowStart + i] = columnData[i] ?? null;
    },
  });
  for (const name of names) {
    if (!columns[name]?.every(COLUMNS[name])) throw new Error(`the column ${name} is not what it must be`);
  }
  return columns;
}

function rowAt(columns: Columns, at: number): HistoryRow {
  return Object.fromEntries(NAMES.map((name) => [name, columns[name][at]])) as unknown as HistoryRow;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
