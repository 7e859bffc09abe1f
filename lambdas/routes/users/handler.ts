import { routeHandler } from '../../http/route-handler.ts';
import { UserCatalogMemory } from '../../mendix/users/catalog-memory.ts';
import { openedRecord } from '../../record/opened.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { usersOverTime } from './past.ts';
import { route } from './route.ts';

const catalogs = new UserCatalogMemory();

export const handler = routeHandler(route, usersOverTime, (context, settings, keys) => ({
  databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
  catalogs,
  keys,
  record: openedRecord(context, settings),
}));
