/**
 * Whether an answer shows personal data or secrets in clear, and whether it is audited: decided here and nowhere else,
 * by what the route declares.
 */
import type { Scope } from '../contract.ts';
import { prefixOf } from '../parameters.ts';
import { InvalidParameterError, MissingScopeError, ReasonRequiredError } from '../request-errors.ts';
import type { Route } from '../route.ts';

export interface Decision {
  /** In clear: `no-store`, no ETag, an audit line. */
  clear: boolean;
  /** In clear would be permitted, whether it was asked for or not. */
  mayClear: boolean;
  /** An audit line, whatever becomes of the request: clear text, an exact name that was looked up, or by the route. */
  audited: boolean;
}

/**
 * What the caller asked to see, held against the scopes that it has in the environment.
 *
 * @param values the route's parameters, parsed
 * @param reason the header `x-reason`; `reasonRequired`: the stage insists on one for clear text
 * @throws MissingScopeError, ReasonRequiredError; InvalidParameterError for a time finer than the caller may see
 */
export function decide(
  route: Pick<Route, 'discloses' | 'looksUp' | 'wholeDays' | 'audited'>,
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
  checkDays(route.wholeDays, values, scopes);
  if (clear && reason === null && reasonRequired) throw new ReasonRequiredError();
  const mayClear = discloses !== undefined && scopes.includes(discloses.scope);
  return { clear, mayClear, audited: route.audited === true || clear || (name !== undefined && !isPrefix) };
}

/** @throws InvalidParameterError for each time that is no whole day and whose scope is missing */
function checkDays(
  wholeDays: Route['wholeDays'],
  values: Readonly<Record<string, unknown>>,
  scopes: readonly Scope[],
): void {
  if (wholeDays === undefined || scopes.includes(wholeDays.scope)) return;
  const message = `must be a whole day such as 2026-11-21 without the scope ${wholeDays.scope}: masked rows show days`;
  const finer = wholeDays.parameters.filter((name) => {
    const time = values[name];
    // As `time()` gives it: the start of a day in UTC.
    return typeof time === 'string' && !time.endsWith('T00:00:00.000Z');
  });
  if (finer.length > 0) throw new InvalidParameterError(finer.map((parameter) => ({ parameter, message })));
}
