/** PostgreSQL on RDS, read-only. The one place where connections are kept between requests. */
import type { Context } from '../../context.ts';
import { DatabaseUnavailableError } from '../../errors.ts';
import type { Database } from '../../settings.ts';
import { Connections } from './connections.ts';
import { ConnectionLostError } from './fault.ts';

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

export interface ConnectionLimits {
  /** Open connections of this instance in all, at most one for each database: `limits.database_connections_per_instance`. */
  connections: number;
  /** How long a statement may wait for a table that somebody has locked. */
  lock_timeout_ms?: number;
}

/** One busy table must not use up the whole deadline. */
const LOCK_TIMEOUT_MS = 3000;

const warm = new Connections();

/** The databases, bound to one request. */
export function postgres(context: Context, limits: ConnectionLimits): Databases {
  const lockTimeoutMs = limits.lock_timeout_ms ?? LOCK_TIMEOUT_MS;
  return {
    on: (database) => ({
      query: <Row extends object>(text: string, values: readonly unknown[] = []) =>
        context.timing.of('postgresql', async () => {
          const once = () =>
            warm.use(database, limits.connections, context, async (session, isNew) => {
              if (isNew) await session.prepare(context.deadline, lockTimeoutMs);
              return (await session.run(context.deadline, text, values)) as Row[];
            });
          try {
            return await once();
          } catch (error) {
            if (!(error instanceof ConnectionLostError)) throw error;
          }
          try {
            return await once();
          } catch (error) {
            if (error instanceof ConnectionLostError)
              throw new DatabaseUnavailableError(database.server, 'unreachable');
            throw error;
          }
        }),
    }),
  };
}
