/** Reads a month of the history. */
import { zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import * as z from 'zod/mini';
import { RecordUnavailableError } from '../errors.ts';
import { type HistoryRow, row } from './history.ts';

/**
 * The rows of a file. Figures that this release does not know are rows as any other; columns that it does not know are
 * left out.
 *
 * @throws RecordUnavailableError `unreadable` for a file that is cut or no such file
 */
export async function decodeHistory(file: Uint8Array): Promise<HistoryRow[]> {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  try {
    const rows = await parquetReadObjects({
      file: bytes,
      compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    });
    return z.array(row).parse(rows);
  } catch (cause) {
    throw new RecordUnavailableError('unreadable', { cause });
  }
}
