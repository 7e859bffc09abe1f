import { routeHandler } from '../../http/route-handler.ts';
import { UserCatalogMemory } from '../../mendix/users/catalog-memory.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { users } from './answer.ts';
import { route } from './route.ts';

const catalogs = new UserCatalogMemory();

export const handler = routeHandler(route, users, (context, settings, keys) => ({
  databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
  catalogs,
  keys,
}));
