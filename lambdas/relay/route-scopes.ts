/**
 * The scopes that a question of one route can have any use for. A token for an agent holds no others, so that it is worth
 * nothing for another route; the agent refuses one that does.
 */
import type { Scope } from '../contract.ts';
import type { Route } from '../route.ts';

type Scoped = Pick<Route, 'scopes' | 'discloses' | 'looksUp' | 'wholeDays'>;

/**
 * What lets a caller in, and what shows more.
 *
 * @example usableScopes(users) // the set of 'mrt/users.read' and 'mrt/users.profile'
 */
export function usableScopes({ scopes, discloses, looksUp, wholeDays }: Scoped): ReadonlySet<Scope> {
  const more = [discloses?.scope, looksUp?.prefixScope, wholeDays?.scope];
  return new Set([...(scopes ?? []), ...more.filter((scope) => scope !== undefined)]);
}

/** What the recorder may see: what a caller without any right to clear text sees. */
export function recorderScopes({ scopes }: Scoped): Scope[] {
  return (scopes ?? []).filter((scope) => scope.endsWith('.read'));
}
