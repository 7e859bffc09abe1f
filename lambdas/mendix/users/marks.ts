/** Marks of the user type: objects of System.UserReportInfo, each tied to a user. */
import type { Related } from './related.ts';

/**
 * That nobody has two marks and no mark two users, as a condition: then marks can be counted in place of users. Read
 * from the two indexes of the pairs in their order, so without sorting; Mendix makes both.
 */
export function markedOnce({ link, linkUser, linkOther }: Pick<Related, 'link' | 'linkUser' | 'linkOther'>): string {
  const distinct = (column: string) =>
    `(SELECT count(*) = count(DISTINCT l.${column}) FROM ${link} l WHERE l.${linkUser} IS NOT NULL)`;
  return `${distinct(linkUser)} AND ${distinct(linkOther)}`;
}
