/**
 * What the routes read of the record. Each function may read its own view and its own history, and nothing else; of a tenant
 * that has a role of its own, with a session of that role alone.
 */
import type { Context } from '../context.ts';
import type { Reader } from '../environment-settings.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../upstream-errors.ts';
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
  /** The environment's own; left out: the function's role reads it. */
  reader?: Reader | undefined;
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
  /**
   * @param reader of the tenant whose part is asked for; left out: the part of all who have no role of their own
   * @throws RecordUnavailableError; UpstreamFailedError and others when S3 does not give it
   */
  latest(view: string, reader?: Reader): Promise<NewestRecord>;
  /**
   * The points of the days from `from` to `to`, oldest month first, and in it each subject's by day; a month that was not
   * recorded is left out.
   *
   * @param take gets one after the other: a month of a large database has more than can be held as objects
   * @throws as {@link latest}
   */
  history(question: HistoryQuestion, take: (point: HistoryPoint) => void): Promise<void>;
  /** `null`: nothing is recorded of the environment's constants. @throws as {@link latest} */
  changes(environment: string, reader?: Reader): Promise<ConstantChanges | null>;
}

/**
 * The views read last, by bucket, key and role: parsed once for as long as S3 says that they are the same. One a tenant, which
 * the configuration bounds. What is in it is given to whoever may read the object now, as each use asks S3 first.
 */
const kept = new Map<string, NewestRecord>();

/** @param bucket of the record, in the function's own Region */
export function recordReader(bucket: string, region: string, context: Context): RecordReader {
  type Found = StoredObject | 'not-modified' | null;
  const place = (reader: Reader | undefined) => ({ name: 'record', bucket, region, ...(reader && { reader }) });
  const read = async (key: string, reader: Reader | undefined, max_bytes: number, etag?: string): Promise<Found> => {
    try {
      const options = etag === undefined ? { max_bytes } : { max_bytes, if_none_match: etag };
      return await readObject({ ...place(reader), key }, options, context);
    } catch (error) {
      if (error instanceof UpstreamFailedError && error.reason === 'not-found') return null;
      throw error;
    }
  };
  /**
   * S3 tells a missing object from a forbidden one only to who may list the whole bucket (S3 API reference, "GetObject",
   * Permissions), which no route may. So what there is is listed, below the prefixes that the role permits.
   */
  const keysBelow = async (prefix: string, reader: Reader | undefined): Promise<Set<string>> => {
    const objects = await context.timing.of('s3', () =>
      objectsBelow({ ...place(reader), prefix, suffix: '' }, context),
    );
    return new Set(objects.map(({ key }) => key));
  };
  /** `null`: it is not there. Read first: only a refusal, as before the recorder's first run, costs a second question. */
  const readOrMissing = async (...[key, reader, max_bytes, etag]: Parameters<typeof read>): Promise<Found> => {
    try {
      return await read(key, reader, max_bytes, etag);
    } catch (error) {
      const isRefused = error instanceof UpstreamFailedError && error.reason === 'access-denied';
      if (isRefused && !(await keysBelow(key, reader)).has(key)) return null;
      throw error;
    }
  };
  return {
    async latest(view, reader) {
      const key = latestKey(view, reader?.tenant);
      const name = JSON.stringify([bucket, key, reader?.role]);
      const before = kept.get(name) ?? null;
      const stored = await readOrMissing(key, reader, MAX_LATEST_BYTES, before?.etag);
      if (stored === null) throw new RecordUnavailableError('missing');
      if (stored === 'not-modified') {
        if (before === null) throw new RecordUnavailableError('unreadable');
        return before;
      }
      const newest = { etag: stored.etag, latest: parseLatest(stored.body) };
      kept.set(name, newest);
      return newest;
    },
    async history({ route, environment, reader, from, to, isAsked }, take) {
      const { eachPoint } = await import('./history-reader.ts');
      const recorded = await keysBelow(environmentPrefix(route, environment, reader?.tenant), reader);
      const keys = monthsOf(from, to)
        .map((month) => historyKey(route, environment, month, reader?.tenant))
        .filter((key) => recorded.has(key));
      const [first, last] = [from, to].map((time) => time.toISOString().slice(0, 10)) as [string, string];
      const files = await Promise.all(keys.map((key) => read(key, reader, MAX_HISTORY_BYTES)));
      const isWithin = (point: PointName) => point.date >= first && point.date <= last && isAsked(point);
      for (const file of files) {
        if (file !== null && file !== 'not-modified') await eachPoint(file.body, isWithin, take);
      }
    },
    async changes(environment, reader) {
      const key = changesKey(environment, reader?.tenant);
      const stored = await readOrMissing(key, reader, MAX_HISTORY_BYTES);
      return stored === null || stored === 'not-modified' ? null : parseChanges(stored.body);
    },
  };
}
