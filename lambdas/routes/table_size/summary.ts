/**
 * The same tables summed up by module and by kind, with the ten largest. In a database of up to 500 tables all are
 * measured; in a larger one the doubtful ones and those that may be among the largest, and the others count as the
 * catalog has them, which their share says (`exact: false`).
 */
import type { EnvironmentRequest } from '../../exchange.ts';
import { readCatalog } from '../../mendix/catalog.ts';
import type { ParametersOf } from '../../route.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import { arrange } from './arrangement.ts';
import type { DatabaseFacts } from './database-facts.ts';
import { requireKnownInCatalog, requireKnownTable } from './known-names.ts';
import { measure } from './measurement.ts';
import { type Kind, nameOf } from './naming.ts';
import { type Candidate, type Position, rank } from './ranking.ts';
import type { route } from './route.ts';
import { answerRow } from './row.ts';
import { select } from './selection.ts';

/** Rows of `largest`. */
const LARGEST = 10;

/** More than a database can have. */
const ALL_TABLES = 1_000_000;

/** A module's or a kind's part. */
interface Share {
  table_count: number;
  total_bytes: number;
  /** False when some of the tables are counted as the catalog has them. */
  exact: boolean;
}

/**
 * The part of the answer that a summary has, and the sums for its `database` block.
 *
 * @throws RelationLockedError when Mendix's catalog is locked: there is no module then; UnknownNameError,
 *   DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError
 */
export async function summarize(
  { parameters }: Pick<EnvironmentRequest<ParametersOf<typeof route>, Position>, 'parameters'>,
  connection: DatabaseConnection,
  facts: DatabaseFacts,
) {
  const catalog = await readCatalog(connection, facts.shape, null);
  requireKnownInCatalog(parameters, catalog);
  const ranking = await rank(
    connection,
    facts.permissions,
    'total_bytes',
    select(parameters, catalog),
    null,
    ALL_TABLES,
  );
  if (parameters.table !== undefined && ranking.candidates.length === 0) {
    await requireKnownTable(connection, parameters.table);
  }
  const worthMeasuring = ranking.candidates.filter(isWorthMeasuring());
  const measured = await measure(
    connection,
    facts.permissions,
    worthMeasuring.map(({ oid }) => oid),
  );
  const { rows } = arrange(ranking, measured, 'total_bytes', null, ALL_TABLES);
  const exact = new Map(rows.map((row) => [row.oid, row]));
  const modules = new Map<string | null, Share>();
  const kinds = new Map<Kind | null, Share>();
  for (const { oid, schema, table, key } of await named(connection, ranking.candidates)) {
    const row = exact.get(oid);
    const bytes = row?.total_bytes ?? Number(key);
    if (bytes < (parameters.min_bytes ?? 0)) continue;
    const { module, kind } = nameOf(schema, table, catalog);
    add(modules, module, bytes, row?.exact === true);
    add(kinds, kind, bytes, row?.exact === true);
  }
  return {
    part: {
      summary: {
        by_module: sorted(modules).map(([module, share]) => ({ module, ...share })),
        by_kind: sorted(kinds).map(([kind, share]) => ({ kind, ...share })),
        largest: rows
          .filter((row) => row.total_bytes >= (parameters.min_bytes ?? 0))
          .slice(0, LARGEST)
          .map((row) => answerRow(row, catalog, facts)),
      },
    },
    totals: { ranking, measured },
    next: null,
    catalog,
  };
}

/** The doubtful ones, and of the others (which come in order) as many as may be among the largest. */
function isWorthMeasuring(): (candidate: Candidate) => boolean {
  let others = 0;
  return ({ doubtful }) => {
    if (doubtful) return true;
    others += 1;
    return others <= 2 * LARGEST;
  };
}

/** The candidates with their names, which the ranking does not read. One that is gone meanwhile is left out. */
async function named(connection: DatabaseConnection, candidates: readonly Candidate[]) {
  const names = await connection.query<{ oid: number; schema: string; table: string }>(
    `SELECT c.oid, n.nspname::text AS schema, c.relname::text AS table
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid IN (SELECT unnest($1::oid[]))`,
    [candidates.map(({ oid }) => oid)],
  );
  const keys = new Map(candidates.map(({ oid, key }) => [oid, key]));
  return names.map((name) => ({ ...name, key: keys.get(name.oid) ?? 0 }));
}

function add<Name>(shares: Map<Name, Share>, name: Name, bytes: number, exact: boolean): void {
  const share = shares.get(name) ?? { table_count: 0, total_bytes: 0, exact: true };
  shares.set(name, {
    table_count: share.table_count + 1,
    total_bytes: share.total_bytes + bytes,
    exact: share.exact && exact,
  });
}

/** Largest first. */
function sorted<Name>(shares: Map<Name, Share>): [Name, Share][] {
  return [...shares].sort(([, a], [, b]) => b.total_bytes - a.total_bytes);
}
