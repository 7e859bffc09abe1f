/**
 * Windows of ids, in which users are searched whom no index finds: each is a statement of bounded cost, and its end is
 * fixed before its matches are read; see docs/decisions/users-paging.md.
 */
import { type AppUsers, needed } from './catalog.ts';
import { needsScan, type UserFilter } from './filter.ts';
import type { Related } from './related.ts';
import { inRange, Placeholders, whereAll } from './statement.ts';

/** Ids to look at for matches. */
export interface Window {
  /** `null`: there are none. */
  last: string | null;
  size: number;
}

/** The highest id there can be: the end of bigint. */
const AFTER_ALL = '9223372036854775807';
const MIN_WINDOW = 2_000;
/** A window of this size takes some 50 ms from memory, and not over a few seconds from a cold disk. */
export const MAX_WINDOW = 128_000;

/** The window of a role holds those who have it and nobody else; another filter may pass many who do not match. */
export function firstWindow(filter: UserFilter, limit: number): number {
  return needsScan(filter) ? Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, 4 * limit)) : limit + 1;
}

/** The next `size` ids to look at: of all users, or of those with the role, which its index gives in id order. */
export async function windowAfter(users: AppUsers, filter: UserFilter, after: string, size: number): Promise<Window> {
  const values = new Placeholders();
  const { role_ids } = filter;
  const roles = role_ids === undefined ? null : needed(users.catalog, users.catalog.roles);
  const everybody = () => {
    const where = whereAll(inRange('u."id"', { after, last: null }, values));
    return [`SELECT u."id" AS id FROM ${users.catalog.table} u ${where} ORDER BY 1 LIMIT ${values.of(size)}`];
  };
  const candidates =
    roles === null ? everybody() : (role_ids ?? []).map((id) => pairsAfter(roles, id, after, size, values));
  const [first = '', ...others] = candidates;
  const merged =
    others.length === 0
      ? first
      : `SELECT id FROM (${candidates.map((text) => `(${text})`).join(' UNION ')}) c ORDER BY 1 LIMIT ${values.of(size)}`;
  const text = `SELECT max(id)::text AS last, count(*)::int AS size FROM (${merged}) w`;
  const [window] = await users.queries.query<Window>(text, values.values);
  return window ?? { last: null, size: 0 };
}

/**
 * The next pairs of one role, from the index of the pairs in its order. As a comparison of rows: asked for as
 * `role = 7 AND id > 5`, the planner without statistics believes in few pairs, and sorts all of the role's. One range
 * for each role, as `ANY` of several has no order.
 */
function pairsAfter(roles: Related, role: string, after: string, size: number, values: Placeholders): string {
  const pair = `(l.${roles.linkOther}, l.${roles.linkUser})`;
  const id = values.of(role);
  return `SELECT l.${roles.linkUser} AS id FROM ${roles.link} l
    WHERE ${pair} > ((SELECT ${id}::bigint), (SELECT ${values.of(after)}::bigint))
      AND ${pair} <= ((SELECT ${id}::bigint), ${AFTER_ALL}::bigint)
    ORDER BY l.${roles.linkOther}, l.${roles.linkUser} LIMIT ${values.of(size)}`;
}
