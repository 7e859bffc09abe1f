import { door } from '../../door/door.ts';
import { freeStorage } from '../../sources/cloudwatch.ts';
import { postgres } from '../../sources/postgres.ts';
import { LOCK_TIMEOUT_MS } from './measurement.ts';
import { route } from './route.ts';
import { tableSizes } from './table-sizes.ts';

export const handler = door(route, tableSizes, (context, settings) => ({
  databases: postgres(context, {
    connections: settings.limits.database_connections_per_instance,
    lock_timeout_ms: LOCK_TIMEOUT_MS,
  }),
  freeStorage: (database) => freeStorage(database, settings.region, context),
}));
