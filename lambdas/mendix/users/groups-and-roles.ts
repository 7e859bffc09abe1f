/** The groups and the roles of all users, for a summary: together in one statement, or the groups alone. */
import type { AppUsers } from './catalog.ts';
import { groupCounts, groupsOf, type UserGroup } from './groups.ts';
import { type RoleTotal, roleCounts, rolesOf } from './roles.ts';
import { Placeholders } from './statement.ts';
import { readCounts } from './tally.ts';

/**
 * Both in one statement: one snapshot, and where the server may use a second process the time of the groups alone.
 *
 * @param times UTC, ISO 8601, the earliest first
 * @returns `roles` `null` when the app has none
 * @throws DatabaseUnavailableError `grant-missing`, UpstreamFailedError `unexpected-type`
 */
export async function readGroupsAndRoles(
  users: AppUsers,
  times: readonly string[],
): Promise<{ groups: UserGroup[]; roles: RoleTotal[] | null }> {
  const values = new Placeholders();
  const groups = groupCounts(users.catalog, times, values);
  const roles = roleCounts(users.catalog);
  const rows = await readCounts(users, [...groups, ...(roles ?? [])], values.values);
  return {
    groups: await groupsOf(users, times, rows),
    roles: roles === null ? null : await rolesOf(users, rows),
  };
}

/** The groups alone. @throws as `readGroupsAndRoles` */
export async function readUserGroups(users: AppUsers, times: readonly string[]): Promise<UserGroup[]> {
  const values = new Placeholders();
  const groups = groupCounts(users.catalog, times, values);
  return await groupsOf(users, times, await readCounts(users, groups, values.values));
}
