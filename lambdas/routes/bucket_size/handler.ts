import { door } from '../../door/door.ts';
import { knownMetrics, metricAverages } from '../../sources/cloudwatch.ts';
import { listBucket } from '../../sources/s3-listing.ts';
import { unfinishedUploads } from '../../sources/s3-listing-uploads.ts';
import { bucketSize } from './bucket-size.ts';
import { route } from './route.ts';

export const handler = door(route, bucketSize, (context) => ({
  averages: (queries, period, region) => metricAverages(queries, period, region, context),
  known: (query, region) => knownMetrics(query, region, context),
  list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
  uploads: (bucket, region, deadline) => unfinishedUploads(bucket, region, { ...context, deadline }),
}));
