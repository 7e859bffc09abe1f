/**
 * Exact sizes that never wait. PostgreSQL's size functions take an ACCESS SHARE lock on the table, its indexes and its
 * TOAST table, and queue behind whoever holds, or waits for, ACCESS EXCLUSIVE. So the statement looks at pg_locks first
 * and leaves such tables out; a lock that arrives between the look and the call ends the statement after the short
 * `lock_timeout` of this route's connection, and the list is halved until only the locked table itself is estimated.
 * A size function gives its lock back at once, so nobody queues behind us either.
 */
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import { RelationLockedError } from '../../upstreams/postgres/fault.ts';
import { type Count, countOf } from './count.ts';
import { measureStatement } from './measure-statement.ts';
import type { Permissions } from './permissions.ts';

/** How long the size functions may wait for a lock, in ms: the look makes that rare. */
export const MAX_LOCK_WAIT_MS = 10;

/** Tables in one statement. */
const MAX_BATCH = 1000;

/** One table with its partitions summed up; sizes in bytes, from `relpages` where `exact` is false. */
export interface Measured {
  oid: number;
  schema: string;
  table: string;
  relation: 'table' | 'partitioned_table' | 'materialized_view' | 'foreign_table';
  table_bytes: number;
  index_bytes: number;
  toast_bytes: number;
  exact: boolean;
  locked: boolean;
  partitions: number | null;
  estimated_rows: Count;
  dead_rows: Count;
  rows_inserted: Count;
  rows_deleted: Count;
  last_vacuum: string | null;
  last_autovacuum: string | null;
  last_analyze: string | null;
  last_autoanalyze: string | null;
}

/**
 * The sizes of these tables, by oid. A table that has been dropped since it was ranked is not in it.
 *
 * Worked example: of eight tables the sixth is locked after the look. The statement for 1 to 8 ends after 10 ms; 1 to 4
 * are measured; 5 to 8 ends after 10 ms, unless its own look has seen the lock by then; 5 and 6 too; 5 is measured; 6
 * alone is estimated; 7 and 8 are measured. Three waits of 10 ms at most, and one estimate.
 *
 * @param oids of tables, or of roots of partitioned tables; any number
 * @throws DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError
 */
export async function measure(
  connection: DatabaseConnection,
  permissions: Permissions,
  oids: readonly number[],
): Promise<ReadonlyMap<number, Measured>> {
  const statement = measureStatement(permissions);
  const rows: Measured[] = [];
  for (let start = 0; start < oids.length; start += MAX_BATCH) {
    rows.push(...(await measureBatch(connection, statement, oids.slice(start, start + MAX_BATCH))));
  }
  return new Map(rows.map((row) => [row.oid, withCounts(row)]));
}

/** Estimates come as floats, counters as text, for they may be larger than a JSON number. */
function withCounts(row: Measured): Measured {
  return {
    ...row,
    estimated_rows: countOf(row.estimated_rows),
    dead_rows: countOf(row.dead_rows),
    rows_inserted: countOf(row.rows_inserted),
    rows_deleted: countOf(row.rows_deleted),
  };
}

async function measureBatch(
  connection: DatabaseConnection,
  statement: string,
  oids: readonly number[],
): Promise<Measured[]> {
  try {
    return await connection.query<Measured>(statement, [oids, false]);
  } catch (error) {
    if (!isDisturbed(error)) throw error;
  }
  if (oids.length === 1) return connection.query<Measured>(statement, [oids, true]);
  const half = Math.ceil(oids.length / 2);
  return [
    ...(await measureBatch(connection, statement, oids.slice(0, half))),
    ...(await measureBatch(connection, statement, oids.slice(half))),
  ];
}

/** Locked in between; or an index dropped concurrently in between, for which PostgreSQL has only an internal error. */
function isDisturbed(error: unknown): boolean {
  return (
    error instanceof RelationLockedError || (error instanceof UpstreamFailedError && error.reason === 'sqlstate-XX000')
  );
}
