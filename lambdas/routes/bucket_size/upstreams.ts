/** What the buckets of an environment are read from. */
import type { Deadline } from '../../context.ts';
import type { Bucket, Reader } from '../../environment-settings.ts';
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import type { InventorySource } from './inventory.ts';
import type { ListingSource } from './live-listing.ts';
import type { MetricsSource } from './metrics.ts';

/** What is asked of S3, CloudWatch and Athena. */
export interface Upstreams extends MetricsSource, ListingSource {
  /** @throws where a part of the sum cannot be read */
  uploads(bucket: Bucket, deadline: Deadline): Promise<UnfinishedUploads>;
  /** Loaded when it is first asked for; left out: nobody asks inventory reports. */
  inventory?(reader: Reader | undefined): Promise<InventorySource>;
}
