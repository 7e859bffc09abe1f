/**
 * Counts over whole tables as one statement: one snapshot, and with the server's parallel workers the time of the longest
 * count in place of all.
 */
import type { AppUsers } from './catalog.ts';

/** A row of a count: `(part, key, name, users)`. */
export interface CountRow {
  /** Which count it is of. */
  part: string;
  /** Whom it counts: a group's code, a role's id; bigint, as text. */
  key: string;
  name: string | null;
  /** bigint, as text. */
  users: string;
}

/** The counts of one part by their keys. */
export function countedIn(rows: readonly CountRow[], part: string): Map<string, number> {
  return new Map(rows.filter((row) => row.part === part).map(({ key, users }) => [key, Number(users)]));
}

/**
 * Runs counts side by side: PostgreSQL gives each part of a `UNION ALL` inside of another statement to a process of its own,
 * the one that it believes the longest first, where a statement may have several. Else they run one after the other.
 *
 * @param counts statements that give `(part, key, name, users)`. None may look worth sharing in itself to the planner: with
 *   one that is shared among processes, no other is given to one.
 */
export async function readCounts(
  { queries }: AppUsers,
  counts: readonly string[],
  values: readonly unknown[],
): Promise<CountRow[]> {
  const parts = counts.map((count) => `SELECT p.* FROM (${count}) AS p(part, key, name, users)`);
  const text = `SELECT c.part, c.key, c.name, c.users FROM (\n${parts.join('\nUNION ALL\n')}\n) c`;
  return await queries.query<CountRow>(text, values);
}
