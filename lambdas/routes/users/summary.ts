/** `summary=true`: the licence figure and the other totals of an app's users. */
import type * as z from 'zod/mini';
import { DatabaseUnavailableError, UpstreamTimeoutError } from '../../errors.ts';
import type { Queries, UserCatalog } from '../../mendix/users/catalog.ts';
import {
  readNamedUserStatistic,
  readOnlineNow,
  readRoleTotals,
  readUserGroups,
  type UserGroup,
} from '../../mendix/users/totals.ts';
import type { Missing } from './missing.ts';
import type { route } from './route.ts';

export type Summary = NonNullable<z.output<typeof route.answer>['summary']>;

const RULE = 'active, not anonymous, web-service users included, unmarked counts as internal';

/**
 * The groups of users must be known for there to be an answer; any other part may be missing, with its reason.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError
 */
export async function summarize(
  queries: Queries,
  catalog: UserCatalog,
  sessionTimeoutSeconds: number,
): Promise<{ summary: Summary; missing: Missing[] }> {
  const missing: Missing[] = [];
  const groups = await readUserGroups(queries, catalog);
  const typesKnown = catalog.userType.seen !== 'refused';
  if (catalog.userType.seen === 'refused') {
    missing.push({ what: 'licence', reason: 'grant-missing', table: catalog.userType.table });
  }
  const part = async <T>(what: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      missing.push(partMissing(what, error));
      return null;
    }
  };
  const roles = await part('roles', () => readRoleTotals(queries, catalog));
  const onlineNow = await part('online_now', () => readOnlineNow(queries, catalog, sessionTimeoutSeconds));
  const namedUserCount = await part('mendix', () => readNamedUserStatistic(queries, catalog));
  const summary: Summary = {
    licence: typesKnown ? licence(groups) : null,
    by: cube(groups, typesKnown),
    roles,
    last_login: lastLogins(groups),
    online_now: onlineNow,
    mendix: { named_user_count: namedUserCount },
  };
  return { summary, missing };
}

/** @throws the error itself when it is not one that leaves the other parts true */
function partMissing(what: string, error: unknown): Missing {
  if (error instanceof UpstreamTimeoutError) return { what, reason: 'deadline', table: null };
  if (error instanceof DatabaseUnavailableError && error.reason === 'grant-missing') {
    return { what, reason: 'grant-missing', table: error.table };
  }
  throw error;
}

function licence(groups: readonly UserGroup[]): Summary['licence'] {
  const counted = groups.filter((group) => group.active === true && group.kind !== 'anonymous');
  return {
    rule: RULE,
    internal: total(counted.filter((group) => group.user_type !== 'External')),
    internal_unmarked: total(counted.filter((group) => group.user_type === null)),
    external: total(counted.filter((group) => group.user_type === 'External')),
  };
}

/** The groups by the user type that they count as: marked internal and not marked are one. */
function cube(groups: readonly UserGroup[], typesKnown: boolean): Summary['by'] {
  const cells = new Map<string, Summary['by'][number]>();
  for (const { kind, active, blocked, user_type, users } of groups) {
    const counted = typesKnown ? (user_type === 'External' ? ('external' as const) : ('internal' as const)) : null;
    const key = JSON.stringify([kind, active, blocked, counted]);
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { kind, active, blocked, user_type: counted, users });
    else cell.users += users;
  }
  return [...cells.values()];
}

function lastLogins(groups: readonly UserGroup[]): Summary['last_login'] {
  const counted = groups.filter((group) => group.active === true && group.kind === 'named');
  const within90 = total(counted, 'within_90_days');
  const never = total(counted, 'never');
  return {
    within_1_day: total(counted, 'within_1_day'),
    within_7_days: total(counted, 'within_7_days'),
    within_30_days: total(counted, 'within_30_days'),
    within_90_days: within90,
    older: total(counted) - within90 - never,
    never,
  };
}

function total(
  groups: readonly UserGroup[],
  figure: 'users' | 'never' | Extract<keyof UserGroup, `within_${string}`> = 'users',
): number {
  return groups.reduce((sum, group) => sum + group[figure], 0);
}
