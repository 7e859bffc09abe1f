/**
 * What was decided about a request at each step, as data for the audit line: who asks, whether the route is open to that
 * caller, whether the environment is, whether it may be seen in clear. The answer to a refused request says less than this:
 * an environment that the caller may not read is answered as one that does not exist.
 */
import {
  InvalidTokenError,
  MissingScopeError,
  NotOfferedError,
  ReasonRequiredError,
  UnknownEnvironmentError,
} from '../request-errors.ts';
import type { Route } from '../route.ts';
import type { Settings } from '../settings.ts';
import type { Admitted } from './admission.ts';
import type { Subject } from './subject.ts';

/** In the order in which they are taken; the first refusal is the last. */
export type Step = 'caller' | 'route' | 'environment' | 'disclosure';

export interface Decision {
  step: Step;
  allowed: boolean;
  /** Why not; left out where it is allowed. */
  reason?: Refusal;
  /** Of a refused environment that is configured, its name; a name that is not may be any text of the caller's. */
  environment?: string;
}

/** Words for a query over the log; no text of the caller's is among them. */
export type Refusal =
  /** No token of ours, or one that is over. What the gateway refuses stands in its access log, as `authorizerError`. */
  | 'invalid-token'
  /** The token has none of the route's scopes, or no entry gives the caller one of them in any environment. */
  | 'no-right-on-route'
  /** There is no such environment. */
  | 'not-configured'
  /** There is one, and the caller may not read it: whoever looks for names, or for a neighbour's, is found by this. */
  | 'not-permitted'
  | 'not-offered'
  | 'scope-missing'
  | 'reason-missing';

/** How far a request came. */
export interface Progress {
  admitted: Admitted | null;
  subject: Subject | null;
  /** What ended it; `null`: nothing. */
  error: unknown;
}

/** The decisions on one request; empty for an open route, which asks nobody. */
export function decisionsOn(
  route: Pick<Route, 'scopes' | 'environment'>,
  { admitted, subject, error }: Progress,
  { environments }: Pick<Settings, 'environments'>,
): Decision[] {
  if (route.scopes === null) return [];
  if (admitted === null) {
    if (error instanceof InvalidTokenError) return [{ step: 'caller', allowed: false, reason: 'invalid-token' }];
    const isRefused = error instanceof MissingScopeError;
    return isRefused ? [allowed('caller'), { step: 'route', allowed: false, reason: 'no-right-on-route' }] : [];
  }
  const known = [allowed('caller'), allowed('route')];
  if (subject !== null)
    return [...known, ...(route.environment ? [allowed('environment')] : []), allowed('disclosure')];
  if (error instanceof UnknownEnvironmentError) {
    // Of a list, or of two that are compared, the one that was refused.
    const name = error.unknown;
    const refused = { step: 'environment', allowed: false } as const;
    if (name === null || !Object.hasOwn(environments, name))
      return [...known, { ...refused, reason: 'not-configured' }];
    return [...known, { ...refused, reason: 'not-permitted', environment: name }];
  }
  if (error instanceof NotOfferedError)
    return [...known, { step: 'environment', allowed: false, reason: 'not-offered' }];
  if (error instanceof MissingScopeError || error instanceof ReasonRequiredError) {
    const reason = error instanceof MissingScopeError ? 'scope-missing' : 'reason-missing';
    return [...known, allowed('environment'), { step: 'disclosure', allowed: false, reason }];
  }
  return known;
}

const allowed = (step: Step): Decision => ({ step, allowed: true });
