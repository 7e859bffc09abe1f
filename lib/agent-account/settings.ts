/** An agent's settings from its configuration: each route's slice is made as a stage's is. */

import type { AgentSettings } from '../../agent/settings.ts';
import { agentAsStage } from '../../config/agent/as-stage.ts';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { PUBLIC_KEYS_PATH } from '../../lambdas/contract.ts';
import { isServedByAgents } from '../../lambdas/relay/served-routes.ts';
import { routes } from '../../lambdas/routes.ts';
import { settingsOf } from '../functions/settings.ts';

/** The settings of the agent, as they are written beside its bundle. */
export function agentSettings(config: AgentConfig): AgentSettings {
  const stage = agentAsStage(config);
  const { name, account, region, regional, allow } = config;
  const about = routes.filter(isServedByAgents);
  const slices = about.map(
    (route) =>
      [
        route.name,
        // Rights are in `allow`: nobody calls an agent but the Regional API.
        { ...settingsOf(route, stage, routes), stage: name, callers: { clients: {}, groups: {} } },
      ] as const,
  );
  return {
    name,
    version: slices[0]?.[1].version ?? '',
    account,
    region,
    regional: {
      stage: regional.stage,
      iot_endpoint: regional.iot_endpoint,
      trust_domain: regional.trust_domain,
      keys_url: `${regional.api}${PUBLIC_KEYS_PATH}`,
    },
    allow,
    secret: secretName(name),
    routes: Object.fromEntries(slices),
  };
}

/** Of the secret with key and certificate, in the agent's own account. */
export function secretName(agent: string): string {
  return `mrt/agent/${agent}`;
}
