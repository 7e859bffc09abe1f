/**
 * Whether an answer shows personal data or secrets in clear, and whether it is audited: decided here and nowhere else,
 * by what the route declares.
 */
import type { Scope } from '../contract.ts';
import { MissingScopeError, ReasonRequiredError } from '../errors.ts';
import { prefixOf } from '../parameters.ts';
import type { Route } from '../route.ts';

export interface Decision {
  /** In clear: `no-store`, no ETag, an audit line. */
  clear: boolean;
  /** An audit line, whatever becomes of the request: clear text, or an exact name that was looked up. */
  audited: boolean;
}

/**
 * What the caller asked to see, held against the scopes that it has in the environment.
 *
 * @param values the route's parameters, parsed
 * @param reason the header `x-reason`; `reasonRequired`: the stage insists on one for clear text
 * @throws MissingScopeError, ReasonRequiredError
 */
export function decide(
  route: Pick<Route, 'discloses' | 'looksUp'>,
  values: Readonly<Record<string, unknown>>,
  scopes: readonly Scope[],
  reason: string | null,
  reasonRequired: boolean,
): Decision {
  const { discloses, looksUp } = route;
  const clear = discloses !== undefined && values[discloses.parameter] === true;
  if (clear && !scopes.includes(discloses.scope)) throw new MissingScopeError([discloses.scope]);
  const name = looksUp === undefined ? undefined : values[looksUp.parameter];
  const isPrefix = typeof name === 'string' && prefixOf(name) !== null;
  if (isPrefix && looksUp !== undefined && !scopes.includes(looksUp.prefixScope)) {
    throw new MissingScopeError([looksUp.prefixScope]);
  }
  if (clear && reason === null && reasonRequired) throw new ReasonRequiredError();
  return { clear, audited: clear || (name !== undefined && !isPrefix) };
}
