/**
 * Names that the cloud side (`lib`), the local run (`local`) and the functions (`lambdas`) share.
 * A name that two of them need stands here and nowhere else.
 */

/** OAuth resource server of the API; scopes in a token read `mrt/<scope>`. */
export const RESOURCE_SERVER = 'mrt';

/** Every scope of the API with what it permits: those of its routes. The resource server has all of them. */
export const SCOPES = {
  'mrt/bucket_size.read': 'Sizes of the buckets of an environment',
  'mrt/table_size.read': 'Sizes of the tables of an environment',
  'mrt/storage_audit.read': 'Files of an environment: its bucket against its database, with keys',
  'mrt/users.read': 'Users of an environment, personal data masked',
  'mrt/users.profile': 'Users of an environment, personal data in clear on request',
  'mrt/micro_flow_constants.read': 'Constants of an environment, secrets masked',
  'mrt/micro_flow_constants.reveal': 'Constants of an environment, secrets in clear on request',
  'mrt/airflow.read': 'Health of the DAGs of an environment with an Airflow',
  'mrt/airflow.trigger': 'Runs of DAGs started through the Airflow gateway',
  'mrt/audit.read': 'Who may do what: every caller with its scopes and environments',
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
  /** Bucket of the record; only where the stage records. */
  recordBucket: 'MRT_RECORD_BUCKET',
  /** The function's own SPIFFE ID; only where tenants have roles, whose sessions carry it as a tag. */
  spiffeId: 'MRT_SPIFFE_ID',
  /** Set by the local run only: file with the CA that signs the local database's certificate. */
  databaseCaFile: 'MRT_DATABASE_CA_FILE',
} as const;

/** Objects in the key bucket. */
export const KEY_OBJECTS = { jwks: 'jwks.json', keys: 'keys.json' } as const;

/** Sets of key pairs, each for one purpose; who has one cannot sign for the other. */
export const KEY_SETS = ['tokens', 'answers'] as const;

export type KeySet = (typeof KEY_SETS)[number];

/** Objects in the key bucket of a stage with `trust_domain`: private key pairs by set, and the public halves of all. */
export const KEY_PAIR_OBJECTS = {
  tokens: 'token-key-pairs.json',
  answers: 'answer-key-pairs.json',
  public: 'public-keys.json',
} as const satisfies Record<KeySet | 'public', string>;

/** Where anybody may read the public halves; only in a stage with `trust_domain`. */
export const PUBLIC_KEYS_PATH = '/.well-known/jwks.json';

/** Files beside `index.mjs` in each function's bundle. */
export const BUNDLE_FILES = { settings: 'settings.json', databaseCa: 'rds-ca.pem', openapi: 'openapi.json' } as const;

/** What anybody may read, besides the open routes of the table: answered by `lambdas/documents`. */
export const DOCUMENT_PATHS = { openapi: '/openapi.json', problem: '/problems/{slug}' } as const;

/** CloudWatch namespace of the API's own metrics. */
export const METRIC_NAMESPACE = 'MRT';

/** Metrics in that namespace, as they stand in log lines (embedded metric format). */
export const METRICS = {
  /** By stage and route, from each function that answers requests. */
  duration: 'duration_ms',
  upstream: 'upstream_total_ms',
  serverErrors: 'server_errors',
  databaseUnavailable: 'database_unavailable',
  upstreamThrottled: 'upstream_throttled',
  keysUnavailable: 'keys_unavailable',
  /** Rows and other parts of answers that failed while the answer itself was a 200. */
  partFaults: 'part_faults',
  /** By stage, from the publisher: seconds since Cognito's keys were last published, before this run. */
  keysAge: 'keys_age_s',
} as const;

/** By stage, from the canary: how many of its questions were not answered as they must be. */
export const CANARY_METRIC = 'canary_failed';

/** Environment variables of the canary. */
export const CANARY_VARIABLES = {
  /** Address of the API. */
  api: 'MRT_API',
  tokenEndpoint: 'MRT_TOKEN_ENDPOINT',
  clientId: 'MRT_CLIENT_ID',
  /** ARN of the secret that holds the client's. */
  secret: 'MRT_CLIENT_SECRET_ARN',
} as const;

/** Dimensions of the metrics of functions with a route, and of the publisher's and the canary's. Stages may share an account. */
export const METRIC_DIMENSIONS = { function: ['stage', 'route'], publisher: ['stage'] } as const;

/** Metrics of the recorder, by stage. */
export const RECORD_METRICS = {
  /** Seconds since the run before this one ended. */
  age: 'record_age_s',
  /** Environments for which a run had no time left. */
  unrecorded: 'record_left',
} as const;

export const RECORD_METRIC_DIMENSIONS = ['stage'] as const;

/** What a route reads; `grants.ts` turns each into permissions and its share of the bundled settings. */
export type Need =
  | 'bucket_metrics'
  | 'bucket_listing'
  | 'bucket_inventory'
  | 'file_listing'
  | 'file_inventory'
  | 'database'
  | 'database_metrics'
  | 'constants'
  | 'airflow'
  | 'airflow_trigger'
  | 'airflow_metrics';

/** Those that ask S3's reports: nothing where a stage has no `inventory`. */
export const INVENTORY_NEEDS: readonly Need[] = ['bucket_inventory', 'file_inventory'];
