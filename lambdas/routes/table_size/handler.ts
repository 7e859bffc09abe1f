import { routeHandler } from '../../http/route-handler.ts';
import { freeStorage } from '../../upstreams/cloudwatch/free-storage.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { LOCK_TIMEOUT_MS } from './measurement.ts';
import { route } from './route.ts';
import { tableSizes } from './table-sizes.ts';

export const handler = routeHandler(route, tableSizes, (context, settings) => ({
  databases: postgres(context, {
    connections: settings.limits.database_connections_per_instance,
    lock_timeout_ms: LOCK_TIMEOUT_MS,
  }),
  freeStorage: (instance) => freeStorage(instance, settings.region, context),
}));
