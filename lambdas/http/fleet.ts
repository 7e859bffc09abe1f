/** Several environments in one request: which they are, and whether the request may be about several. */

import type { PermittedEnvironment } from '../exchange.ts';
import {
  InvalidParameterError,
  NotOfferedError,
  OneEnvironmentOnlyError,
  type ParameterFault,
  UnknownEnvironmentError,
} from '../request-errors.ts';
import type { FleetPart, Route } from '../route.ts';
import { selectorFault, selects } from '../selector.ts';
import type { Query } from './query.ts';

/** Names in a list; more are asked for by `*` and labels. */
const MAX_NAMES = 100;

/** Parameters that say which environments, and which part of the answer. */
const ABOUT_THE_FLEET = new Set(['environment', 'label', 'limit', 'cursor', 'budget_s']);

/**
 * The environments that a request is about, when it is about several; `null`: it is about one.
 *
 * Whatever is asked for, only what the caller may read is there: `*` of somebody who may read nothing but `shop-prod` is
 * `shop-prod`, and a name that is not theirs is answered as one that does not exist.
 *
 * @param permitted those that the caller may read with this route
 * @throws InvalidParameterError, UnknownEnvironmentError, NotOfferedError
 */
export function fleetOf(
  route: Route,
  { environment, labels }: Query,
  permitted: readonly PermittedEnvironment[],
): PermittedEnvironment[] | null {
  if (route.fleet === undefined) return null;
  const several = environment?.includes(',') === true || environment === '*';
  if (!several && labels.length === 0) return null;
  checkLabels(labels);
  const named =
    environment === null || environment === '*'
      ? permitted.filter(({ environment: { offers } }) => offers.includes(route.name))
      : namesOf(environment).map((name) => permittedNamed(name, permitted, route.name));
  return named.filter(({ environment: one }) => labels.every((label) => selects(label, one)));
}

/**
 * That nothing is asked for but summaries: rows, filters and clear text are of one environment.
 *
 * @throws OneEnvironmentOnlyError
 */
export function requireSummary({ asks, may }: FleetPart, values: Query['values']): void {
  const others = Object.entries(values).filter(
    ([name, value]) =>
      value !== undefined && !ABOUT_THE_FLEET.has(name) && name !== asks && !may.includes(`${name}=${value}`),
  );
  const [other] = others;
  if (other !== undefined) throw new OneEnvironmentOnlyError(`leave out ${other[0]}, or name one environment`);
  if (asks !== null && values[asks] !== true)
    throw new OneEnvironmentOnlyError(`add ${asks}=true, or name one environment`);
}

/** @throws InvalidParameterError */
function namesOf(list: string): string[] {
  const names = list.split(',');
  const fault = (message: string): never => {
    throw new InvalidParameterError([{ parameter: 'environment', message }]);
  };
  if (names.includes('*')) fault('must be * alone, or names');
  if (names.includes('')) fault('must be a comma list of names, with a name before and after each comma');
  if (new Set(names).size < names.length) fault('must name each environment once');
  if (names.length > MAX_NAMES) fault(`must name ${MAX_NAMES} at most; * and label take more`);
  return names;
}

/** @throws UnknownEnvironmentError, NotOfferedError */
function permittedNamed(name: string, permitted: readonly PermittedEnvironment[], route: string): PermittedEnvironment {
  const named = permitted.find(({ environment }) => environment.name === name);
  if (named === undefined) throw new UnknownEnvironmentError(name);
  if (!named.environment.offers.includes(route)) throw new NotOfferedError();
  return named;
}

/** A name or a pattern of names would be read as one, and is no label. @throws InvalidParameterError */
function checkLabels(labels: readonly string[]): void {
  const faults = labels.flatMap((label): ParameterFault[] => {
    const fault = label.includes(':') ? selectorFault(label) : 'must be key:value, such as stage:prod';
    return fault === null ? [] : [{ parameter: 'label', message: fault }];
  });
  if (faults.length > 0) throw new InvalidParameterError(faults);
}
