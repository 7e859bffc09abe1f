/** Every role with its users, for a summary. */
import { type AppUsers, needed, type UserCatalog } from './catalog.ts';
import { byCodePoint } from './role-names.ts';
import { neededColumn } from './statement.ts';
import { type CountRow, countedIn } from './tally.ts';

export interface RoleTotal {
  role: string;
  users: number;
  active: number;
}

/**
 * Counts of the roles, `null` where the app has none: the roles themselves, all pairs of each, those of nobody, and those
 * of inactive users.
 *
 * Pairs are counted as they stand, by index; then those of nobody are taken off, and of the active ones those of the
 * inactive. For pairs may dangle (a restore without triggers leaves them in spite of foreign keys). Each reads indexes in
 * their order: joining every pair with its user's row takes a quarter longer. Of a role with 5 pairs, 1 of them nobody's
 * and 1 of an inactive user's: 4 users, 3 active. The planner must not see that few are inactive: if it was wrong, it
 * would hold each pair against each of them; and it would share the sorting of a few among processes, in place of giving
 * each count to one. Of `<> 1` it believes that nearly all pass.
 *
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export function roleCounts(catalog: UserCatalog): string[] | null {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const { link, linkUser, linkOther, table, value } = roles;
  const active = neededColumn(catalog, 'active');
  const pairs = `(SELECT l.${linkOther} AS role FROM ${link} l ORDER BY 1 OFFSET '0') p`;
  const byUser = `(SELECT l.${linkUser} AS id, l.${linkOther} AS role FROM ${link} l ORDER BY 1 OFFSET '0') p`;
  const ids = `(SELECT u."id" AS id FROM ${catalog.table} u ORDER BY 1 OFFSET '0') u`;
  const inactive = `(
    SELECT u.id FROM (SELECT u."id" AS id, (${active} IS TRUE)::int AS active FROM ${catalog.table} u OFFSET '0') u
    WHERE u.active <> 1 ORDER BY 1 OFFSET '0'
  ) u`;
  const perRole = 'p.role, NULL::text, count(*)';
  return [
    `SELECT 'role'::text, o."id", o.${value}::text, 0::bigint FROM ${table} o WHERE o.${value} IS NOT NULL`,
    `SELECT 'pairs'::text, ${perRole} FROM ${pairs} GROUP BY 2`,
    `SELECT 'nobody'::text, ${perRole} FROM ${byUser} LEFT JOIN ${ids} ON u.id = p.id WHERE u.id IS NULL GROUP BY 2`,
    `SELECT 'inactive'::text, ${perRole} FROM ${byUser} JOIN ${inactive} ON u.id = p.id GROUP BY 2`,
  ];
}

/**
 * The roles by name; a user counts in each of their roles, and once in two roles of one name: those are read by
 * themselves. Roles without a name are left out, as they are in the rows.
 *
 * @param rows of `roleCounts`
 */
export async function rolesOf(users: AppUsers, rows: readonly CountRow[]): Promise<RoleTotal[]> {
  const [pairs, nobody, inactive] = [countedIn(rows, 'pairs'), countedIn(rows, 'nobody'), countedIn(rows, 'inactive')];
  const totals = new Map<string, RoleTotal>();
  const repeated = new Set<string>();
  for (const { part, key, name } of rows) {
    if (part !== 'role' || name === null) continue;
    if (totals.has(name)) repeated.add(name);
    const count = (pairs.get(key) ?? 0) - (nobody.get(key) ?? 0);
    totals.set(name, { role: name, users: count, active: count - (inactive.get(key) ?? 0) });
  }
  for (const total of await readRepeated(users, [...repeated])) totals.set(total.role, total);
  return [...totals.values()].sort((a, b) => byCodePoint(a.role, b.role));
}

/** Roles of which an app has several with one name, each user once. */
async function readRepeated({ queries, catalog }: AppUsers, names: readonly string[]): Promise<RoleTotal[]> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null || names.length === 0) return [];
  const { link, linkUser, linkOther, table, value } = roles;
  const active = neededColumn(catalog, 'active');
  // Users by primary key, whatever the planner believes of how many have the roles.
  const text = `SELECT r.name AS role, count(u.id)::int AS users, (count(u.id) FILTER (WHERE u.active))::int AS active
FROM (
  SELECT DISTINCT o.${value}::text AS name, l.${linkUser} AS id
  FROM ${table} o LEFT JOIN ${link} l ON l.${linkOther} = o."id" WHERE o.${value}::text = ANY($1)
) r LEFT JOIN LATERAL (SELECT u."id" AS id, ${active} AS active FROM ${catalog.table} u WHERE u."id" = r.id OFFSET 0) u ON true
GROUP BY 1`;
  return await queries.query<RoleTotal>(text, [names]);
}
