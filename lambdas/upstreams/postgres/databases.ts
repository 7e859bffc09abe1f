/** PostgreSQL on RDS, read-only. The one place where connections are kept between requests. */
import type { Context } from '../../context.ts';
import { DatabaseUnavailableError } from '../../errors.ts';
import type { Database } from '../../settings.ts';
import { Connections } from './connections.ts';
import { ConnectionLostError } from './fault.ts';
import type { Session } from './session.ts';

export interface Databases {
  /** Opens nothing yet: the first query does. */
  on(database: Database): DatabaseConnection;
}

export interface DatabaseConnection {
  /**
   * Runs one read statement and gives its rows. Statements of one database run one after the other.
   * Read-only, outside a transaction, ended by the server at the request's deadline. A connection that was lost in
   * between (freeze, fail-over, restart) is opened anew once. bigint and numeric come as text, timestamptz as Date.
   *
   * @throws DatabaseUnavailableError, UpstreamTimeoutError (RelationLockedError past the lock timeout),
   *   UpstreamFailedError `sqlstate-…`
   */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** For statements whose rows are too many to be held at once. */
export interface DatabaseStream {
  /**
   * As `query`, and `onRow` gets each row as it comes. A connection that is lost before the first row is opened anew
   * once; later it is an error, as the rows of two snapshots are no whole.
   *
   * @throws what `query` throws, and whatever `onRow` throws; the connection is then given up
   */
  each<Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void): Promise<void>;
}

export interface ConnectionLimits {
  /** Open connections of this instance in all, at most one for each database: `limits.database_connections_per_instance`. */
  connections: number;
  /** How long a statement may wait for a table that somebody has locked. */
  lockTimeoutMs?: number;
}

/** One busy table must not use up the whole deadline. */
const MAX_LOCK_WAIT_MS = 3000;

const warm = new Connections();

/**
 * The databases, bound to one request.
 *
 * @example
 * const rows = await postgres(context, { connections: 3 }).on(database).query<{ one: number }>('SELECT 1 AS one');
 */
export function postgres(
  context: Context,
  limits: ConnectionLimits,
): Databases & { on(database: Database): DatabaseConnection & DatabaseStream } {
  return {
    on: (database) => ({
      each: <Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void) => {
        let isFirst = true;
        const take = (row: object) => {
          isFirst = false;
          onRow(row as Row);
        };
        const work = () =>
          withSession(context, limits, database, (session) => session.each(context.deadline, text, values, take));
        return context.timing.of('postgresql', () => onceMore(database, work, () => isFirst));
      },
      query: <Row extends object>(text: string, values: readonly unknown[] = []) =>
        context.timing.of('postgresql', () =>
          onceMore(database, () => ask<Row>(context, limits, database, text, values)),
        ),
    }),
  };
}

/** One statement over the database's kept connection. */
function ask<Row extends object>(
  context: Context,
  limits: ConnectionLimits,
  database: Database,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const work = (session: Session) => session.run(context.deadline, text, values) as Promise<Row[]>;
  return withSession(context, limits, database, work);
}

/** The database's kept connection, bound to this request. */
function withSession<T>(
  context: Context,
  { connections, lockTimeoutMs = MAX_LOCK_WAIT_MS }: ConnectionLimits,
  database: Database,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return warm.use(database, connections, context, async (session, isNew) => {
    if (isNew) await session.prepare(context, lockTimeoutMs);
    return work(session);
  });
}

/**
 * A connection that died while the function was frozen, or in a fail-over, is opened anew once. Nothing was answered, and
 * what we ask changes nothing: no retry of an answer, so it needs no wait (`retry.ts`).
 *
 * @param mayRepeat false once something of the answer has been used
 * @throws DatabaseUnavailableError `unreachable` when the new connection is lost too; whatever else `work` throws
 */
async function onceMore<T>(database: Database, work: () => Promise<T>, mayRepeat = () => true): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error;
    if (!mayRepeat()) throw new DatabaseUnavailableError(database.server, 'unreachable', null, { cause: error });
  }
  try {
    return await work();
  } catch (error) {
    throw error instanceof ConnectionLostError ? new DatabaseUnavailableError(database.server, 'unreachable') : error;
  }
}
