/**
 * Remembers the rows of each database's catalog in a warm function. A catalog changes when a release of the app starts,
 * a grant when somebody gives it: a minute old is young enough, and a statement that finds a table, column or grant
 * gone reads the rows anew and is tried once more.
 *
 * What is remembered depends on the database and on the role that reads it, which are its key. What depends on an
 * environment's configuration besides (names of attributes, the server's name) is derived for each request.
 */
import { BoundedCache } from '../../bounded-cache.ts';
import type { Database } from '../../environment-settings.ts';
import { DatabaseUnavailableError, UpstreamFailedError } from '../../upstream-errors.ts';
import { type AppUsers, userCatalog } from './catalog.ts';
import { readUserCatalogRows, type UserCatalogRows } from './catalog-rows.ts';
import type { Queries } from './queries.ts';

const FRESH_MS = 60_000;
/** Databases whose catalogs are kept; each is some 20 kB. */
export const MAX_CATALOGS = 200;
/** undefined_column and undefined_table: PostgreSQL documentation, appendix A. */
const CHANGED = new Set(['sqlstate-42703', 'sqlstate-42P01']);

/** One for a function; it outlives the request. */
export class UserCatalogMemory {
  readonly #remembered = new BoundedCache<UserCatalogRows>(MAX_CATALOGS);

  /**
   * Runs `work` with the users of `database`, a second time with a fresh catalog when the remembered one has aged.
   *
   * @throws UpstreamFailedError `not-a-mendix-database` without a catalog or System.User in it; DatabaseUnavailableError
   *   `grant-missing` when the catalog itself may not be read; whatever `work` throws
   */
  async use<T>(database: Database, queries: Queries, work: (users: AppUsers) => Promise<T>): Promise<T> {
    const key = JSON.stringify([database.host, database.port, database.name, database.user]);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) {
      try {
        return await work({ queries, catalog: userCatalog(remembered, database) });
      } catch (error) {
        if (!speaksOfChange(error)) throw error;
      }
    }
    this.#remembered.delete(key);
    const rows = await readRows(queries, database.server);
    this.#remembered.set(key, rows, Date.now() + FRESH_MS);
    return await work({ queries, catalog: userCatalog(rows, database) });
  }
}

async function readRows(queries: Queries, server: string): Promise<UserCatalogRows> {
  try {
    return await readUserCatalogRows(queries);
  } catch (error) {
    // undefined_table: there is not even a catalog.
    const foreign = error instanceof UpstreamFailedError && error.reason === 'sqlstate-42P01';
    throw foreign ? new UpstreamFailedError(server, 'not-a-mendix-database', { cause: error }) : error;
  }
}

function speaksOfChange(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return error.reason === 'grant-missing';
  return error instanceof UpstreamFailedError && CHANGED.has(error.reason);
}
