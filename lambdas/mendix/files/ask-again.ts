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

/** Keys of one statement. */
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
  const { table, uuid, is_uuid_indexed, entity } = documents;
  if (uuid === null) return [];
  const document = [
    `${uuid} AS uuid`,
    'NULL AS state',
    'coalesce(hascontents, false) AS hascontents',
    'size',
    `${entity} AS entity`,
    'floor(extract(epoch FROM createddate) * 1000)::bigint::text AS created',
  ];
  const statements = [withKeys(table, uuid, is_uuid_indexed, document)];
  if (unreferenced !== null) {
    const { table: queue, filekey, is_filekey_indexed, state } = unreferenced;
    const queued = [filekey, `coalesce(${state}, '')`, 'false', 'NULL::bigint', 'NULL::text', 'NULL::text'];
    statements.push(withKeys(queue, filekey, is_filekey_indexed, queued));
  }
  const statement = statements.join(' UNION ALL ');
  const known: KnownKey[] = [];
  for (let start = 0; start < uuids.length; start += MAX_KEYS) {
    const rows = await queries.query<Row>(statement, [uuids.slice(start, start + MAX_KEYS)]);
    for (const row of rows) known.push(knownKey(row));
  }
  return known;
}

/**
 * A statement that gives the rows that have one of the keys `$1`. What it costs does not depend on what the planner believes
 * of the keys, which without statistics is that each stands in every two hundredth row: an index is asked for one key
 * after the other (a range it takes for a two hundredth too, whatever the statistics say; PostgreSQL, "Row Estimation
 * Examples", and `DEFAULT_RANGE_INEQ_SEL`), and without an index the table is read once, each row looked up in a hashed
 * list, which `= ANY` is from PostgreSQL 14 on.
 */
function withKeys(table: string, key: string, isIndexed: boolean, columns: readonly string[]): string {
  return isIndexed
    ? `SELECT row.* FROM unnest($1::varchar[]) AS asked (key) CROSS JOIN LATERAL
        (SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} BETWEEN asked.key AND asked.key OFFSET 0) AS row`
    : `SELECT ${columns.join(', ')} FROM ${table} WHERE (${key} IN (SELECT unnest($1::varchar[]))) IS TRUE`;
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
