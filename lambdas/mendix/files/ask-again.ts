/** What the database says now of single storage keys: asked of what looked wrong, before it is called so. */
import type { FileCatalog, FileQueries } from './catalog.ts';
import { KNOWN, QUEUE_STATES } from './documents.ts';

/** A document, or a row of the queue. */
export interface KnownKey {
  uuid: string;
  /** A number of {@link KNOWN}. */
  kind: number;
  /** -1 where there is none. */
  size: number;
  /** Concrete entity of a document. */
  entity: string | null;
  /** When a document was created; `null` where that is not known. */
  created: Date | null;
}

interface Row {
  uuid: string;
  state: string | null;
  hascontents: boolean;
  size: string | null;
  entity: string | null;
  /** Milliseconds since the epoch. */
  created: string | null;
}

/** Keys of one statement. Equality does not depend on the column's order, so the index on `__uuid__` serves it. */
const MAX_KEYS = 10_000;

/**
 * Every document and every row of the queue that has one of `uuids`.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError
 */
export async function askAgain(
  queries: FileQueries,
  { documents, unreferenced }: FileCatalog,
  uuids: readonly string[],
): Promise<KnownKey[]> {
  const { table, uuid, entity } = documents;
  if (uuid === null) return [];
  const queue =
    unreferenced === null
      ? ''
      : `UNION ALL SELECT ${unreferenced.filekey}, coalesce(${unreferenced.state}, ''), false, NULL, NULL, NULL
         FROM ${unreferenced.table} WHERE ${unreferenced.filekey} = ANY ($1::varchar[])`;
  const statement = `SELECT ${uuid} AS uuid, NULL AS state, coalesce(hascontents, false) AS hascontents, size, ${entity} AS entity,
      floor(extract(epoch FROM createddate) * 1000)::bigint::text AS created
    FROM ${table} WHERE ${uuid} = ANY ($1::varchar[]) ${queue}`;
  const known: KnownKey[] = [];
  for (let start = 0; start < uuids.length; start += MAX_KEYS) {
    const rows = await queries.query<Row>(statement, [uuids.slice(start, start + MAX_KEYS)]);
    for (const row of rows) known.push(knownKey(row));
  }
  return known;
}

function knownKey({ uuid, state, hascontents, size, entity, created }: Row): KnownKey {
  if (state === null) {
    const kind = hascontents ? KNOWN.document : KNOWN.emptyDocument;
    return {
      uuid,
      kind,
      size: Number(size ?? -1),
      entity,
      created: created === null ? null : new Date(Number(created)),
    };
  }
  const place = (QUEUE_STATES as readonly string[]).indexOf(state);
  return { uuid, kind: place < 0 ? KNOWN.otherState : KNOWN.new + place, size: -1, entity: null, created: null };
}
