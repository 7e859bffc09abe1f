/**
 * Marks of the user type: objects of System.UserReportInfo, each tied to a user. Where nobody has two, users can be
 * joined with their marks as they stand, without making one of several first; that halves a count.
 */
import type { Related } from './related.ts';

/** That nobody has two marks, as a condition: read from the index of the pairs in its order, so without sorting. */
export function markedOnce({ link, linkUser }: Related): string {
  return `(SELECT count(l.${linkUser}) = count(DISTINCT l.${linkUser}) FROM ${link} l)`;
}

/** Pairs of a user `l.${linkUser}` and their mark `o`. */
export function markPairs({ link, linkOther, table }: Related): string {
  return `${link} l JOIN ${table} o ON o."id" = l.${linkOther}`;
}
