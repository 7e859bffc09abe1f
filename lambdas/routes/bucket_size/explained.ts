/** The difference between the metrics of a bucket and its listing, explained by what the listing does not show. */
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import { type BucketOutcome, count } from './bucket-outcome.ts';
import type { Difference } from './bucket-row.ts';
import { countedByListing, differenceOf } from './difference.ts';
import type { LiveListing } from './live-listing.ts';
import type { BucketMetrics } from './metrics.ts';

/** `null` while one of the two figures is not known. Each part that permissions hide is a fault of its own. */
export async function explained(
  metrics: BucketMetrics | null,
  listing: LiveListing,
  uploads: () => Promise<UnfinishedUploads | { reason: string }>,
  outcome: BucketOutcome,
): Promise<Difference | null> {
  if (metrics === null || metrics.newest === null) return null;
  if (listing.what === 'objects') count(new UpstreamFailedError('s3', 'access-denied'), outcome);
  const { newest, storage_types } = metrics;
  return differenceOf({ newest, storage_types, counted: countedByListing(listing), uploads: await uploads() });
}
