/** `GET /storage_audit` with what it reads. */
import { serviceOf } from '../../service.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { listBucket } from '../../upstreams/s3/listing/listing.ts';
import { storageAudit } from './storage-audit.ts';
import type { Upstreams } from './subject.ts';

export const service = serviceOf({
  domain: storageAudit,
  upstreams: (context, settings): Upstreams => ({
    databases: postgres(context, { connections: settings.limits.database_connections_per_instance }),
    list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
    ...(process.env['MRT_WITH_INVENTORY'] !== 'off' && {
      inventory: async (reader) => {
        const [{ reportsInS3 }, { keyFileInS3 }, { AthenaQueries }, { objectNow }] = await Promise.all([
          import('../../inventory/report.ts'),
          import('../../inventory/key-file.ts'),
          import('../../upstreams/athena/queries.ts'),
          import('../../upstreams/s3/object-now.ts'),
        ]);
        return {
          reports: reportsInS3(context),
          queries: new AthenaQueries(settings.region, context, reader),
          file: (address: string) => keyFileInS3(address, { region: settings.region, reader }, context),
          look: (bucket, key) => objectNow({ ...bucket, key }, context),
        };
      },
    }),
  }),
});
