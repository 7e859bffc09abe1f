/**
 * The storage keys that an app's database knows, read as one snapshot: those of its documents, and those of the queue
 * of what it has let go of.
 *
 * The rows are read by ranges of their primary key, in the order in which they lie on disk, and not in the order of
 * their keys: the index on `__uuid__` serves that order too, at seven times the price (a million documents: 2.8 s and
 * 0.4 s, docs/decisions/storage-audit.md), since neighbours by UUID lie anywhere. A range comes as one row with all its
 * keys in two texts, which spares a million small messages:
 *
 *     uuids `0a1b…,7c2d…,…`   sizes `62000,-1,n,…`   (`n`: the document has no contents)
 *
 * One statement has one snapshot, so the borders of the ranges, the documents and the queue are of the same moment.
 */
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { FileCatalog, FileQueries } from './catalog.ts';
import { newUuidWords, readUuid, UUID_LENGTH, type UuidWords } from './key-layout.ts';

/** What the database says of a storage key. */
export const KNOWN = {
  /** A document with contents has it. */
  document: 0,
  /** A document without contents has it. */
  emptyDocument: 1,
  /** It is in the queue, by state; a state that is not known here counts as the last. */
  new: 2,
  obsolete: 3,
  deleted: 4,
  otherState: 5,
} as const;

/** States of System.UnreferencedFile, in the order of their numbers in {@link KNOWN}. */
export const QUEUE_STATES = ['New', 'Obsolete', 'Deleted', 'other'] as const;

/** Storage keys above `after` up to and with `upto`, in the order of their bytes; `null`: no such limit. */
export interface KeyRange {
  after: string | null;
  upto: string | null;
}

/** Takes storage keys with what the database says of them. `size`: as it stands there, -1 where there is none. */
export interface KeySink {
  /** A UUID as Mendix writes one; `words` are overwritten by the next. */
  add(words: UuidWords, kind: number, size: number): void;
  /** Any other text: an app has none, but the column would take it. */
  addOdd(key: string, kind: number, size: number): void;
}

/** Rows of a range. Larger messages are strings of over 128 kB, which V8 keeps until its next full collection. */
const RANGE_ROWS = 2_000;

interface PackedRow {
  what: 'document' | 'queue';
  keys: string | null;
  notes: string | null;
}

/**
 * Reads every key of `range`.
 *
 * @param onSnapshot called once, when the moment that all of it is true for lies behind
 * @throws UpstreamFailedError `no-storage-keys` in a schema without them, `invalid-answer` for keys that cannot be told
 *   apart (a comma in one); DatabaseUnavailableError, UpstreamTimeoutError
 */
export async function readKeys(
  queries: FileQueries,
  catalog: FileCatalog,
  range: KeyRange,
  server: string,
  onSnapshot: () => void,
  sink: KeySink,
): Promise<void> {
  const { documents, unreferenced } = catalog;
  if (documents.uuid === null) throw new UpstreamFailedError(server, 'no-storage-keys');
  const parts = [
    packed(
      'document',
      documents.table,
      documents.uuid,
      `CASE WHEN hascontents THEN coalesce(size, -1)::text ELSE 'n' END`,
    ),
  ];
  if (unreferenced !== null) {
    const { table, filekey, state } = unreferenced;
    parts.push(
      packed(
        'queue',
        table,
        filekey,
        `CASE ${state} WHEN 'New' THEN 2 WHEN 'Obsolete' THEN 3 WHEN 'Deleted' THEN 4 ELSE 5 END::text`,
      ),
    );
  }
  let isFirst = true;
  await queries.each<PackedRow>(parts.join(' UNION ALL '), [range.after, range.upto], ({ what, keys, notes }) => {
    if (isFirst) onSnapshot();
    isFirst = false;
    if (keys === null || notes === null) return;
    if (!unpack(what, bytesOf(keys), notes, sink)) throw new UpstreamFailedError(server, 'invalid-answer');
  });
}

/** A statement that gives the table's keys range by range: the last range is open, so it is there in an empty table. */
function packed(what: PackedRow['what'], table: string, key: string, note: string): string {
  const next = (after: string) => `(SELECT id FROM ${table} ${after} ORDER BY id OFFSET ${RANGE_ROWS - 1} LIMIT 1)`;
  return `(WITH RECURSIVE border (id) AS (
      SELECT ${next('')} UNION ALL SELECT ${next('WHERE id > border.id')} FROM border WHERE border.id IS NOT NULL
    ), range (low, high) AS (SELECT lag(id) OVER (ORDER BY id NULLS LAST), id FROM border)
    SELECT '${what}' AS what, rows.keys, rows.notes FROM range, LATERAL (
      SELECT string_agg(${key}, ',') AS keys, string_agg(${note}, ',') AS notes FROM ${table}
      WHERE id > coalesce(range.low, -9223372036854775808) AND id <= coalesce(range.high, 9223372036854775807)
        AND ${key} <> ''
        AND ($1::text IS NULL OR ${key} COLLATE "C" > $1) AND ($2::text IS NULL OR ${key} COLLATE "C" <= $2)
    ) rows)`;
}

/** Reused: a new one for each range would be 37 MB a million keys, which V8 collects late. */
const rangeBytes = Buffer.alloc(3 * RANGE_ROWS * (UUID_LENGTH + 1));
const words = newUuidWords();
const COMMA = 0x2c;
const NO_CONTENTS = 'n'.charCodeAt(0);

/** A text's bytes as UTF-8, good until the next text's. */
function bytesOf(keys: string): Buffer {
  // A character is at most three bytes long, or two of them are four.
  return 3 * keys.length > rangeBytes.length ? Buffer.from(keys) : rangeBytes.subarray(0, rangeBytes.write(keys));
}

/** Hands on the keys of a range. @returns false when there are more of them than notes, or fewer */
function unpack(what: PackedRow['what'], keys: Buffer, notes: string, sink: KeySink): boolean {
  let key = 0;
  let note = 0;
  while (key <= keys.length && note <= notes.length) {
    let kind: number = KNOWN.document;
    let size = -1;
    const noteEnd = notes.indexOf(',', note);
    const next = noteEnd < 0 ? notes.length : noteEnd;
    if (what === 'queue') kind = numberIn(notes, note, next);
    else if (notes.charCodeAt(note) === NO_CONTENTS) kind = KNOWN.emptyDocument;
    else size = numberIn(notes, note, next);
    const uuidEnd = key + UUID_LENGTH;
    if ((keys[uuidEnd] === COMMA || uuidEnd === keys.length) && readUuid(keys, key, words)) {
      sink.add(words, kind, size);
      key = uuidEnd + 1;
    } else {
      const comma = keys.indexOf(COMMA, key);
      const end = comma < 0 ? keys.length : comma;
      sink.addOdd(keys.toString('utf8', key, end), kind, size);
      key = end + 1;
    }
    note = next + 1;
  }
  return key > keys.length && note > notes.length;
}

/** The whole number that stands in `text` from `start` to `end`: a text for each would be made for nothing. */
function numberIn(text: string, start: number, end: number): number {
  const isNegative = text.charCodeAt(start) === 0x2d;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) value = 10 * value + (text.charCodeAt(at) - 0x30);
  return isNegative ? -value : value;
}
