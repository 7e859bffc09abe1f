/** `GET /storage_audit` with what it reads. */
import { serviceOf } from '../../service.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { listBucket } from '../../upstreams/s3/listing/listing.ts';
import { storageAudit } from './storage-audit.ts';

export const service = serviceOf({
  domain: storageAudit,
  upstreams: (context, settings) => ({
    databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
    list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
  }),
});
