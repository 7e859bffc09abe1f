/** PostgreSQL on RDS, read-only. The one place where connections are kept between requests. */
import type { Context } from '../../context.ts';
import type { Database } from '../../environment-settings.ts';
import { DatabaseUnavailableError } from '../../upstream-errors.ts';
import { Connections } from './connections.ts';
import { ConnectionLostError } from './fault.ts';
import type { Session } from './session.ts';

export interface Databases {
  /** Opens nothing yet: the first query does. */
  on(database: Database, work?: Work): DatabaseConnection;
}

/** What the statements of a request are like; the request's first statement on a database decides. */
export interface Work {
  /** True where they go over whole tables: then the server may share each among a few processes. */
  wholeTables: boolean;
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

/** PostgreSQL's own default. It has 8 such processes in all, which the app shares. */
const MAX_WORKERS = 2;

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
): { on(database: Database, work?: Work): DatabaseConnection & DatabaseStream } {
  const { connections, lockTimeoutMs = MAX_LOCK_WAIT_MS } = limits;
  return {
    on: (database, { wholeTables } = { wholeTables: false }) => {
      const settings = { lockTimeoutMs, workers: wholeTables ? MAX_WORKERS : 0 };
      const withSession = <T>(work: (session: Session) => Promise<T>) =>
        warm.use(database, connections, context, async (session, isNew) => {
          if (isNew) await session.prepare(context, settings);
          return work(session);
        });
      return {
        each: <Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void) => {
          let isFirst = true;
          const take = (row: object) => {
            isFirst = false;
            onRow(row as Row);
          };
          const work = () => withSession((session) => session.each(context.deadline, text, values, take));
          return context.timing.of('postgresql', () => onceMore(database, work, () => isFirst));
        },
        query: <Row extends object>(text: string, values: readonly unknown[] = []) => {
          const work = () => withSession((session) => session.run(context.deadline, text, values) as Promise<Row[]>);
          return context.timing.of('postgresql', () => onceMore(database, work));
        },
      };
    },
  };
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
