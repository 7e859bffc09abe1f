import { routeHandler } from '../../http/route-handler.ts';
import { freeStorage } from '../../upstreams/cloudwatch/free-storage.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { MAX_LOCK_WAIT_MS } from './measurement.ts';
import { route } from './route.ts';
import { tableSizes } from './table-sizes.ts';

export const handler = routeHandler(route, tableSizes, (context, settings) => ({
  databases: postgres(context, {
    connections: settings.limits.database_connections_per_instance,
    lockTimeoutMs: MAX_LOCK_WAIT_MS,
  }),
  freeStorage: (instance) => freeStorage(instance, settings.region, context),
}));
