/** A month of the history, which is written again with each day. */
import { type HistoryRow, merged } from '../record/history.ts';
import { decodeHistory } from '../record/history-reader.ts';
import { encodeHistory } from '../record/history-writer.ts';
import { type RecordStore, readVersioned, writeVersioned } from './store.ts';

/** Media type of a month's file (IANA). */
export const PARQUET = 'application/vnd.apache.parquet';

/** The month's file with these rows in it, each once. */
export async function writeHistory(
  store: RecordStore,
  key: string,
  rows: readonly HistoryRow[],
  signal: AbortSignal,
): Promise<void> {
  const before = await readVersioned(store, key, decodeHistory, signal);
  const body = encodeHistory(merged(before.content ?? [], rows));
  await writeVersioned(store, key, before, body, signal, PARQUET);
}
