/** What this route needs of the outside, bound to one request. */

import type { Database } from '../../environment-settings.ts';
import type { NamedEnvironment } from '../../exchange.ts';
import type { VersionedKey } from '../../keys/object.ts';
import type { ObjectAddress, ReadOptions, StoredObject } from '../../upstreams/s3/objects.ts';
import type { ListedObject, Prefix } from '../../upstreams/s3/objects-below.ts';
import type { KeptFiles } from './stored-file.ts';

export interface Upstreams {
  objects: Objects;
  /** The key of the fingerprints: of the request's environment, or of another. @throws KeysUnavailableError */
  keys(of?: NamedEnvironment): Promise<{ fingerprint: VersionedKey }>;
  /** @throws DatabaseUnavailableError and others; `null`: the database does not say */
  deployedModel(database: Database): Promise<DeployedModel | null>;
  /** What this instance has read before. */
  kept: KeptFiles;
}

/** S3. */
export interface Objects {
  /** The newest object below a prefix; `null`: there is none. @throws UpstreamFailedError and others */
  newest(at: Prefix): Promise<ListedObject | null>;
  /** @throws UpstreamFailedError and others */
  read(at: ObjectAddress, options: ReadOptions): Promise<StoredObject | 'not-modified'>;
}

/** What the database says of the model that runs on it. */
export interface DeployedModel {
  model_version: string | null;
  mendix_version: string | null;
}
