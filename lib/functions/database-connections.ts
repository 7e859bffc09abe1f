/** How `limits.database_connections` is divided: evenly among the functions that read databases. */
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';

/** Environments that the recorder asks at once where nothing bounds the connections. */
const UNBOUNDED_SIDE_BY_SIDE = 8;

/**
 * So many instances of each function that all together stay within the limit; `null`: no cap.
 * 48 connections, 2 an instance and 3 functions that read databases: 8 instances each. The recorder, where there is one,
 * is one of those who share: then there are 6 for each.
 *
 * @throws ConfigError when that is less than one
 */
export function instancesOf({ limits, recording }: Config, routes: readonly Route[]): number | null {
  if (limits.database_connections === 'off') return null;
  const readers = routes.filter(({ needs }) => needs.includes('database')).length;
  const sharers = readers + (recording === 'off' ? 0 : 1);
  const instances = Math.floor(limits.database_connections / (sharers * limits.database_connections_per_instance));
  if (instances < 1) {
    throw new ConfigError([
      `limits.database_connections: ${sharers} functions with ${limits.database_connections_per_instance} connections each need more than ${limits.database_connections}`,
    ]);
  }
  return instances;
}

/** Environments that the recorder asks at once: it is one instance and has the connections of all that it might be. */
export function sideBySide(config: Config, routes: readonly Route[]): number {
  const instances = instancesOf(config, routes);
  return instances === null ? UNBOUNDED_SIDE_BY_SIDE : instances * config.limits.database_connections_per_instance;
}
