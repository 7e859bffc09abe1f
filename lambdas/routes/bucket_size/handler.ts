import { routeHandler } from '../../http/route-handler.ts';
import { knownMetrics, metricAverages } from '../../upstreams/cloudwatch/metrics.ts';
import { listBucket } from '../../upstreams/s3/listing/listing.ts';
import { unfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import { bucketSize } from './bucket-size.ts';
import { route } from './route.ts';

/** The Lambda function of `GET /bucket_size`. */
export const handler = routeHandler(route, bucketSize, (context) => ({
  averages: (queries, period, region) => metricAverages(queries, period, region, context),
  known: (query, region) => knownMetrics(query, region, context),
  list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
  uploads: (bucket, deadline) => unfinishedUploads(bucket, { ...context, deadline }),
}));
