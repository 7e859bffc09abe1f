/** What the routes read of the record. Each function may read its own view and its own history, and nothing else. */
import type { Context } from '../context.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../errors.ts';
import { readObject, type StoredObject } from '../upstreams/s3/objects.ts';
import { objectsBelow } from '../upstreams/s3/objects-below.ts';
import { type ConstantChanges, parseChanges } from './changes.ts';
import { type HistoryPoint, monthsOf, type PointName } from './history.ts';
import { type Latest, parseLatest } from './latest.ts';
import { changesKey, environmentPrefix, historyKey, latestKey } from './layout.ts';

/** A fleet of 1,000 with its tables is some 2 MB in gzip. */
const MAX_LATEST_BYTES = 30_000_000;
/** A month of 10,000 tables is some 3 MB. */
const MAX_HISTORY_BYTES = 50_000_000;

/** What of the history. */
export interface HistoryQuestion {
  route: string;
  environment: string;
  from: Date;
  to: Date;
  isAsked(point: PointName): boolean;
}

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
   * The points of the days from `from` to `to`, oldest month first, and in it each subject's by day; a month that was not
   * recorded is left out.
   *
   * @param take gets one after the other: a month of a large database has more than can be held as objects
   * @throws as {@link latest}
   */
  history(question: HistoryQuestion, take: (point: HistoryPoint) => void): Promise<void>;
  /** `null`: nothing is recorded of the environment's constants. @throws as {@link latest} */
  changes(environment: string): Promise<ConstantChanges | null>;
}

/** The view read last: parsed once for as long as S3 says that it is the same. */
let kept: { key: string; etag: string; latest: Latest } | null = null;

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
  /**
   * S3 tells a missing object from a forbidden one only to who may list the whole bucket (S3 API reference, "GetObject",
   * Permissions), which no route may. So what there is is listed, below the prefixes that the role permits.
   */
  const keysBelow = async (prefix: string): Promise<Set<string>> => {
    const objects = await context.timing.of('s3', () =>
      objectsBelow({ name: 'record', bucket, region, prefix, suffix: '' }, context),
    );
    return new Set(objects.map(({ key }) => key));
  };
  /** `null`: it is not there. Read first: only a refusal, as before the recorder's first run, costs a second question. */
  const readOrMissing = async (...[key, max_bytes, etag]: Parameters<typeof read>): ReturnType<typeof read> => {
    try {
      return await read(key, max_bytes, etag);
    } catch (error) {
      const isRefused = error instanceof UpstreamFailedError && error.reason === 'access-denied';
      if (isRefused && !(await keysBelow(key)).has(key)) return null;
      throw error;
    }
  };
  return {
    async latest(view) {
      const key = latestKey(view);
      const before = kept !== null && kept.key === `${bucket}/${key}` ? kept : null;
      const stored = await readOrMissing(key, MAX_LATEST_BYTES, before?.etag);
      if (stored === null) throw new RecordUnavailableError('missing');
      if (stored === 'not-modified') {
        if (before === null) throw new RecordUnavailableError('unreadable');
        return before;
      }
      kept = { key: `${bucket}/${key}`, etag: stored.etag, latest: parseLatest(stored.body) };
      return kept;
    },
    async history({ route, environment, from, to, isAsked }, take) {
      const { eachPoint } = await import('./history-reader.ts');
      const recorded = await keysBelow(environmentPrefix(route, environment));
      const keys = monthsOf(from, to)
        .map((month) => historyKey(route, environment, month))
        .filter((key) => recorded.has(key));
      const [first, last] = [from, to].map((time) => time.toISOString().slice(0, 10)) as [string, string];
      const files = await Promise.all(keys.map((key) => read(key, MAX_HISTORY_BYTES)));
      const isWithin = (point: PointName) => point.date >= first && point.date <= last && isAsked(point);
      for (const file of files) {
        if (file !== null && file !== 'not-modified') await eachPoint(file.body, isWithin, take);
      }
    },
    async changes(environment) {
      const key = changesKey(environment);
      const stored = await readOrMissing(key, MAX_HISTORY_BYTES);
      return stored === null || stored === 'not-modified' ? null : parseChanges(stored.body);
    },
  };
}
