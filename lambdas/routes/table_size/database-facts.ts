/** The database and its server: what fills the disk beside the tables. */
import { CATALOG_SHAPE, type Catalog, type CatalogShape } from '../../mendix/catalog.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import type { FreeStorageFact } from './free-storage.ts';
import type { Measured } from './measurement.ts';
import type { Ranking } from './ranking.ts';

export interface DatabaseFacts {
  name: string;
  version: string;
  /** The server's clock. */
  as_of: string;
  /** Of all files of the database; `null` where counting them would cost more than the answer. */
  size_bytes: number | null;
  /** Start of the counters of rows; `null`: since the database was made, or unknown. */
  counters_since: string | null;
  /** WAL that the furthest-behind slot holds back; 0 without slots. */
  wal_retained_bytes: number;
  inactive_slots: number;
  shape: CatalogShape;
}

/** pg_database_size looks at each file, 2 µs and more apiece: 0.1 s for 10,000 tables, which is more than the answer. */
const FILES_WORTH_COUNTING = 8000;

/** @param always counts the files however many there are */
export async function readDatabaseFacts(connection: DatabaseConnection, always: boolean): Promise<DatabaseFacts> {
  const time = (value: string) => `to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
  const rows = await connection.query<Omit<DatabaseFacts, 'shape'> & CatalogShape>(
    `SELECT current_database()::text AS name, split_part(current_setting('server_version'), ' ', 1) AS version,
       ${time('now()')} AS as_of,
       CASE WHEN $1 OR (SELECT count(*) FROM (SELECT FROM pg_class LIMIT ${FILES_WORTH_COUNTING + 1}) s) <= ${FILES_WORTH_COUNTING}
         THEN pg_database_size(current_database()) END::float8 AS size_bytes,
       (SELECT ${time('pg_stat_get_db_stat_reset_time(oid)')} FROM pg_database WHERE datname = current_database())
         AS counters_since,
       (SELECT coalesce(max(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
          ELSE pg_current_wal_lsn() END, restart_lsn)), 0) FROM pg_replication_slots WHERE restart_lsn IS NOT NULL)::float8
         AS wal_retained_bytes,
       (SELECT count(*) FROM pg_replication_slots WHERE NOT active)::float8 AS inactive_slots, ${CATALOG_SHAPE}`,
    [always],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a SELECT without FROM gave no row');
  const { entities, associations, mendix_version, ...facts } = row;
  return { ...facts, shape: { entities, associations, mendix_version } };
}

/**
 * The `database` block. Sums of tables are exact when every table has been measured; else they are what the catalog
 * says, with the measured ones put right.
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
      free_error: free.fault?.reason ?? null,
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
