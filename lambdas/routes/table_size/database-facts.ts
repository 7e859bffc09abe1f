/** The database and its server: what fills the disk beside the tables. */

import { CATALOG_SHAPE, type Catalog, type CatalogShape } from '../../mendix/catalog.ts';
import { DatabaseUnavailableError, UpstreamFailedError } from '../../upstream-errors.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import { utcText } from '../../upstreams/postgres/utc-text.ts';
import type { FreeStorageFact } from './free-storage.ts';
import type { Measured } from './measurement.ts';
import { type MissingPart, missingPart } from './missing.ts';
import { PERMISSIONS, type Permissions } from './permissions.ts';
import type { Ranking } from './ranking.ts';

/** What a server may refuse to tell, or not have, though the tables can be answered. */
interface Extras {
  /** Of all files of the database; `null` also where counting them would cost more than the answer. */
  size_bytes: number | null;
  /** Start of the counters of rows; `null` also: since the database was made. */
  counters_since: string | null;
  /** WAL that the furthest-behind slot holds back; 0 without slots. */
  wal_retained_bytes: number | null;
  inactive_slots: number | null;
}

export interface DatabaseFacts extends Extras {
  name: string;
  version: string;
  /** The server's clock. */
  as_of: string;
  shape: CatalogShape;
  permissions: Permissions;
  /** The extras that could not be had. */
  missing: readonly MissingPart[];
}

type Essentials = Pick<DatabaseFacts, 'name' | 'version' | 'as_of'> & CatalogShape & Permissions;

const ESSENTIALS = `current_database()::text AS name,
  split_part(current_setting('server_version'), ' ', 1) AS version, ${utcText('now()')} AS as_of,
  ${CATALOG_SHAPE}, ${PERMISSIONS}`;

/** pg_database_size looks at each file, 2 µs and more apiece: 0.1 s for 10,000 tables, which is more than the answer. */
const MAX_FILES_COUNTED = 8000;

/** SQL of each extra. Aurora has no WAL position to compare with: the second to last fails there for lack of support. */
const EXTRAS = (always: boolean): Record<keyof Extras, string> => ({
  size_bytes: `(CASE WHEN ${always} OR
    (SELECT count(*) FROM (SELECT FROM pg_class LIMIT ${MAX_FILES_COUNTED + 1}) s) <= ${MAX_FILES_COUNTED}
    THEN pg_database_size(current_database()) END)::float8`,
  counters_since: `(SELECT ${utcText('s.at')} FROM (SELECT pg_stat_get_db_stat_reset_time(oid) AS at FROM pg_database
    WHERE datname = current_database()) s)`,
  wal_retained_bytes: `(SELECT greatest(coalesce(max(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery()
    THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)), 0), 0)
    FROM pg_replication_slots WHERE restart_lsn IS NOT NULL)::float8`,
  inactive_slots: '(SELECT count(*) FROM pg_replication_slots WHERE NOT active)::float8',
});

/**
 * All in one statement; where the server refuses that, the essentials alone and each extra by itself.
 *
 * @param always counts the files however many there are
 * @throws DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError for the essentials only
 */
export async function readDatabaseFacts(connection: DatabaseConnection, always: boolean): Promise<DatabaseFacts> {
  const extras = EXTRAS(always);
  const columns = Object.entries(extras).map(([name, sql]) => `${sql} AS ${name}`);
  try {
    const row = await oneRow<Essentials & Extras>(connection, `SELECT ${[ESSENTIALS, ...columns].join(', ')}`);
    return factsOf(row, row, []);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const row = await oneRow<Essentials>(connection, `SELECT ${ESSENTIALS}`);
  const known: Extras = { size_bytes: null, counters_since: null, wal_retained_bytes: null, inactive_slots: null };
  const missing: MissingPart[] = [];
  for (const [name, sql] of Object.entries(extras) as [keyof Extras, string][]) {
    try {
      Object.assign(known, await oneRow(connection, `SELECT ${sql} AS ${name}`));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      missing.push(missingPart(name, error));
    }
  }
  return factsOf(row, known, missing);
}

/** True where the server answered the statement itself with a no: not permitted, not supported, not in this state. */
function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError
    ? error.reason === 'grant-missing'
    : error instanceof UpstreamFailedError && error.reason.startsWith('sqlstate-');
}

async function oneRow<Row extends object>(connection: DatabaseConnection, text: string): Promise<Row> {
  const [row] = await connection.query<Row>(text);
  if (row === undefined) throw new Error('a SELECT without FROM gave no row');
  return row;
}

function factsOf(row: Essentials, extras: Extras, missing: readonly MissingPart[]): DatabaseFacts {
  return {
    name: row.name,
    version: row.version,
    as_of: row.as_of,
    size_bytes: extras.size_bytes,
    counters_since: extras.counters_since,
    wal_retained_bytes: extras.wal_retained_bytes,
    inactive_slots: extras.inactive_slots,
    shape: { entities: row.entities, associations: row.associations, mendix_version: row.mendix_version },
    permissions: { sizes: row.sizes, counters: row.counters, locks: row.locks },
    missing,
  };
}

/**
 * The `database` block. Sums of tables are exact when every table has been measured; else they are what the catalog
 * says, with the measured ones put right.
 *
 * @param catalog `null` when it could not be read
 */
export function databaseBlock(
  facts: DatabaseFacts,
  catalog: Catalog | null,
  { ranking, measured }: { ranking: Ranking; measured: ReadonlyMap<number, Measured> },
  free: FreeStorageFact,
) {
  const sizes = [...measured.values()];
  const exact = sizes.length === ranking.tableCount && sizes.every((row) => row.exact);
  const tables_bytes = Math.round(exact ? sum(sizes) : ranking.catalogBytes);
  return {
    name: facts.name,
    size_bytes: facts.size_bytes,
    tables_bytes,
    tables_exact: exact,
    other_bytes: facts.size_bytes === null ? null : Math.max(0, facts.size_bytes - tables_bytes),
    table_count: ranking.tableCount,
    catalog: catalog === null ? ('locked' as const) : catalog.present ? ('mendix' as const) : ('none' as const),
    mendix_version: catalog?.mendix_version ?? null,
    server: {
      version: facts.version,
      free_bytes: free.free_bytes,
      free_as_of: free.free_as_of,
      free_error: free.missing?.missing.reason ?? null,
      wal_retained_bytes: facts.wal_retained_bytes,
      inactive_slots: facts.inactive_slots,
    },
  };
}

function sum(sizes: readonly Measured[]): number {
  return sizes.reduce(
    (total, { table_bytes, index_bytes, toast_bytes }) => total + table_bytes + index_bytes + toast_bytes,
    0,
  );
}
