/** Names of an app's roles: which roles bear one, which there are, and their order. */
import { type AppUsers, needed } from './catalog.ts';

/** Ids of the roles with this name, of which an app may have several; `null` when it has none. @throws as `needed` */
export async function roleIdsOf({ queries, catalog }: AppUsers, name: string): Promise<string[] | null> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return null;
  const rows = await queries.query<{ id: string }>(
    `SELECT o."id"::text AS id FROM ${roles.table} o WHERE o.${roles.value} = $1 ORDER BY o."id"`,
    [name],
  );
  return rows.length === 0 ? null : rows.map(({ id }) => id);
}

/** Names of all roles, for who mistyped one. @throws as `needed` */
export async function roleNames({ queries, catalog }: AppUsers): Promise<string[]> {
  const roles = needed(catalog, catalog.roles);
  if (roles === null) return [];
  const rows = await queries.query<{ name: string }>(
    `SELECT DISTINCT o.${roles.value}::text AS name FROM ${roles.table} o WHERE o.${roles.value} IS NOT NULL`,
    [],
  );
  return sortedRoles(rows.map(({ name }) => name));
}

/** Names of roles by code point, as `COLLATE "C"` does, so alike on every server; each once, as two roles may bear one name. */
export function sortedRoles(roles: readonly string[]): string[] {
  if (roles.length < 2) return [...roles];
  return [...new Set(roles)].sort(byCodePoint);
}

/** Order of two texts by their code points: that of their bytes in UTF-8. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
