/** The port to S3: what this route needs of it, bound to one request. */
import type { ListedObject, Prefix } from '../../upstreams/s3/newest.ts';
import type { ObjectAddress, ReadOptions, StoredObject } from '../../upstreams/s3/objects.ts';

export interface Objects {
  /** @throws UpstreamFailedError and others; `null`: there is none */
  newest(at: Prefix): Promise<ListedObject | null>;
  /** @throws UpstreamFailedError and others */
  read(at: ObjectAddress, options: ReadOptions): Promise<StoredObject | 'not-modified'>;
}
