import { door } from '../../door/door.ts';
import { UserCatalogMemory } from '../../mendix/users-catalog-memory.ts';
import { postgres } from '../../sources/postgres.ts';
import { route } from './route.ts';
import { users } from './users.ts';

const catalogs = new UserCatalogMemory();

export const handler = door(route, users, (context, settings) => ({
  databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
  catalogs,
}));
