import { routeHandler } from '../../http/route-handler.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { listBucket } from '../../upstreams/s3/listing/listing.ts';
import { route } from './route.ts';
import { storageAudit } from './storage-audit.ts';

/** The Lambda function of `GET /storage_audit`. */
export const handler = routeHandler(route, storageAudit, (context, settings) => ({
  databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
  list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
}));
