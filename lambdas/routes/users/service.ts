/** `GET /users` with what it reads. */
import { UserCatalogMemory } from '../../mendix/users/catalog-memory.ts';
import { openedRecord } from '../../record/opened.ts';
import { serviceOf } from '../../service.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { usersOverTime } from './past.ts';

const catalogs = new UserCatalogMemory();

export const service = serviceOf({
  domain: usersOverTime,
  upstreams: (context, settings, keys) => ({
    databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
    catalogs,
    keys,
    record: openedRecord(context, settings),
  }),
  past: (request, upstreams, present) => usersOverTime(request, upstreams, new Date(), present),
});
