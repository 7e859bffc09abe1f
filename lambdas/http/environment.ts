/** Which environment a request is about. One that the caller may not read is answered as one that does not exist. */

import type { PermittedEnvironment } from '../exchange.ts';
import { EnvironmentRequiredError, NotOfferedError, UnknownEnvironmentError } from '../request-errors.ts';

/**
 * The environment of that name, or the only one that the caller may read.
 *
 * @param permitted those that the caller may read with this route, whether the route is configured for them or not
 * @throws UnknownEnvironmentError, EnvironmentRequiredError (with the names to choose from), NotOfferedError
 */
export function chooseEnvironment(
  name: string | null,
  permitted: readonly PermittedEnvironment[],
  route: string,
): PermittedEnvironment {
  if (name !== null) return environmentNamed(name, permitted, route);
  const [only, second] = permitted;
  if (only === undefined) throw new UnknownEnvironmentError(null);
  if (second !== undefined) throw new EnvironmentRequiredError(permitted.map(({ environment }) => environment.name));
  return offered(only, route);
}

/** @throws UnknownEnvironmentError, NotOfferedError */
export function environmentNamed(
  name: string,
  permitted: readonly PermittedEnvironment[],
  route: string,
): PermittedEnvironment {
  const named = permitted.find(({ environment }) => environment.name === name);
  if (named === undefined) throw new UnknownEnvironmentError(name);
  return offered(named, route);
}

function offered(permitted: PermittedEnvironment, route: string): PermittedEnvironment {
  if (!permitted.environment.offers.includes(route)) throw new NotOfferedError();
  return permitted;
}
