/** What the routes read of the record. Each function may read its own view and its own history, and nothing else. */
import type { Context } from '../context.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../errors.ts';
import { changesKey, historyKey, latestKey } from '../record-layout.ts';
import { readObject, type StoredObject } from '../upstreams/s3/objects.ts';
import { type ConstantChanges, parseChanges } from './changes.ts';
import { type HistoryRow, monthsOf } from './history.ts';
import { type Latest, parseLatest } from './latest.ts';

/** A fleet of 1,000 with its tables is some 2 MB in gzip. */
const MAX_LATEST_BYTES = 30_000_000;
/** A month of 10,000 tables is some 3 MB. */
const MAX_HISTORY_BYTES = 50_000_000;

/** The newest figures, with what tells one version of them from another. */
export interface NewestRecord {
  latest: Latest;
  /** With its quotes. */
  etag: string;
}

export interface RecordReader {
  /** @throws RecordUnavailableError; UpstreamFailedError and others when S3 does not give it */
  latest(view: string): Promise<NewestRecord>;
  /**
   * Rows of the days from `from` to `to`, oldest month first; a month that was not recorded is left out.
   *
   * @throws as {@link latest}
   */
  history(route: string, environment: string, from: Date, to: Date): Promise<HistoryRow[]>;
  /** `null`: nothing is recorded of the environment's constants. @throws as {@link latest} */
  changes(environment: string): Promise<ConstantChanges | null>;
}

/** The view read last: parsed once for as long as S3 says that it is the same. */
let kept: { key: string; etag: string; latest: Latest } | null = null;

/** The record of a stage that records nothing. */
export const noRecord: RecordReader = {
  latest: () => Promise.reject(new RecordUnavailableError('missing')),
  history: async () => [],
  changes: async () => null,
};

/** @param bucket of the record, in the function's own Region */
export function recordReader(bucket: string, region: string, context: Context): RecordReader {
  const read = async (key: string, max_bytes: number, etag?: string): Promise<StoredObject | 'not-modified' | null> => {
    try {
      const options = etag === undefined ? { max_bytes } : { max_bytes, if_none_match: etag };
      return await readObject({ name: 'record', bucket, region, key }, options, context);
    } catch (error) {
      if (error instanceof UpstreamFailedError && error.reason === 'not-found') return null;
      throw error;
    }
  };
  return {
    async latest(view) {
      const key = latestKey(view);
      const before = kept !== null && kept.key === `${bucket}/${key}` ? kept : null;
      const stored = await read(key, MAX_LATEST_BYTES, before?.etag);
      if (stored === null) throw new RecordUnavailableError('missing');
      if (stored === 'not-modified') {
        if (before === null) throw new RecordUnavailableError('unreadable');
        return before;
      }
      kept = { key: `${bucket}/${key}`, etag: stored.etag, latest: parseLatest(stored.body) };
      return kept;
    },
    async history(route, environment, from, to) {
      const { decodeHistory } = await import('./history-reader.ts');
      const months = await Promise.all(
        monthsOf(from, to).map(async (month) => {
          const stored = await read(historyKey(route, environment, month), MAX_HISTORY_BYTES);
          return stored === null || stored === 'not-modified' ? [] : decodeHistory(stored.body);
        }),
      );
      const [first, last] = [from, to].map((time) => time.toISOString().slice(0, 10)) as [string, string];
      return months.flat().filter(({ date }) => date >= first && date <= last);
    },
    async changes(environment) {
      const stored = await read(changesKey(environment), MAX_HISTORY_BYTES);
      return stored === null || stored === 'not-modified' ? null : parseChanges(stored.body);
    },
  };
}
