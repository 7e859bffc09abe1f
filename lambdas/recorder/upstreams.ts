/** What the routes' domains ask for, all of one environment's turn. */

import type { Database } from '../environment-settings.ts';
import type { VersionedKey } from '../keys/object.ts';
import type { HashedIdentity } from '../mendix/users/identities.ts';
import type { Upstreams as Airflow } from '../routes/airflow_health/airflow-health.ts';
import type { Upstreams as Buckets } from '../routes/bucket_size/upstreams.ts';
import type { Upstreams as Constants } from '../routes/micro_flow_constants/upstreams.ts';
import type { Upstreams as Tables } from '../routes/table_size/table-sizes.ts';
import type { Upstreams as Users } from '../routes/users/request.ts';
import type { AskAudit } from './storage-audit.ts';

export interface Upstreams {
  buckets: Buckets;
  tables: Tables;
  users: Users;
  constants: Constants;
  audit: AskAudit;
  /** Loaded by whoever has an Airflow. */
  airflow(): Promise<Airflow>;
  /** Licence identities of an app as hashes under a salt. @throws as the users' totals do */
  identities(database: Database, salt: string): Promise<HashedIdentity[]>;
  /** The API's own. @throws KeysUnavailableError */
  keys(): Promise<RecorderKeys>;
}

/** The keys of fingerprints and identities, and the one that seals where a listing was cut. */
export interface RecorderKeys {
  cursor: { current: VersionedKey };
  fingerprint: VersionedKey;
  identity: VersionedKey;
}
