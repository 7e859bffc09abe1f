import { routeHandler } from '../../http/route-handler.ts';
import { openedRecord } from '../../record/opened.ts';
import { freeStorage } from '../../upstreams/cloudwatch/free-storage.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { MAX_LOCK_WAIT_MS } from './measurement.ts';
import { tableSizesOverTime } from './past.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, tableSizesOverTime, (context, settings) => ({
  databases: postgres(context, {
    connections: settings.limits.database_connections_per_instance,
    lockTimeoutMs: MAX_LOCK_WAIT_MS,
  }),
  freeStorage: (instance) => freeStorage(instance, settings.region, context),
  record: openedRecord(context, settings),
}));
