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
import { UpstreamFailedError } from '../../errors.ts';
import type { FileCatalog, FileQueries } from './catalog.ts';

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

/** A storage key with what the database says of it. `size`: as it stands there, -1 where there is none. */
export type OnKey = (uuid: string, kind: number, size: number) => void;

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
  onKey: OnKey,
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
    unpack(what, keys, notes, server, onKey);
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

function unpack(what: PackedRow['what'], keys: string, notes: string, server: string, onKey: OnKey): void {
  let key = 0;
  let note = 0;
  while (key <= keys.length && note <= notes.length) {
    const keyEnd = endOf(keys, key);
    const noteEnd = endOf(notes, note);
    const text = notes.slice(note, noteEnd);
    if (what === 'queue') onKey(keys.slice(key, keyEnd), Number(text), -1);
    else if (text === 'n') onKey(keys.slice(key, keyEnd), KNOWN.emptyDocument, -1);
    else onKey(keys.slice(key, keyEnd), KNOWN.document, Number(text));
    key = keyEnd + 1;
    note = noteEnd + 1;
  }
  if (key <= keys.length || note <= notes.length) throw new UpstreamFailedError(server, 'invalid-answer');
}

function endOf(text: string, from: number): number {
  const end = text.indexOf(',', from);
  return end < 0 ? text.length : end;
}
