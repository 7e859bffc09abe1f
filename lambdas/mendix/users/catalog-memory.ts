/**
 * Remembers each database's catalog in a warm function. A catalog changes when a release of the app starts, a grant
 * when somebody gives it: a minute old is young enough, and a statement that finds a table, column or grant gone reads
 * the catalog anew and is tried once more.
 */
import { BoundedCache } from '../../bounded-cache.ts';
import { DatabaseUnavailableError, UpstreamFailedError } from '../../errors.ts';
import type { UserCatalog } from './catalog.ts';

const FRESH_MS = 60_000;
/** Databases whose catalogs are kept; each is some 10 kB. */
export const MAX_CATALOGS = 200;
/** undefined_column and undefined_table: PostgreSQL documentation, appendix A. */
const CHANGED = new Set(['sqlstate-42703', 'sqlstate-42P01']);

export class UserCatalogMemory {
  readonly #catalogs = new BoundedCache<UserCatalog>(MAX_CATALOGS);

  /** Runs `work` with the catalog of `database`, a second time with a fresh one when the remembered one has aged. */
  async use<T>(
    database: string,
    read: () => Promise<UserCatalog>,
    work: (catalog: UserCatalog) => Promise<T>,
  ): Promise<T> {
    const known = this.#catalogs.get(database);
    if (known !== undefined) {
      try {
        return await work(known);
      } catch (error) {
        if (!speaksOfChange(error)) throw error;
      }
    }
    this.#catalogs.delete(database);
    const catalog = await read();
    this.#catalogs.set(database, catalog, Date.now() + FRESH_MS);
    return await work(catalog);
  }
}

function speaksOfChange(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return error.reason === 'grant-missing';
  return error instanceof UpstreamFailedError && CHANGED.has(error.reason);
}
