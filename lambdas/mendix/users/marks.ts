/**
 * Marks of the user type: objects of System.UserReportInfo, each tied to a user. Where nobody has two, users can be
 * joined with their marks as they stand, without making one of several first; that halves a count.
 *
 * Users, pairs and marks are brought into the order of their ids and merged: half the time of hashing them, as a million
 * hashed rows fit into no cache and look-ups of them go all over the memory. An ordered part stands behind `OFFSET '0'`,
 * which the planner does not look through, so it neither hashes nor loops. Written as `0`, not as a literal that is a
 * bigint at once, it would also keep the part from running in a process of its own.
 */
import type { Related } from './related.ts';

/** How many marks are not a user's first, over the pairs `l`: read from their index in its order, so without sorting. */
export function markedTwice({ linkUser }: Related): string {
  return `count(l.${linkUser}) - count(DISTINCT l.${linkUser})`;
}

/**
 * Rows `(id, mark)` in the order of `id`, the user's: pairs in the order of their marks, of which an index has them, merged
 * with the marks, which are read once and sorted; then sorted by user.
 *
 * @param mark SQL over `o`, an object of the user type: what is to be known of it. `null`: that it is there. Then rows are
 *   `(id)`, as a list of nothing but numbers is sorted in a sixth less time.
 * @param where condition on `o`
 */
export function marksByUser(related: Related, mark: string | null, where = 'true'): string {
  const { link, linkUser, linkOther, table } = related;
  const [given, taken] = mark === null ? ['', ''] : [`, ${mark} AS mark`, ', o.mark'];
  return `SELECT l.id${taken}
    FROM (SELECT l.${linkOther} AS other, l.${linkUser} AS id FROM ${link} l ORDER BY 1 OFFSET '0') l
    JOIN (
      SELECT o.id${taken} FROM (SELECT o."id" AS id${given} FROM ${table} o WHERE ${where} OFFSET '0') o
      ORDER BY 1 OFFSET '0'
    ) o ON o.id = l.other
    ORDER BY 1 OFFSET '0'`;
}

/** Rows `(id)` of the users whom the app marked as external, in the order of `id`. */
export function externalUsers(related: Related): string {
  return marksByUser(related, null, `o.${related.value} = 'External'`);
}
