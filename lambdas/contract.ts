/**
 * Names that the cloud side (`lib`), the local run (`local`) and the functions (`lambdas`) share.
 * A name that two of them need stands here and nowhere else.
 */

/** OAuth resource server of the API; scopes in a token read `mrt/<scope>`. */
export const RESOURCE_SERVER = 'mrt';

/** Every scope of the API with what it permits. The resource server has all of them. */
export const SCOPES = {
  'mrt/bucket_size.read': 'Sizes of the buckets of an environment',
  'mrt/table_size.read': 'Sizes of the tables of an environment',
  'mrt/users.read': 'Users of an environment, personal data masked',
  'mrt/users.profile': 'Users of an environment, personal data in clear on request',
  'mrt/micro_flow_constants.read': 'Constants of an environment, secrets masked',
  'mrt/micro_flow_constants.reveal': 'Constants of an environment, secrets in clear on request',
  'mrt/storage_audit.read': 'The bucket of an environment against its database',
  'mrt/audit.read': 'Every caller with its scopes and environments',
} as const satisfies Record<`${typeof RESOURCE_SERVER}/${string}`, string>;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** Environment variables of the functions. Only deploy-time tokens travel in them; the rest is in the bundle. */
export const VARIABLES = {
  /** Cognito user pool id. */
  userPoolId: 'MRT_USER_POOL_ID',
  /** JSON object: app client id to the caller's name in the configuration. */
  clients: 'MRT_CLIENTS',
  /** Bucket that holds `jwks.json` and `keys.json`. */
  keyBucket: 'MRT_KEY_BUCKET',
  /** Set by the local run only: file with the CA that signs the local database's certificate. */
  databaseCaFile: 'MRT_DATABASE_CA_FILE',
} as const;

/** Objects in the key bucket. */
export const KEY_OBJECTS = { jwks: 'jwks.json', keys: 'keys.json' } as const;

/** Files beside `index.mjs` in each function's bundle. */
export const BUNDLE_FILES = { settings: 'settings.json', databaseCa: 'rds-ca.pem' } as const;

/** CloudWatch namespace of the API's own metrics. */
export const METRIC_NAMESPACE = 'MRT';

/** Metrics in that namespace, as they stand in log lines (embedded metric format). */
export const METRICS = {
  /** By stage and route, from the door. */
  duration: 'duration_ms',
  upstream: 'upstream_total_ms',
  serverErrors: 'server_errors',
  databaseUnavailable: 'database_unavailable',
  upstreamThrottled: 'upstream_throttled',
  keysUnavailable: 'keys_unavailable',
  /** By stage, from the publisher: seconds since Cognito's keys were last published, before this run. */
  keysAge: 'keys_age_s',
} as const;

/** Dimensions of the door's metrics, and of the publisher's. Stages may share an account. */
export const METRIC_DIMENSIONS = { door: ['stage', 'route'], publisher: ['stage'] } as const;

/** What a route reads; `grants.ts` turns each into permissions and its share of the bundled settings. */
export type Need = 'bucket_metrics' | 'bucket_listing' | 'database' | 'database_metrics' | 'constants';

/** Signing keys as the publisher writes them to `keys.json`; keys are base64, versions read `v1`, `v2` … */
export interface KeyObject {
  schema_version: 1;
  /** Signs cursors. Rotated by the publisher; the previous key still verifies. */
  cursor: { current: VersionedKey; previous: VersionedKey | null };
  /** Fingerprints of constants' values. Never rotated by itself: fingerprints must stay comparable. */
  fingerprint: VersionedKey;
  /** Keyed hash of users' licence identities. Never rotated by itself. */
  identity: VersionedKey;
}

export interface VersionedKey {
  version: string;
  key: string;
  created: string;
}

/** `settings.json`: a function's slice of the configuration, written at synthesis, trusted at run time. */
export interface Settings {
  /** Hash of the whole configuration; part of each ETag. */
  configuration_version: string;
  /** The API's release, for `/health`. */
  version: string;
  stage: string;
  account: string;
  region: string;
  /** `https://maas-api.<dns_domain>`; `null` without a domain. Problem types are made from it. */
  base_address: string | null;
  callers: Callers;
  /** Only what the route needs of each environment. */
  environments: Record<string, Environment>;
  limits: { database_connections_per_instance: number; reason_required: boolean };
}

export interface Callers {
  /** By the caller's name; `VARIABLES.clients` maps app client ids to names. */
  clients: Record<string, Caller>;
  /** By Cognito group. */
  groups: Record<string, Caller>;
}

export interface Caller {
  scopes: Scope[];
  /** Environment names, patterns (`shop-*`) or labels (`stage:prod`). */
  environments: string[];
}

/** One configured Mendix environment, as a function sees it. A part that its route does not need is left out. */
export interface Environment {
  labels: Record<string, string>;
  /** Names of the routes that this environment is configured for, as in the path: `bucket_size` … */
  offers: string[];
  buckets?: Bucket[];
  database?: Database;
  constants?: Constants;
}

export interface Bucket {
  bucket: string;
  region: string;
  /** `null`: the environment has the whole bucket. */
  prefix: string | null;
  /** Regular expression that a key must match after its prefix to count as the environment's. `null`: any key. */
  key_pattern: string | null;
}

export interface Database {
  /** Name of the server in the configuration; what an error may call it. */
  server: string;
  host: string;
  port: number;
  /** Database name on that server. */
  name: string;
  user: string;
  /** Dimension value for `AWS/RDS`; `null` where CloudWatch has no free space for it (Aurora). */
  instance_identifier: string | null;
  /** Attributes of the account entity (`System.User` specialization) that hold the full name and the e-mail. */
  full_name_attributes: string[];
  email_attributes: string[];
  /** Mendix `SessionTimeout` in seconds: "online now" is a session active within it. */
  session_timeout_seconds: number;
}

export interface Constants {
  archive: ArchiveSource | null;
  /** First wins. */
  overrides: OverrideSource[];
  /** Full constant names or patterns (`Mail.*`) that are secret, or are not, whatever the detector says. */
  secret: string[];
  not_secret: string[];
}

/** Where the model's own constants stand: a `.mda` archive or a plain `metadata.json`. */
export interface ArchiveSource {
  name: string;
  format: 'mda' | 'metadata_json';
  bucket: string;
  region: string;
  /** An exact key, or the newest object under `prefix`. */
  key: string | null;
  version_id: string | null;
  prefix: string | null;
}

export interface OverrideSource {
  /** The source's configured name; what answers call it. */
  name: string;
  format: 'm2ee_yaml' | 'environment_file' | 'mendix_app' | 'json_map';
  bucket: string;
  region: string;
  key: string;
}
