/** What the environments of agents are said to offer, against the route table. */
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { isServedByAgents } from '../../lambdas/relay/served-routes.ts';
import type { Route } from '../../lambdas/route.ts';

/**
 * A route that no agent serves would be offered to callers and refused by every agent; a misspelt one would be missing without
 * a word.
 *
 * @param routes the whole table
 * @throws ConfigError that names each wrong entry by its path, and the routes that there are
 */
export function requireServedOffers(environments: Config['environments'], routes: readonly Route[]): void {
  const served = routes.filter(isServedByAgents).map(({ name }) => name);
  const faults = Object.entries(environments).flatMap(([environment, { offers = [] }]) =>
    offers.flatMap((route, place) =>
      served.includes(route)
        ? []
        : [`environments.${environment}.offers.${place}: agents serve no ${route}, but ${served.join(', ')}`],
    ),
  );
  if (faults.length > 0) throw new ConfigError(faults);
}
