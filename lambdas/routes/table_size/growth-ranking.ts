/** Which tables a page is about when the record decides: those that grow fastest first, those without a trend last. */
import { tableSubject } from '../../record/figure.ts';
import type { DatabaseConnection } from '../../upstreams/postgres/databases.ts';
import type { Permissions } from './permissions.ts';
import { type Candidate, type Position, type Ranking, rank, TABLES_OF_USERS } from './ranking.ts';
import type { Selection } from './selection.ts';

/** Bytes a day by the name that the history has for a table; `null`: the record cannot be read, and orders nothing. */
export type Growths = ReadonlyMap<string, number> | null;

/** More than any database has. */
const ALL = 1_000_000;

/**
 * The next `limit` tables after `position` and one more. A table with a trend has it as its key, one without has its
 * name: of `order` (+9,000 a day), `log` (-200) and `customer` and `account`, which are new, the order is `order`, `log`,
 * `account`, `customer`.
 *
 * @throws as {@link rank}
 */
export async function rankByGrowth(
  connection: DatabaseConnection,
  permissions: Permissions,
  growths: Growths,
  selection: Selection,
  position: Position | null,
  limit: number,
): Promise<Ranking> {
  const ranking = await rank(connection, permissions, 'name', selection, null, ALL);
  const elsewhere = await schemasOf(connection);
  const candidates = ranking.candidates
    .map((candidate): Candidate => {
      const table = String(candidate.key);
      const key = growths?.get(tableSubject(elsewhere.get(candidate.oid), table)) ?? table;
      return { oid: candidate.oid, key, growth: 0, doubtful: false };
    })
    .sort(compareGrowth);
  const after = position === null ? candidates : candidates.filter((one) => compareGrowth(position, one) < 0);
  return { ...ranking, candidates: after.slice(0, limit + 1), orderKnown: growths !== null };
}

/** Negative when `a` stands before `b`. */
export function compareGrowth(a: Position, b: Position): number {
  if (a.key === b.key) return a.oid - b.oid;
  if (typeof a.key === 'number' && typeof b.key === 'number') return b.key - a.key;
  if (typeof a.key === 'string' && typeof b.key === 'string') return a.key < b.key ? -1 : 1;
  return typeof a.key === 'number' ? -1 : 1;
}

/** Schemas by oid of the tables that are not where Mendix has its own. */
async function schemasOf(connection: DatabaseConnection): Promise<Map<number, string>> {
  const rows = await connection.query<{ oid: number; schema: string }>(
    `SELECT h.oid, n.nspname AS schema FROM pg_class h JOIN pg_namespace n ON n.oid = h.relnamespace
      WHERE ${TABLES_OF_USERS} AND n.nspname <> 'public'`,
  );
  return new Map(rows.map(({ oid, schema }) => [oid, schema]));
}
