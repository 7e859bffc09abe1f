/**
 * Whether a token is for the question that it came with. A token that is good, but was minted for another route, must be
 * worth nothing here: whoever has got hold of a request for table sizes cannot ask for people with it.
 */

import { InternalTokenError, type VerifiedToken } from '../lambdas/internal_tokens/verifier.ts';
import { recorderScopes, usableScopes } from '../lambdas/relay/route-scopes.ts';
import type { Route } from '../lambdas/route.ts';
import { spiffeId } from '../lambdas/spiffe-id.ts';
import type { AgentSettings } from './settings.ts';

/** The one function that asks for itself (`lambdas/recorder/`). */
const RECORDER = 'recorder';

/**
 * The asker must be the route's own function, of the stage that the agent belongs to, or the recorder; and the scopes such
 * as that route has a use for. The recorder, which acts for nobody, may not bring one that shows clear text.
 *
 * @throws InternalTokenError `actor` or `scope`
 */
export function checkErrand(
  { actor, principal, scopes }: Pick<VerifiedToken, 'actor' | 'principal' | 'scopes'>,
  route: Route,
  { trust_domain, stage }: Pick<AgentSettings['regional'], 'trust_domain' | 'stage'>,
): void {
  const actsForNobody = principal.kind === 'function';
  const name = actsForNobody ? RECORDER : route.name;
  if (actor !== spiffeId(trust_domain, { kind: 'function', stage, name })) throw new InternalTokenError('actor');
  const usable: ReadonlySet<string> = actsForNobody ? new Set(recorderScopes(route)) : usableScopes(route);
  if ([...scopes].some((scope) => !usable.has(scope))) throw new InternalTokenError('scope');
}
