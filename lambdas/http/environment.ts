/** Which environment a request is about. One that the caller may not read is answered as one that does not exist. */
import { EnvironmentRequiredError, NotOfferedError, UnknownEnvironmentError } from '../errors.ts';
import type { NamedEnvironment, Readable } from '../exchange.ts';

/**
 * The environment of that name, or the only one that the caller may read.
 * @throws UnknownEnvironmentError, EnvironmentRequiredError (with the names to choose from), NotOfferedError
 */
export function chooseEnvironment(name: string | null, readable: readonly Readable[], route: string): NamedEnvironment {
  if (name !== null) return otherEnvironment(name, readable, route);
  const [only, second] = readable;
  if (only === undefined) throw new UnknownEnvironmentError();
  if (second !== undefined) throw new EnvironmentRequiredError(readable.map((one) => one.environment.name));
  return offered(only.environment, route);
}

/** @throws UnknownEnvironmentError, NotOfferedError */
export function otherEnvironment(name: string, readable: readonly Readable[], route: string): NamedEnvironment {
  const found = readable.find((one) => one.environment.name === name);
  if (found === undefined) throw new UnknownEnvironmentError();
  return offered(found.environment, route);
}

function offered(environment: NamedEnvironment, route: string): NamedEnvironment {
  if (!environment.offers.includes(route)) throw new NotOfferedError();
  return environment;
}
