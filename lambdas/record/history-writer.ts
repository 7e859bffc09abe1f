/** Writes a month of the history. Apart from the reader: a function that reads has no use for it. */
import { zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { HistoryRow } from './history.ts';

/** A month of 400 tables is one group; a reader holds one at a time. */
const ROW_GROUP_ROWS = 30_000;

/** The rows as a file. */
export function encodeHistory(rows: readonly HistoryRow[]): Buffer {
  const column = <Name extends keyof HistoryRow>(name: Name) => rows.map((one) => one[name]);
  const buffer = parquetWriteBuffer({
    columnData: [
      {
        name: 'taken_at',
        data: column('taken_at'),
        type: 'TIMESTAMP',
        nullable: false,
        encoding: 'DELTA_BINARY_PACKED',
      },
      { name: 'date', data: column('date'), type: 'STRING', nullable: false },
      { name: 'figure', data: column('figure'), type: 'STRING', nullable: false },
      { name: 'subject', data: column('subject'), type: 'STRING', nullable: false },
      { name: 'value', data: column('value'), type: 'DOUBLE', nullable: true },
      { name: 'state', data: column('state'), type: 'STRING', nullable: true },
      { name: 'unit', data: column('unit'), type: 'STRING', nullable: false },
      { name: 'exact', data: column('exact'), type: 'BOOLEAN', nullable: false },
      { name: 'source', data: column('source'), type: 'STRING', nullable: false },
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    rowGroupSize: ROW_GROUP_ROWS,
    createdBy: 'mrt-api',
  });
  return Buffer.from(buffer);
}
