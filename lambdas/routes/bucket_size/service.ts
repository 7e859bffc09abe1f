/** `GET /bucket_size` with what it reads. */
import { serviceOf } from '../../service.ts';
import { knownMetrics, metricAverages } from '../../upstreams/cloudwatch/metrics.ts';
import { listBucket } from '../../upstreams/s3/listing/listing.ts';
import { unfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import { bucketSize } from './bucket-size.ts';
import type { Upstreams } from './upstreams.ts';

export const service = serviceOf({
  domain: bucketSize,
  upstreams: (context, { region: ownRegion }): Upstreams => ({
    averages: (queries, period, region) => metricAverages(queries, period, region, context),
    known: (query, region) => knownMetrics(query, region, context),
    list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
    uploads: (bucket, deadline) => unfinishedUploads(bucket, { ...context, deadline }),
    ...(process.env['MRT_WITH_INVENTORY'] !== 'off' && {
      inventory: async (reader) => {
        const [{ reportsInS3 }, { AthenaQueries }] = await Promise.all([
          import('../../inventory/report.ts'),
          import('../../upstreams/athena/queries.ts'),
        ]);
        return { reports: reportsInS3(context), queries: new AthenaQueries(ownRegion, context, reader) };
      },
    }),
  }),
});
