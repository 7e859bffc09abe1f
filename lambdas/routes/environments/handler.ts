import { routeHandler } from '../../http/route-handler.ts';
import { environments, type Upstreams } from './environments.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, environments, (context, settings): Upstreams | null => {
  const { agents, region } = settings;
  if (process.env['MRT_WITH_AGENTS'] !== 'off' && agents !== undefined) {
    return {
      heartbeat: async (agent) => {
        const { lastHeartbeat } = await import('../../relay/last-heartbeat.ts');
        return lastHeartbeat(agent, agents.iot_endpoint, region, context);
      },
    };
  }
  return null;
});
