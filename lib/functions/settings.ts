/** A function's slice of the configuration, as it is written into its bundle. */
import { createHash } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Settings } from '../../lambdas/settings.ts';
import project from '../../package.json' with { type: 'json' };
import { sideBySide } from './database-connections.ts';
import { environmentOf } from './environment-settings.ts';
import { withTenants } from './tenant-settings.ts';

/** Of the release, from package.json; `/health` tells it. */
const VERSION: string = project.version;

/**
 * What a function is told: of each environment only what the route needs; callers and `offers` are whole, since rights
 * depend on them.
 *
 * @param routes the whole table: an environment's `offers` name every route that it is configured for
 */
export function settingsOf(route: Pick<Route, 'needs'>, config: Config, routes: readonly Route[]): Settings {
  const { domain, stage, region, callers, limits } = config;
  const slice = {
    version: VERSION,
    stage,
    region,
    base_address: domain === 'off' ? null : `https://maas-api.${domain.dns_domain}`,
    callers,
    environments: Object.fromEntries(
      Object.keys(config.environments).map((name) => [name, environmentOf(route, name, config, routes)]),
    ),
    recording:
      config.recording === 'off'
        ? null
        : { every_minutes: config.recording.every_minutes, side_by_side: sideBySide(config, routes) },
    ...(config.trust_domain !== undefined && { trust_domain: config.trust_domain }),
    ...(config.signed_answers && { signed_answers: config.signed_answers.when }),
    ...(config.agents && { agents: { iot_endpoint: config.agents.iot_endpoint } }),
    limits: {
      database_connections_per_instance: limits.database_connections_per_instance,
      reason_required: limits.reason_required,
    },
  };
  const owned = config.tenants === undefined ? slice : withTenants(slice, config, versionOf);
  return { configuration_version: versionOf(owned), ...owned };
}

/** Of what a function reads and nothing else: an alarm's address changes no function. */
function versionOf(slice: object): string {
  return createHash('sha256').update(JSON.stringify(slice)).digest('hex').slice(0, 16);
}

/**
 * What the recorder is told: what all the routes that it asks need, and no caller, as it acts for none.
 *
 * @param needs of those routes together
 */
export function recorderSettings(needs: readonly Need[], config: Config, routes: readonly Route[]): Settings {
  return { ...settingsOf({ needs }, config, routes), callers: { clients: {}, groups: {} } };
}
