// Made from the route table by `npm run generate`.

/** Which Airflow it is, and how the API comes in. */
export interface Airflow {
  /** `3.1.2`. `null`: not known. */
  version: string | null;
  /** v1 of Airflow 2, v2 of Airflow 3. `null`: not known. */
  api: 'v1' | 'v2' | null;
  /** By what the API comes in. */
  authentication: 'token' | 'basic' | 'mwaa';
  /** Airflow’s role that it comes in as, with MWAA. `null`: the account’s. */
  role: string | null;
}

/** A bucket of the environment, or its prefix of a shared one. */
export interface Bucket {
  /** Name of the bucket. */
  bucket: string;
  /** Its Region, as configured. */
  region: string;
  /** Only keys that begin with it count; `null`: the whole bucket. */
  prefix: string | null;
  /** `null`: not known. From a listing a lower bound while `complete` is false. */
  size_bytes: number | null;
  /** From metrics it includes versions, delete markers and upload parts. `null`: not known. */
  object_count: number | null;
  /** Where `size_bytes` and `object_count` are from. */
  source: 'metrics' | 'listing' | 'inventory';
  /** Of metrics: the start of the newest day whose storage types are all there. Of a listing: when it began. Of an inventory report: when S3 began to make it. `null`: no figure, or a bucket without a data point (new, empty). */
  as_of: string | null;
  /** False when something is missing: `error`, `listing` or `difference` says what. */
  complete: boolean;
  /** What `size_bytes` is made of. */
  storage_types: {
    /** CloudWatch's name; `null` from a listing. */
    storage_type: string | null;
    /** Storage class of the objects; `null` for a storage type that is not known here. */
    storage_class: string | null;
    /** Bytes that AWS bills on top of the objects: minimum sizes, archive indexes. */
    overhead: boolean;
    /** Bytes of this storage type, or in a listing of this storage class. */
    size_bytes: number;
  }[];
  /** Oldest day first; a day without a point, or without one of its storage types, is left out. `null` without `days`. */
  history: BucketDay[] | null;
  /** Theil–Sen slope over the last 30 whole days. `null` under 7 points, and of a listing: so a bucket that environments share has none, since CloudWatch knows whole buckets only. */
  growth: {
    /** Median slope between every two of the points; negative when it shrinks. */
    bytes_per_day: number;
    /** Daily points that it was made from, 7 to 30. */
    days: number;
    /** Size 30 days after `as_of` if it goes on like this; never below 0. */
    forecast_30_days_bytes: number;
  } | null;
  /** With `depth`: everything below each prefix, for the prefixes that this answer finished. Of an inventory the largest first. */
  prefixes:
    | {
        /** Begins with the prefix that is listed and ends with `/`. */
        prefix: string;
        /** Bytes of everything below it. */
        size_bytes: number;
        /** Objects below it. */
        object_count: number;
      }[]
    | null;
  /** Its inventory report, which `source=inventory` asks. Left out: none is configured. */
  report?: {
    /** How often S3 writes it, as configured. */
    schedule: 'daily' | 'weekly';
  };
  /** With `source=inventory`, and with `source=both` of a bucket that has a report. `null`: not asked for, not known, or its query goes on with `next_cursor`. */
  inventory: InventoryFigures | null;
  /** With `source=both`: S3 now. `null`: not asked for, or it failed. */
  listing: {
    /** Bytes of the current objects; a lower bound while `complete` is false. */
    size_bytes: number;
    /** Current objects; a lower bound while `complete` is false. */
    object_count: number;
    /** When the listing began. */
    as_of: string;
    /** False while it goes on with `next_cursor`. */
    complete: boolean;
  } | null;
  /** With `source=both`: metrics less listing, explained. `null` until both are known. */
  difference: {
    /** Bytes of the metrics less those counted. */
    size_bytes: number;
    /** The same of the number of objects; `null`: not known. */
    object_count: number | null;
    /** What the difference is made of; they add up to it. */
    parts: {
      /** What the metrics count and a listing of objects does not show. `unexplained` is what the other parts leave. */
      what: 'noncurrent_versions' | 'delete_markers' | 'unfinished_uploads' | 'storage_overhead' | 'unexplained';
      /** Its bytes; `null`: not known. */
      size_bytes: number | null;
      /** What it adds to the number of objects; `null`: not known. */
      object_count: number | null;
      /** False when it could not be had. */
      complete: boolean;
      /** Why it could not be had: `access-denied`, `upstream-timeout` …; `not-in-report`; `part-missing` of what the others leave. */
      reason: string | null;
    }[];
  } | null;
  /** With `source=both`, of a bucket that has an inventory report: what is between it and the others. `null`: it has none, or its figures are not known. */
  inventory_difference: {
    /** Metrics less report, explained as `difference` is: known before a long listing ends. `null`: no metrics. */
    metrics: {
      /** Bytes of the metrics less those counted. */
      size_bytes: number;
      /** The same of the number of objects; `null`: not known. */
      object_count: number | null;
      /** What the difference is made of; they add up to it. */
      parts: {
        /** What the metrics count and a listing of objects does not show. `unexplained` is what the other parts leave. */
        what: 'noncurrent_versions' | 'delete_markers' | 'unfinished_uploads' | 'storage_overhead' | 'unexplained';
        /** Its bytes; `null`: not known. */
        size_bytes: number | null;
        /** What it adds to the number of objects; `null`: not known. */
        object_count: number | null;
        /** False when it could not be had. */
        complete: boolean;
        /** Why it could not be had: `access-denied`, `upstream-timeout` …; `not-in-report`; `part-missing` of what the others leave. */
        reason: string | null;
      }[];
      /** From the report’s time to that of the metrics: its age then. Negative: the report is newer. */
      seconds: number;
    } | null;
    /** Listing less report: what was written since, less what was deleted. `null` until the listing is complete. */
    listing: {
      /** Bytes of the listing less those of the report. */
      size_bytes: number;
      /** The same of the number of objects. */
      object_count: number;
      /** From the report’s time to that of the listing: its age then. Negative: the report is newer. */
      seconds: number;
    } | null;
  } | null;
  /** Why a figure of the bucket is not known, or why its listing got no further. `null`: nothing failed. */
  error: PartProblem | null;
}

/** A day of a bucket’s history. */
export interface BucketDay {
  /** The day, UTC. */
  date: string;
  /** Bytes of all storage types at the start of the day. */
  size_bytes: number;
  /** Objects, with versions, delete markers and upload parts; `null`: not published. */
  object_count: number | null;
  /** Bytes by CloudWatch's name of the storage type. */
  by_storage_type: Record<string, number>;
}

/** A constant of the model, or a value that is set for none. */
export interface Constant {
  /** `Module.Constant`; the variable’s own name where it may mean several constants and the model declares none of them. */
  name: string;
  /** The part before the dot. `null`: the name has none. */
  module: string | null;
  /** As declared; Mendix’s Integer/Long is `integer`. `null`: not declared, or a type that this API does not know. */
  type: 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time' | null;
  /** As the model has it; empty where it has none. `null`: it is no text; or it holds a secret, or may, and `reveal=true` shows it. */
  description: string | null;
  /** What is configured. Integers beyond 2^53, decimals and times are texts. `null`: masked, not known (`value_known`), none, or it does not fit the type (`note`). */
  value: string | number | boolean | null;
  /** The value of the model. `null`: masked, or the model gives none. */
  default_value: string | number | boolean | null;
  /** False: what is configured stands, or may stand, in a place that is not read, such as a secret store, a variable of the host or a source that failed; `note` names it. */
  value_known: boolean;
  /** Whether an empty text is configured, or nothing. `null`: not known. */
  empty: boolean | null;
  /** Whether the default is an empty text. `null`: there is none. */
  default_empty: boolean | null;
  /** `default`: the model’s value is configured. `overridden`: the environment sets one. `missing`: declared, and neither has a value. `obsolete`: set, but not declared, so the runtime ignores it. `null`: it depends on a source that could not be read. */
  state: 'default' | 'overridden' | 'missing' | 'obsolete' | null;
  /** Name of the source whose value is configured. `null`: none has one, or which one is not known. */
  won_by: string | null;
  /** The same for every caller. `null`: its text is not known to be harmless; it is masked as a secret is, until the configuration names it in `not_secret`. */
  secret: boolean | null;
  /** Why it is masked: the configuration lists it; its name or one of its values is that of a secret; it is set from a secret store; or nothing says that it is harmless. `null`: it is shown. */
  secret_reason: 'configuration' | 'name' | 'value' | 'secret-store' | 'unknown' | null;
  /** Whether its values are left out of this answer. */
  masked: boolean;
  /** Keyed hash of the value with the version of the key. Equal for equal values of masked constants, in all environments, and for equal values of shown ones; never for one of each. `null`: there is no value, or it is not known. */
  fingerprint: string | null;
  /** The same of the default value. */
  default_fingerprint: string | null;
  /** Why a value is `null` or not known, in a sentence. */
  note: string | null;
  /** With `explain=true`: every place that gives the constant a value, or may, in order of precedence; the model’s default comes last. */
  candidates?: {
    /** Name of the source in the configuration. */
    source: string;
    /** Where in the source: `MX_…`, `CONSTANTS`, `mxruntime.MicroflowConstants`, `spec.runtime.customConfiguration.MicroflowConstants`, `secret store`, `include`, `DefaultValue` … */
    via: string;
    /** What this place gives. `null`: masked, not known, or it does not fit the type. */
    value: string | number | boolean | null;
    /** False: the place is not read, or its value depends on something that is not. */
    value_known: boolean;
    /** Keyed hash of this value. */
    fingerprint: string | null;
    /** Whether this is what is configured; true of one candidate at most. */
    won: boolean;
    /** Why the value is `null`. */
    note: string | null;
  }[];
  /** Where the stage records: the first recording that saw the value of now. `null`: none has yet, the value is not known, or it cannot be told, as fingerprints have been made with another key since. */
  changed_at?: string | null;
  /** Where the stage records: the last recording that saw another value, or none: it was changed between the two. `null`: none did since recording began. */
  changed_after?: string | null;
}

/** A change that the recorder saw. */
export interface ConstantChange {
  /** `Module.Constant`. */
  name: string;
  /** What became of it. */
  change: 'added' | 'changed' | 'removed';
  /** The first recording that saw it so. */
  changed_at: string;
  /** The last that saw it otherwise: it was changed between the two. */
  changed_after: string;
}

/** A thing in which two environments differ. */
export interface ConstantDifference {
  /** `Module.Constant`. */
  name: string;
  /** What differs; a constant has an entry for each. What is not known on one side is no difference. */
  change: 'value' | 'default' | 'type' | 'state' | 'only_here' | 'only_there';
  /** In the environment that was asked for. `null`: it is not there. */
  here: {
    /** As declared; Mendix’s Integer/Long is `integer`. `null`: not declared, or a type that this API does not know. */
    type: 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time' | null;
    /** `default`: the model’s value is configured. `overridden`: the environment sets one. `missing`: declared, and neither has a value. `obsolete`: set, but not declared, so the runtime ignores it. `null`: it depends on a source that could not be read. */
    state: 'default' | 'overridden' | 'missing' | 'obsolete' | null;
    /** What is configured. Integers beyond 2^53, decimals and times are texts. `null`: masked, not known (`value_known`), none, or it does not fit the type (`note`). */
    value: string | number | boolean | null;
    /** The value of the model. `null`: masked, or the model gives none. */
    default_value: string | number | boolean | null;
    /** False: what is configured stands, or may stand, in a place that is not read, such as a secret store, a variable of the host or a source that failed; `note` names it. */
    value_known: boolean;
    /** Whether the values are left out, because the constant is masked in one of the two. */
    masked: boolean;
    /** Keyed hash of the value with the version of the key. Equal for equal values of masked constants, in all environments, and for equal values of shown ones; never for one of each. `null`: there is no value, or it is not known. */
    fingerprint: string | null;
    /** The same of the default value. */
    default_fingerprint: string | null;
  } | null;
  /** In the environment of `compare`. `null`: it is not there. */
  there: {
    /** As declared; Mendix’s Integer/Long is `integer`. `null`: not declared, or a type that this API does not know. */
    type: 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time' | null;
    /** `default`: the model’s value is configured. `overridden`: the environment sets one. `missing`: declared, and neither has a value. `obsolete`: set, but not declared, so the runtime ignores it. `null`: it depends on a source that could not be read. */
    state: 'default' | 'overridden' | 'missing' | 'obsolete' | null;
    /** What is configured. Integers beyond 2^53, decimals and times are texts. `null`: masked, not known (`value_known`), none, or it does not fit the type (`note`). */
    value: string | number | boolean | null;
    /** The value of the model. `null`: masked, or the model gives none. */
    default_value: string | number | boolean | null;
    /** False: what is configured stands, or may stand, in a place that is not read, such as a secret store, a variable of the host or a source that failed; `note` names it. */
    value_known: boolean;
    /** Whether the values are left out, because the constant is masked in one of the two. */
    masked: boolean;
    /** Keyed hash of the value with the version of the key. Equal for equal values of masked constants, in all environments, and for equal values of shown ones; never for one of each. `null`: there is no value, or it is not known. */
    fingerprint: string | null;
    /** The same of the default value. */
    default_fingerprint: string | null;
  } | null;
}

/** A thing that an operator should look at. */
export interface ConstantFinding {
  /** What an operator should look at. */
  finding:
    | 'secret-left-at-default'
    | 'same-secret-in-both'
    | 'masked-on-one-side'
    | 'overridden-there-default-here'
    | 'value-does-not-fit-type'
    | 'ambiguous-variable'
    | 'precedence-not-documented'
    | 'declared-twice'
    | 'declared-without-name'
    | 'model-not-deployed';
  /** The constant. `null`: it is about the model. */
  name: string | null;
  /** The environment that it is about. */
  environment: string;
  /** More about it, without a value. */
  note: string | null;
}

/** The model in the deployment archive. */
export interface ConstantModel {
  /** Name of the Mendix project. */
  project: string | null;
  /** Version of the model; `unversioned` for a local build. */
  version: string | null;
  /** Version of the Mendix runtime that the model was built for. */
  runtime_version: string | null;
  /** When the archive was written. */
  archive_modified: string;
  /** Version of the model that runs, as the environment’s database has it. `null`: not known. */
  deployed_version: string | null;
  /** Version of the runtime that runs. `null`: not known. */
  deployed_runtime_version: string | null;
  /** Whether the archive’s model is the one that runs. `null`: the two do not tell. */
  deployed: boolean | null;
}

/** A configured source of constants. */
export interface ConstantSource {
  /** Its name in the configuration. */
  source: string;
  /** The model, what the environment sets, or the database; the latter is listed only when it fails. */
  kind: 'archive' | 'overrides' | 'database';
  /** When it was written. `null`: it could not be read. */
  as_of: string | null;
  /** Why it could not be read. `null`: it was. */
  error: {
    /** A stable word: `access-denied`, `not-found`, `invalid-yaml`, `too-large` … */
    reason: string;
    /** What to do about it. */
    detail: string;
  } | null;
  /** What of it is not read, or counts otherwise than it looks, in sentences. */
  notes: string[];
}

/** The trend of a count: the Theil–Sen slope over the last 30 points. */
export interface CountGrowth {
  /** Median slope between every two of the points; negative when it shrinks. */
  per_day: number;
  /** Daily points that it was made from, 7 to 30. */
  days: number;
  /** Count 30 days after the newest point; never below 0. */
  forecast_30_days: number;
}

/** A DAG of an Airflow, with what its runs were like. */
export interface Dag {
  /** Its id. */
  dag: string;
  /** `paused`; `failing`: the last run that ended failed; `late`: its next run should have been made, or one waits in the queue, for five minutes or more; `running_long`: a run takes more than twice as long as 95 % of the good runs of both windows did, and five minutes more; `never_ran`; `healthy`. The first that holds in this order. `null`: what could be read does not tell. */
  state: 'paused' | 'failing' | 'late' | 'running_long' | 'never_ran' | 'healthy' | null;
  /** The same in a sentence. `null` for a healthy one. */
  reason: string | null;
  /** `0 2 * * *`, as Airflow shows it. `null`: none. */
  schedule: string | null;
  /** When Airflow makes its next run. `null`: it plans none, as while it is paused. */
  next_run: string | null;
  /** Seconds by which a run is late. `null`: none is. */
  late_by_s: number | null;
  /** The run that began last. `null`: there was none, or it is not known (`missing`). */
  last_run: {
    /** As Airflow names it. */
    run_id: string;
    /** `success`, `failed`, `running` or `queued`. */
    state: string;
    /** When it began. `null`: not yet. */
    started: string | null;
    /** When it ended. `null`: not yet. */
    ended: string | null;
    /** Between the two, or until now. */
    duration_s: number | null;
  } | null;
  /** Runs that ended in the window, and those under way. `null`: not known. */
  runs: {
    /** Runs that ended well in that time. */
    success: number;
    /** Runs that ended as failed in that time. */
    failed: number;
    /** Runs under way. `null`: not known. */
    running: number | null;
    /** Runs that wait. `null`: not known. */
    queued: number | null;
  } | null;
  /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
  success_rate: number | null;
  /** Median of the good runs that ended in the window. */
  duration_p50_s: number | null;
  /** 95 % of the good runs that ended in the window took no longer. */
  duration_p95_s: number | null;
  /** The same for the window before, which has the same length. `null`: not known. */
  before: {
    /** Runs that ended in it. */
    runs: {
      /** Runs that ended well in that time. */
      success: number;
      /** Runs that ended as failed in that time. */
      failed: number;
    };
    /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
    success_rate: number | null;
    /** Median of the good runs. */
    duration_p50_s: number | null;
    /** 95 % of the good runs took no longer. */
    duration_p95_s: number | null;
  } | null;
  /** Tasks of which an instance failed in the window, 20 at most. `null`: not known. */
  failed_tasks: string[] | null;
  /** Whose it is, 20 at most. */
  owners: string[];
  /** Its tags, 20 at most. */
  tags: string[];
}

/** The database as a whole: what fills its disk beside the tables. */
export interface Database {
  /** Name of the database on its server. */
  name: string;
  /** `pg_database_size`. `null` in a database of more than 8,000 relations, where counting its files would cost more than the answer (`summary=true` counts them), and where it is in `missing`. */
  size_bytes: number | null;
  /** `total_bytes` of all tables, whatever the filters. */
  tables_bytes: number;
  /** False: `tables_bytes` is an estimate from `relpages`. */
  tables_exact: boolean;
  /** System catalogs, temporary tables, and what the estimate leaves out. */
  other_bytes: number | null;
  /** All tables, whatever the filters; a partitioned table is one. */
  table_count: number;
  /** `mendix`: names are from the catalog of the app. `none`: not the database of a Mendix app. `locked`: the app is synchronising its database, so the tables have no entities for now. */
  catalog: 'mendix' | 'none' | 'locked';
  /** Of the runtime that synchronised last; `null` before Mendix wrote it down. */
  mendix_version: string | null;
  /** The server, which may hold other databases too. */
  server: {
    /** PostgreSQL’s version: `16.4`. */
    version: string;
    /** CloudWatch’s `FreeStorageSpace` of the instance; `null` on Aurora. */
    free_bytes: number | null;
    /** The minute that `free_bytes` is true for. */
    free_as_of: string | null;
    /** Why there is no `free_bytes` where there should be, as in `missing`: `no-data`, `access-denied` … */
    free_error: string | null;
    /** WAL that the replication slot furthest behind holds back; 0 without slots. `null`: see `missing`. */
    wal_retained_bytes: number | null;
    /** Replication slots that nobody reads from: each holds WAL back for ever. `null`: see `missing`. */
    inactive_slots: number | null;
  };
}

/** A Mendix environment that the caller may read. */
export interface Environment {
  /** Its name: what the parameter `environment` of the other routes takes. */
  environment: string;
  /** As configured: `app`, `stage`, `team` … */
  labels: Record<string, string>;
  /** Routes that it is configured for. */
  offers: string[];
  /** What you may read there: scopes of your token and of your entry. */
  scopes: string[];
  /** Only of an environment in another account: the agent that serves it there. */
  agent?: {
    /** As configured. */
    name: string;
    /** `away`: it said so, its connection broke, or nothing was heard for five minutes. `null`: it could not be found out. */
    state: 'here' | 'away' | 'never_heard' | null;
    /** Its release. */
    version: string | null;
    /** When it last said that it was here or went, or the broker found that it was gone; by the broker’s clock. */
    heard_at: string | null;
    /** Seconds since then. */
    age_seconds: number | null;
    /** Whether it says that it serves this environment. */
    serves: boolean | null;
    /** When the certificate ends that it is known by; without a newer one it stops serving then. `null`: it did not say. */
    certificate_ends: string | null;
  };
}

/** The gateway’s own refusal, before or after a function was asked. */
export interface GatewayMessage {
  /** The status in words. */
  message: string;
}

/** What the configuration gives one caller. */
export interface Grant {
  /** `client`: a machine client, by its name in the configuration; `group`: everybody in a group of people. */
  kind: 'client' | 'group';
  /** Its name in the configuration. */
  caller: string;
  /** What it may do there, if its token has the scope too. */
  scopes: string[];
  /** The entries as they are configured: names, patterns, labels. */
  selectors: string[];
  /** The environments that these come to. */
  environments: string[];
}

/** What S3’s own report says of a bucket. */
export interface InventoryFigures {
  /** Bytes of the current objects; `null`: the report lacks the size of some. */
  size_bytes: number | null;
  /** Current objects. */
  object_count: number;
  /** When S3 began to make the report. */
  as_of: string;
  /** By the days since the last write, reckoned from `as_of`: `under_30_days`, `30_to_90_days`, `90_to_365_days`, `over_365_days`. `null` where the report has no such column. */
  by_age:
    | {
        /** As S3 writes it; `null`: the report has none for these objects. */
        value: string | null;
        /** Their bytes; `null`: the report lacks the size of some. */
        size_bytes: number | null;
        /** Current objects of this value. */
        object_count: number;
      }[]
    | null;
  /** By S3’s encryption status: `SSE-S3`, `SSE-KMS` … `null` where the report has no such column. */
  by_encryption:
    | {
        /** As S3 writes it; `null`: the report has none for these objects. */
        value: string | null;
        /** Their bytes; `null`: the report lacks the size of some. */
        size_bytes: number | null;
        /** Current objects of this value. */
        object_count: number;
      }[]
    | null;
  /** By S3’s replication status: `COMPLETED`, `FAILED` … `null` where the report has no such column. */
  by_replication:
    | {
        /** As S3 writes it; `null`: the report has none for these objects. */
        value: string | null;
        /** Their bytes; `null`: the report lacks the size of some. */
        size_bytes: number | null;
        /** Current objects of this value. */
        object_count: number;
      }[]
    | null;
  /** Versions that were overwritten or deleted. `null` where the report lists current objects only. */
  noncurrent_versions: {
    /** Their bytes; `null`: the report lacks the size of some. */
    size_bytes: number | null;
    /** How many. */
    object_count: number;
  } | null;
  /** Markers that hide older versions. `null` where the report lists current objects only. */
  delete_markers: number | null;
  /** S3’s reports do not have them; `source=both` asks S3 itself. */
  unfinished_uploads: null;
  /** With `depth`: whether `prefixes` has all. Of each level it has the largest 1,000. */
  prefixes_complete: boolean;
}

/** What belongs into the answer and is not there. */
export interface MissingFigure {
  /** A field; or `counters`: `dead_rows`, `rows_inserted`, `rows_deleted` and the `last_…` times of every table; `sizes`: exact sizes, for which estimates stand; `catalog`: entities, modules and kinds. */
  what:
    | 'size_bytes'
    | 'counters_since'
    | 'wal_retained_bytes'
    | 'inactive_slots'
    | 'free_bytes'
    | 'counters'
    | 'sizes'
    | 'catalog';
  /** `grant-missing`: the server does not permit it to the role; `sqlstate-…`: PostgreSQL’s code, such as `sqlstate-0A000` for what the server does not support; `locked`; of CloudWatch `no-data`, `access-denied`, `upstream-timeout` … */
  reason: string;
}

/** What belongs into the answer and is not there. */
export interface MissingPart {
  /** The part. */
  what:
    | 'airflow'
    | 'dags'
    | 'runs'
    | 'runs_under_way'
    | 'failed_tasks'
    | 'last_runs'
    | 'components'
    | 'import_errors'
    | 'pools'
    | 'queue'
    | 'mwaa'
    | 'metrics';
  /** `upstream-timeout`, `access-denied`, `login-refused`, `sign-in-page`, `redirected`, `unsupported-version`, `maintenance` …, as in a problem. */
  reason: string;
}

/** Why a part of a good answer is missing. */
export interface PartProblem {
  /** The problem, as in an answer that fails: `/problems/upstream-throttled` … */
  type: string;
  /** The same in words. */
  title: string;
  /** The status that an answer would have which fails for this alone. */
  status: number;
  /** What happened and what to do. */
  detail: string;
}

/** Which days are recorded. */
export interface PastRecord {
  /** As asked for; 0 where none were. */
  days: number;
  /** Days of these that have a point. */
  recorded_days: number;
  /** The oldest of them; before it nothing is recorded. `null`: none is. */
  first: string | null;
  /** The newest of them. */
  last: string | null;
  /** Why something of the past is not there, which then is `null`: `recording-off`: the stage records nothing; `not-recorded`: it has recorded nothing of this environment in these days; else why the record could not be read (`access-denied`, `upstream-timeout`, `unreadable` …); `changes-cut`: there were more changes than are kept; `not-comparable`: in these days fingerprints were made with another key, or values masked that were shown before, and whether such a value changed at that moment is not known. `null`: all is there. */
  reason: string | null;
}

/** RFC 9457. The last segment of `type` is stable. */
export interface Problem {
  /** Address of the page about it. Its last segment is the stable word, the slug. */
  type: string;
  /** The same in words. */
  title: string;
  /** Of the answer. */
  status: number;
  /** What happened and what to do, for a person. */
  detail: string;
  /** The path that was asked. */
  instance: string;
  /** What the log has the request under; `x-request-id` too. */
  request_id: string;
  /** Configured name of the upstream that is to blame. */
  source?: string;
  /** A stable word for why it failed. */
  reason?: string;
  /** With `grant-missing`: the table that may not be read. */
  table?: string;
  /** With `environment-required`: yours. */
  environments?: string[];
  /** With `missing-scope`: any one would do. */
  scopes?: string[];
  /** With `unknown-name`: the parameter that gives the name. */
  parameter?: string;
  /** With `unknown-name`: the name as it was given. */
  name?: string;
  /** With `unknown-name`: names perhaps meant. */
  near?: string[];
  /** With `invalid-parameter`: everything that is wrong. */
  errors?: {
    /** Name of the parameter. */
    parameter: string;
    /** Goes on from the name: `must be true or false`. */
    message: string;
  }[];
}

/** The trend of a size: the Theil–Sen slope over the last 30 points. */
export interface SizeGrowth {
  /** Median slope between every two of the points; negative when it shrinks. */
  bytes_per_day: number;
  /** Daily points that it was made from, 7 to 30. */
  days: number;
  /** Size 30 days after the newest point; never below 0. */
  forecast_30_days_bytes: number;
}

/** A table: all its fields, or those that `fields` names. */
export interface Table {
  /** PostgreSQL’s schema. Mendix makes its tables in `public` only. */
  schema?: string;
  /** The table’s name in PostgreSQL: `sales$order`. */
  table?: string;
  /** Of an entity’s table: `Sales.Order`; `null` for every other. */
  entity?: string | null;
  /** Of an association’s own table: `Sales.Order_Customer`; `null` for every other. */
  association?: string | null;
  /** Module of the entity or association: `Sales`; `null` without one. */
  module?: string | null;
  /** The entity that this one specializes. Shared attributes are in that entity’s table, not here. */
  generalization?: string | null;
  /** `entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: not made by Mendix. `null`: the catalog of the app was locked. */
  kind?: 'entity' | 'association' | 'system' | 'leftover' | 'other' | null;
  /** What it is to PostgreSQL. A partitioned table is one row with the sum of its partitions; a foreign table takes no space here. */
  relation?: 'table' | 'partitioned_table' | 'materialized_view' | 'foreign_table';
  /** The sum of `table_bytes`, `index_bytes` and `toast_bytes`. */
  total_bytes?: number;
  /** The heap with its free-space and visibility maps. */
  table_bytes?: number;
  /** All indexes of the table, those of its TOAST table left out. */
  index_bytes?: number;
  /** The TOAST table with its index: values over 2 kB. */
  toast_bytes?: number;
  /** As VACUUM or ANALYZE saw them last; `null` before the first. */
  estimated_rows?: number | string | null;
  /** Rows not yet vacuumed. Their space is used again; this is not bloat. */
  dead_rows?: number | string | null;
  /** Rows inserted since `counters_since`, rolled-back ones included. */
  rows_inserted?: number | string | null;
  /** Rows deleted since `counters_since`, rolled-back ones included. */
  rows_deleted?: number | string | null;
  /** When the counters of this database started; `null`: never reset, or not known. */
  counters_since?: string | null;
  /** Last VACUUM by hand, of partitions the latest; `null`: never since `counters_since`. */
  last_vacuum?: string | null;
  /** Last VACUUM by the autovacuum daemon, of partitions the latest; `null`: never since `counters_since`. */
  last_autovacuum?: string | null;
  /** Last ANALYZE by hand, of partitions the latest; `null`: never since `counters_since`. */
  last_analyze?: string | null;
  /** Last ANALYZE by the autovacuum daemon, of partitions the latest; `null`: never since `counters_since`. */
  last_autoanalyze?: string | null;
  /** True: `pg_total_relation_size`. False: an estimate from `relpages`, as of the last VACUUM or ANALYZE. Of a table that was never vacuumed it may be far too small, as ANALYZE leaves TOAST out. */
  exact?: boolean;
  /** Somebody holds, or waits for, an ACCESS EXCLUSIVE lock on it. */
  locked?: boolean;
  /** Of a partitioned table, nested ones included; the row is their sum. `null` for every other. */
  partitions?: number | null;
  /** The Mendix runtime setting that keeps this table small, for tables that are known to grow without end. */
  cleanup?: {
    /** Name of the custom runtime setting. */
    setting: string;
    /** First Mendix version that has it. */
    since: string;
    /** What it does, and what happens without it. */
    advice: string;
    /** Page of the Mendix documentation. */
    source: string;
  } | null;
  /** With `days`: a point a day, oldest first, of a table of this name; a day without a recording is left out. A table that was gone for two recorded days begins anew. `null`: nothing is recorded of it. */
  history?:
    | {
        /** The day, UTC. */
        date: string;
        /** As recorded that day. */
        total_bytes: number;
        /** False: an estimate from `relpages`. */
        exact: boolean;
      }[]
    | null;
  /** With `days`. `null` under 7 points. */
  growth?: SizeGrowth | null;
}

/** A user: all fields, or those that `fields` names. */
export interface User {
  /** Object id in the Mendix app. A text, as it has up to 19 digits and JSON numbers are exact to 15. */
  id?: string;
  /** Keyed hash (HMAC-SHA-256, after its key version) of the licence identity: `UserCommons.NamedUserIdentifier.Value` where filled, else the login; case-sensitive. The same in every environment, so that people who use several apps can be counted once. */
  identity?: string | null;
  /** Login. Masked: its first character, and the domain of an e-mail address. */
  name?: string | null;
  /** Full name, from the account entity (`full_name_attributes` of the configuration). Masked: its first character. */
  full_name?: string | null;
  /** E-mail address, from the account entity (`email_attributes` of the configuration). Masked: its first character and the domain. */
  email?: string | null;
  /** `named`: a person; `anonymous`: a visitor who did not log in; `web_service`: an account for another system. Only people are masked, the built-in administrator (`MxAdmin`, or as the app calls it) excepted. */
  kind?: 'named' | 'anonymous' | 'web_service';
  /** As Mendix counts: a user who is not marked is internal. */
  user_type?: 'internal' | 'external' | null;
  /** Whether the app itself marked the user type. */
  user_type_marked?: boolean | null;
  /** Whether the user may log in. Inactive users need no licence. */
  active?: boolean | null;
  /** Whether Mendix blocked the login, after three wrong passwords. */
  blocked?: boolean | null;
  /** When the login was blocked; apps before Mendix 10 do not write it down: a day (`2026-11-20`) where the row is masked, else a UTC time (`2026-11-20T10:11:12Z`). `null`: never, not known, or a value outside the years 1 to 9999. */
  blocked_since?: string | null;
  /** Names of the user roles, sorted, each once. */
  roles?: string[] | null;
  /** Code of the language that the user chose: `en_US`. */
  language?: string | null;
  /** Last login: a day (`2026-11-20`) where the row is masked, else a UTC time (`2026-11-20T10:11:12Z`). `null`: never, not known, or a value outside the years 1 to 9999. */
  last_login?: string | null;
  /** When the user was made: a day (`2026-11-20`) where the row is masked, else a UTC time (`2026-11-20T10:11:12Z`). `null`: never, not known, or a value outside the years 1 to 9999. */
  created?: string | null;
  /** Entity of the user: System.User or a specialization. */
  entity?: string | null;
}

/** With `summary=true`: the totals of the app’s users. */
export interface UserSummary {
  /** Users by the rule that Mendix counts licences by: active, not anonymous, web-service users included; the last login does not matter. One app only: Mendix counts an identity once over all apps of a multi-app licence. `null` where the user types cannot be read. */
  licence: {
    /** Who is counted, in words. */
    rule: string;
    /** Marked internal, or not marked. */
    internal: number;
    /** Those of `internal` whom the app did not mark. */
    internal_unmarked: number;
    /** Marked external. */
    external: number;
  } | null;
  /** Every user once: kind × active × blocked × user type. Groups without users are left out. Masked rows show all four of each user, so small groups tell nothing more. */
  by: {
    /** As in the rows. */
    kind: 'named' | 'anonymous' | 'web_service';
    /** As in the rows. */
    active: boolean | null;
    /** As in the rows. */
    blocked: boolean | null;
    /** As in the rows; `null` where the user types cannot be read. */
    user_type: 'internal' | 'external' | null;
    /** How many users are all of this. */
    users: number;
  }[];
  /** Each user role with its users; a user counts in each of their roles. */
  roles:
    | {
        /** Name of the user role. */
        role: string;
        /** Users who have it. */
        users: number;
        /** The active ones among them. */
        active: number;
      }[]
    | null;
  /** Last login of the active named users. Each span includes the shorter ones; `within_90_days`, `older` and `never` add up to all of them. */
  last_login: {
    /** Within a day. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
    within_1_day: number;
    /** Within seven days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
    within_7_days: number;
    /** Within thirty days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
    within_30_days: number;
    /** Within ninety days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
    within_90_days: number;
    /** Longer ago. */
    older: number;
    /** Never logged in. */
    never: number;
  } | null;
  /** Sessions active within the session timeout of the environment (`session_timeout_seconds`). Mendix writes the activity down only every sixth of the timeout. */
  online_now: {
    /** Different users, anonymous ones left out. Without `mrt/users.profile`, 1 to 4 are `null`: one of few is soon guessed, and no row shows who is online. */
    users: number | null;
    /** Their sessions and the anonymous ones; `null` where `users` is. */
    sessions: number | null;
    /** Sessions of visitors who did not log in. */
    anonymous_sessions: number;
  } | null;
  /** The runtime's own `Statistics.NamedUserCount`, in its own meaning. */
  mendix: {
    /** `null` where the runtime keeps none. */
    named_user_count: number | null;
  };
}

/** A table with all its fields. */
export interface WholeTable {
  /** PostgreSQL’s schema. Mendix makes its tables in `public` only. */
  schema: string;
  /** The table’s name in PostgreSQL: `sales$order`. */
  table: string;
  /** Of an entity’s table: `Sales.Order`; `null` for every other. */
  entity: string | null;
  /** Of an association’s own table: `Sales.Order_Customer`; `null` for every other. */
  association: string | null;
  /** Module of the entity or association: `Sales`; `null` without one. */
  module: string | null;
  /** The entity that this one specializes. Shared attributes are in that entity’s table, not here. */
  generalization: string | null;
  /** `entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: not made by Mendix. `null`: the catalog of the app was locked. */
  kind: 'entity' | 'association' | 'system' | 'leftover' | 'other' | null;
  /** What it is to PostgreSQL. A partitioned table is one row with the sum of its partitions; a foreign table takes no space here. */
  relation: 'table' | 'partitioned_table' | 'materialized_view' | 'foreign_table';
  /** The sum of `table_bytes`, `index_bytes` and `toast_bytes`. */
  total_bytes: number;
  /** The heap with its free-space and visibility maps. */
  table_bytes: number;
  /** All indexes of the table, those of its TOAST table left out. */
  index_bytes: number;
  /** The TOAST table with its index: values over 2 kB. */
  toast_bytes: number;
  /** As VACUUM or ANALYZE saw them last; `null` before the first. */
  estimated_rows: number | string | null;
  /** Rows not yet vacuumed. Their space is used again; this is not bloat. */
  dead_rows: number | string | null;
  /** Rows inserted since `counters_since`, rolled-back ones included. */
  rows_inserted: number | string | null;
  /** Rows deleted since `counters_since`, rolled-back ones included. */
  rows_deleted: number | string | null;
  /** When the counters of this database started; `null`: never reset, or not known. */
  counters_since: string | null;
  /** Last VACUUM by hand, of partitions the latest; `null`: never since `counters_since`. */
  last_vacuum: string | null;
  /** Last VACUUM by the autovacuum daemon, of partitions the latest; `null`: never since `counters_since`. */
  last_autovacuum: string | null;
  /** Last ANALYZE by hand, of partitions the latest; `null`: never since `counters_since`. */
  last_analyze: string | null;
  /** Last ANALYZE by the autovacuum daemon, of partitions the latest; `null`: never since `counters_since`. */
  last_autoanalyze: string | null;
  /** True: `pg_total_relation_size`. False: an estimate from `relpages`, as of the last VACUUM or ANALYZE. Of a table that was never vacuumed it may be far too small, as ANALYZE leaves TOAST out. */
  exact: boolean;
  /** Somebody holds, or waits for, an ACCESS EXCLUSIVE lock on it. */
  locked: boolean;
  /** Of a partitioned table, nested ones included; the row is their sum. `null` for every other. */
  partitions: number | null;
  /** The Mendix runtime setting that keeps this table small, for tables that are known to grow without end. */
  cleanup: {
    /** Name of the custom runtime setting. */
    setting: string;
    /** First Mendix version that has it. */
    since: string;
    /** What it does, and what happens without it. */
    advice: string;
    /** Page of the Mendix documentation. */
    source: string;
  } | null;
  /** With `days`: a point a day, oldest first, of a table of this name; a day without a recording is left out. A table that was gone for two recorded days begins anew. `null`: nothing is recorded of it. */
  history?:
    | {
        /** The day, UTC. */
        date: string;
        /** As recorded that day. */
        total_bytes: number;
        /** False: an estimate from `relpages`. */
        exact: boolean;
      }[]
    | null;
  /** With `days`. `null` under 7 points. */
  growth?: SizeGrowth | null;
}

/** The last segment of a problem’s `type`. More may come with later releases. */
export type ProblemSlug =
  | 'invalid-parameter'
  | 'invalid-cursor'
  | 'environment-required'
  | 'one-environment-only'
  | 'reason-required'
  | 'metrics-cover-whole-bucket'
  | 'invalid-token'
  | 'missing-scope'
  | 'path-not-allowed'
  | 'unknown-environment'
  | 'unknown-bucket'
  | 'unknown-name'
  | 'not-offered'
  | 'not-acceptable'
  | 'internal'
  | 'upstream-failed'
  | 'database-unavailable'
  | 'upstream-throttled'
  | 'keys-unavailable'
  | 'record-unavailable'
  | 'agent-unreachable'
  | 'inventory-unavailable'
  | 'upstream-timeout';

/** By path: what a request takes, what its answer is, also about several environments, and which list of it pages. */
export interface Operations {
  /** Whether the API answers, and its release. */
  '/health': {
    query: Record<string, never>;
    answer: {
      /** Of the API alone: no upstream is asked. */
      status: 'ok';
      /** The release, as in the changelog. */
      version: string;
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: null;
    rows: null;
    csv: false;
  };

  /** The Mendix environments that the caller may read, with what each offers. */
  '/environments': {
    query: {
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
    };
    answer: {
      /** By name. */
      environments: Environment[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: null;
    rows: 'environments';
    csv: true;
  };

  /** How big the buckets of an environment are. */
  '/bucket_size': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** One bucket of the environment; default: all of them. */
      bucket?: string | undefined;
      /** CloudWatch’s daily figures, S3 now, both with their difference, or S3’s newest inventory report (where one is configured). Default: `metrics`; `listing` for a bucket that environments share. */
      source?: 'metrics' | 'listing' | 'both' | 'inventory' | undefined;
      /** With `listing` or `inventory`: only keys that begin with it. */
      prefix?: string | undefined;
      /** With `listing` or `inventory`: sums per prefix, down to so many levels of `/`. */
      depth?: number | undefined;
      /** With `metrics` or `both`: days of history. Without `source`: of the buckets that no other environment shares. */
      days?: number | undefined;
    };
    answer: {
      /** The environment that was asked for. */
      environment: string;
      /** In the order of the configuration. */
      buckets: Bucket[];
      /** Of this page and those before it. `null` when a bucket’s figure is not known; a lower bound while one is. */
      total: {
        /** Sum of `size_bytes`. */
        size_bytes: number | null;
        /** Sum of `object_count`. */
        object_count: number | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** In the order of the configuration. */
          buckets: {
            /** Name of the bucket. */
            bucket: string;
            /** Its Region, as configured. */
            region: string;
            /** Only keys that begin with it count; `null`: the whole bucket. */
            prefix: string | null;
            /** `null`: not known. From a listing a lower bound while `complete` is false. */
            size_bytes: number | null;
            /** From metrics it includes versions, delete markers and upload parts. `null`: not known. */
            object_count: number | null;
            /** Where `size_bytes` and `object_count` are from. */
            source: 'metrics' | 'listing' | 'inventory';
            /** Of metrics: the start of the newest day whose storage types are all there. Of a listing: when it began. Of an inventory report: when S3 began to make it. `null`: no figure, or a bucket without a data point (new, empty). */
            as_of: string | null;
            /** False when something is missing: `error`, `listing` or `difference` says what. */
            complete: boolean;
            /** What `size_bytes` is made of. */
            storage_types: {
              /** CloudWatch's name; `null` from a listing. */
              storage_type: string | null;
              /** Storage class of the objects; `null` for a storage type that is not known here. */
              storage_class: string | null;
              /** Bytes that AWS bills on top of the objects: minimum sizes, archive indexes. */
              overhead: boolean;
              /** Bytes of this storage type, or in a listing of this storage class. */
              size_bytes: number;
            }[];
            /** Theil–Sen slope over the last 30 whole days. `null` under 7 points, and of a listing: so a bucket that environments share has none, since CloudWatch knows whole buckets only. */
            growth: {
              /** Median slope between every two of the points; negative when it shrinks. */
              bytes_per_day: number;
              /** Daily points that it was made from, 7 to 30. */
              days: number;
              /** Size 30 days after `as_of` if it goes on like this; never below 0. */
              forecast_30_days_bytes: number;
            } | null;
            /** Why a figure of the bucket is not known, or why its listing got no further. `null`: nothing failed. */
            error: PartProblem | null;
          }[];
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** Sum of `size_bytes`. */
        size_bytes: number | null;
        /** Sum of `object_count`. */
        object_count: number | null;
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'buckets';
    csv: true;
  };

  /** How big the tables of an environment are. */
  '/table_size': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** One table by its exact name: `sales$order`. */
      table?: string | undefined;
      /** One entity by its exact name: `Sales.Order`. */
      entity?: string | undefined;
      /** Entities and associations of one module: `Sales`. */
      module?: string | undefined;
      /** What the table is to the app; the values are explained at `kind`. */
      kind?: 'entity' | 'association' | 'system' | 'leftover' | 'other' | undefined;
      /** Tables of at least so many bytes in all. */
      min_bytes?: number | undefined;
      /** Largest first; names from A. `growth`, with `days`: most bytes a day first, tables without a trend last, by name; refused for an environment that an agent serves. Default `total_bytes`. */
      order_by?: 'total_bytes' | 'estimated_rows' | 'dead_rows' | 'rows_inserted' | 'name' | 'growth' | undefined;
      /** Fields of the rows, as a comma list; in CSV the columns, of which `cleanup`, an object, cannot be one. */
      fields?:
        | (
            | 'schema'
            | 'table'
            | 'entity'
            | 'association'
            | 'module'
            | 'generalization'
            | 'kind'
            | 'relation'
            | 'total_bytes'
            | 'table_bytes'
            | 'index_bytes'
            | 'toast_bytes'
            | 'estimated_rows'
            | 'dead_rows'
            | 'rows_inserted'
            | 'rows_deleted'
            | 'counters_since'
            | 'last_vacuum'
            | 'last_autovacuum'
            | 'last_analyze'
            | 'last_autoanalyze'
            | 'exact'
            | 'locked'
            | 'partitions'
            | 'cleanup'
          )[]
        | undefined;
      /** Instead of rows: by module, by kind, the ten largest. */
      summary?: boolean | undefined;
      /** `history` and `growth` of the database and of each table, of so many recorded days (UTC), today included. */
      days?: number | undefined;
    };
    answer: {
      /** Name of the environment. */
      environment: string;
      /** Where the figures are from. */
      source: 'postgresql';
      /** The server’s clock when it was asked. */
      as_of: string;
      database: Database;
      /** The tables of this page. Not with `summary`. */
      tables?: Table[];
      /** True when the tables of this page are measured to be the right ones. False: some may be in the wrong place, as they are locked, or too many have changed since VACUUM or ANALYZE saw them. */
      order_certain?: boolean;
      /** Only with `summary=true`; `table`, `entity`, `module`, `kind` and `min_bytes` narrow it. */
      summary?: {
        /** Largest first. */
        by_module: {
          /** `null`: tables without a module. */
          module: string | null;
          /** How many tables. */
          table_count: number;
          /** Their `total_bytes` summed up. */
          total_bytes: number;
          /** False when some of them are estimates from `relpages`. */
          exact: boolean;
        }[];
        /** Largest first. */
        by_kind: {
          /** `entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: not made by Mendix. `null`: the catalog of the app was locked. */
          kind: 'entity' | 'association' | 'system' | 'leftover' | 'other' | null;
          /** How many tables. */
          table_count: number;
          /** Their `total_bytes` summed up. */
          total_bytes: number;
          /** False when some of them are estimates from `relpages`. */
          exact: boolean;
        }[];
        /** The ten largest tables. */
        largest: WholeTable[];
      };
      /** With `days`: the database, a point a day, oldest first; a day without a recording is left out. `null`: `record` says why. */
      history?:
        | {
            /** The day, UTC. */
            date: string;
            /** Of the database. `null`: not known that day. */
            size_bytes: number | null;
            /** Free disk space of its server. `null`: not known that day. */
            free_bytes: number | null;
          }[]
        | null;
      /** With `days`: of `size_bytes`. `null` under 7 points. */
      growth?: SizeGrowth | null;
      /** With `days`: what the history is made of. Without: only where the record could not be read. */
      record?: PastRecord;
      /** What belongs here and is not, with the reason. Empty when `complete`. */
      missing: MissingFigure[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** The database as a whole. */
          database: Database;
          /** Largest first. */
          by_module:
            | {
                /** `null`: tables without a module. */
                module: string | null;
                /** How many tables. */
                table_count: number;
                /** Their `total_bytes` summed up. */
                total_bytes: number;
                /** False when some of them are estimates from `relpages`. */
                exact: boolean;
              }[]
            | null;
          /** Largest first. */
          by_kind:
            | {
                /** `entity`, `association`: tables of the app, those of the module System included; `system`: the catalog of the Mendix runtime (`mendixsystem$…`); `leftover`: a table that an interrupted synchronisation left behind; `other`: not made by Mendix. `null`: the catalog of the app was locked. */
                kind: 'entity' | 'association' | 'system' | 'leftover' | 'other' | null;
                /** How many tables. */
                table_count: number;
                /** Their `total_bytes` summed up. */
                total_bytes: number;
                /** False when some of them are estimates from `relpages`. */
                exact: boolean;
              }[]
            | null;
          /** The ten largest tables. */
          largest: {
            /** PostgreSQL’s schema. Mendix makes its tables in `public` only. */
            schema: string;
            /** The table’s name in PostgreSQL: `sales$order`. */
            table: string;
            /** Of an entity’s table: `Sales.Order`; `null` for every other. */
            entity: string | null;
            /** Module of the entity or association: `Sales`; `null` without one. */
            module: string | null;
            /** The sum of `table_bytes`, `index_bytes` and `toast_bytes`. */
            total_bytes: number;
            /** True: `pg_total_relation_size`. False: an estimate from `relpages`, as of the last VACUUM or ANALYZE. Of a table that was never vacuumed it may be far too small, as ANALYZE leaves TOAST out. */
            exact: boolean;
          }[];
          /** What belongs here and could not be had, with the reason. */
          missing: MissingFigure[];
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** Of the databases, one that environments share once. `null`: not known. */
        size_bytes: number | null;
        /** Of all tables. `null`: not known. */
        tables_bytes: number | null;
        /** All tables. `null`: not known. */
        table_count: number | null;
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'tables';
    csv: true;
  };

  /** The users of an environment. */
  '/users': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** Whether the user may log in. */
      active?: boolean | undefined;
      /** Whether Mendix blocked the login. */
      blocked?: boolean | undefined;
      /** Name of a user role that the users have; one that the app does not have is a 404. */
      role?: string | undefined;
      /** People, visitors or other systems. */
      kind?: 'named' | 'anonymous' | 'web_service' | undefined;
      /** As Mendix counts: a user who is not marked is internal. */
      user_type?: 'internal' | 'external' | undefined;
      /** Last login at or after this time. Without the scope `mrt/users.profile` whole days only. */
      last_login_after?: string | undefined;
      /** Last login before this time; leaves out who never logged in. Without the scope `mrt/users.profile` whole days only. */
      last_login_before?: string | undefined;
      /** Who never logged in, or who did. */
      never_logged_in?: boolean | undefined;
      /** Active, created before this time, and last login before it or never. Accounts of other systems (often `svc-…`) and anonymous users are among them: add `kind=named` for people. Without the scope `mrt/users.profile` whole days only. */
      inactive_since?: string | undefined;
      /** The exact login, or its beginning and a `*` (scope `mrt/users.profile`). */
      name?: string | undefined;
      /** Fields of the rows, as a comma list. */
      fields?:
        | (
            | 'id'
            | 'identity'
            | 'name'
            | 'full_name'
            | 'email'
            | 'kind'
            | 'user_type'
            | 'user_type_marked'
            | 'active'
            | 'blocked'
            | 'blocked_since'
            | 'roles'
            | 'language'
            | 'last_login'
            | 'created'
            | 'entity'
          )[]
        | undefined;
      /** How many users match on all pages together: not told (default), PostgreSQL's estimate, or counted. */
      count?: 'none' | 'estimated' | 'exact' | undefined;
      /** Personal data in clear (scope `mrt/users.profile`). */
      clear?: boolean | undefined;
      /** Totals instead of rows. */
      summary?: boolean | undefined;
      /** With `summary=true`: `history` and `growth` of the totals, of so many recorded days (UTC), today included. */
      days?: number | undefined;
    };
    answer: {
      /** Name of the environment. */
      environment: string;
      /** Where the answer comes from. */
      source: 'postgresql';
      /** UTC time at which reading began. */
      as_of: string;
      /** Whether personal data is masked; in a summary, whether it tells no more than masked rows do. */
      masked?: boolean;
      /** In id order; left out of a summary. */
      users?: User[];
      /** Users that the filters match on all pages; `null` with `count=none`. */
      count?: {
        /** `null` when it could not be counted in time, or when the database has no statistics to estimate it from. */
        value: number | null;
        /** Counted, not estimated. */
        exact: boolean;
      } | null;
      summary?: UserSummary;
      /** With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why. */
      history?:
        | {
            /** The day, UTC. */
            date: string;
            /** All users. `null`: not known. */
            users: number | null;
            /** As `licence.internal`. `null`: not known. */
            internal: number | null;
            /** As `licence.external`. `null`: not known. */
            external: number | null;
            /** Active named users whose last login was in the 30 days before. `null`: not known. */
            within_30_days: number | null;
            /** Active named users who had never logged in. `null`: not known. */
            never: number | null;
          }[]
        | null;
      /** With `days`: where the totals lead. `null`: there is no history. */
      growth?: {
        /** Of all users. `null` under 7 points. */
        users: CountGrowth | null;
        /** Of `internal`. `null` under 7 points. */
        internal: CountGrowth | null;
        /** Of `external`. `null` under 7 points. */
        external: CountGrowth | null;
      } | null;
      /** With `days`: what the history is made of. Without: only where the record could not be read. */
      record?: PastRecord;
      /** What belongs here and could not be had: then `complete` is false. What an app does not have is `null` and not missing. */
      missing: {
        /** A field of the rows, a part of the summary, `users` or `count`. */
        what: string;
        /** `grant-missing`: the database role may not read it; `unexpected-type`: the column is none that Mendix makes; `deadline`: the time was up; else the reason of the upstream. */
        reason: string;
        /** The table that the role may not read. */
        table: string | null;
      }[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** Users by the rule that Mendix counts licences by: active, not anonymous, web-service users included; the last login does not matter. One app only: Mendix counts an identity once over all apps of a multi-app licence. `null` where the user types cannot be read. */
          licence: {
            /** Who is counted, in words. */
            rule: string;
            /** Marked internal, or not marked. */
            internal: number;
            /** Those of `internal` whom the app did not mark. */
            internal_unmarked: number;
            /** Marked external. */
            external: number;
          } | null;
          /** Every user once: kind × active × blocked × user type. Groups without users are left out. Masked rows show all four of each user, so small groups tell nothing more. */
          by: {
            /** As in the rows. */
            kind: 'named' | 'anonymous' | 'web_service';
            /** As in the rows. */
            active: boolean | null;
            /** As in the rows. */
            blocked: boolean | null;
            /** As in the rows; `null` where the user types cannot be read. */
            user_type: 'internal' | 'external' | null;
            /** How many users are all of this. */
            users: number;
          }[];
          /** Each user role with its users; a user counts in each of their roles. */
          roles:
            | {
                /** Name of the user role. */
                role: string;
                /** Users who have it. */
                users: number;
                /** The active ones among them. */
                active: number;
              }[]
            | null;
          /** Last login of the active named users. Each span includes the shorter ones; `within_90_days`, `older` and `never` add up to all of them. */
          last_login: {
            /** Within a day. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
            within_1_day: number;
            /** Within seven days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
            within_7_days: number;
            /** Within thirty days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
            within_30_days: number;
            /** Within ninety days. Without `mrt/users.profile` the span begins with its day (UTC), as masked rows show days. */
            within_90_days: number;
            /** Longer ago. */
            older: number;
            /** Never logged in. */
            never: number;
          } | null;
          /** Sessions active within the session timeout of the environment (`session_timeout_seconds`). Mendix writes the activity down only every sixth of the timeout. */
          online_now: {
            /** Different users, anonymous ones left out. Without `mrt/users.profile`, 1 to 4 are `null`: one of few is soon guessed, and no row shows who is online. */
            users: number | null;
            /** Their sessions and the anonymous ones; `null` where `users` is. */
            sessions: number | null;
            /** Sessions of visitors who did not log in. */
            anonymous_sessions: number;
          } | null;
          /** The runtime's own `Statistics.NamedUserCount`, in its own meaning. */
          mendix: {
            /** `null` where the runtime keeps none. */
            named_user_count: number | null;
          };
          /** What could not be had, with the reason. */
          missing: {
            /** A field of the rows, a part of the summary, `users` or `count`. */
            what: string;
            /** `grant-missing`: the database role may not read it; `unexpected-type`: the column is none that Mendix makes; `deadline`: the time was up; else the reason of the upstream. */
            reason: string;
            /** The table that the role may not read. */
            table: string | null;
          }[];
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** All users. `null`: not known. */
        users: number | null;
        /** As `licence.internal`. `null`: not known. */
        internal: number | null;
        /** As `licence.internal_unmarked`. `null`: not known. */
        internal_unmarked: number | null;
        /** As `licence.external`. `null`: not known. */
        external: number | null;
      };
      /** How many different people they have. */
      distinct: {
        /** Licence identities, each once however many of these environments it is in. `null`: not counted in all of them. */
        identities: number | null;
        /** Of them, those who are internal in one of these environments and external in another. */
        internal_here_external_there: number | null;
        /** When they were counted: once a day. No identity is kept. */
        as_of: string | null;
        /** Environments whose users are not in the count. */
        not_counted: string[];
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'users';
    csv: true;
  };

  /** What the model declares, what the environment sets, and so what is configured. Mendix calls them constants; the setting of its runtime is MicroflowConstants. */
  '/micro_flow_constants': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** Constants of one module: `Mail`. One that nothing has is a 404. */
      module?: string | undefined;
      /** One constant: `Mail.SmtpHost`. One that nothing has is a 404. */
      name?: string | undefined;
      /** Constants that are declared with this type. */
      type?: 'string' | 'integer' | 'boolean' | 'decimal' | 'date_time' | undefined;
      /** Constants in this state. One whose state is not known is in none of them. */
      state?: 'default' | 'overridden' | 'missing' | 'obsolete' | undefined;
      /** `true`: constants that are secrets; `false`: harmless ones; `unknown`: those that are masked because nothing says that they are harmless. */
      secret?: 'true' | 'false' | 'unknown' | undefined;
      /** `true`: constants with an empty text, or with nothing; `false`: the others of which it is known. */
      empty?: boolean | undefined;
      /** `false`: constants whose value stands, or may stand, in a place that is not read. */
      value_known?: boolean | undefined;
      /** `true`: with every candidate of each constant. Not with `summary` or `compare`. */
      explain?: boolean | undefined;
      /** Name of another environment that you may read: what differs from it, without revealing. */
      compare?: string | undefined;
      /** `true`: secrets in clear. Needs `name` or `module`, and the scope `mrt/micro_flow_constants.reveal`. Not with `summary` or `compare`. */
      reveal?: boolean | undefined;
      /** `true`: totals and findings, without the constants or differences. */
      summary?: boolean | undefined;
      /** `history` by state, and since when each constant has its value, of so many recorded days (UTC), today included. */
      days?: number | undefined;
      /** `true`: what changed in these `days`, in place of the constants; `module` and `name` narrow it. */
      changes?: boolean | undefined;
    };
    answer: {
      /** The environment that was asked for. */
      environment: string;
      /** Which kinds of sources the environment is configured with. */
      source: 'archive' | 'overrides' | 'archive+overrides';
      /** When the newest of the files that could be read was written. */
      as_of: string | null;
      /** The model of the deployment archive. `null`: none is configured, or it could not be read. */
      model: ConstantModel | null;
      /** Each configured source of the environment, with its fault where it has one; with `compare` also those of the other. */
      sources: ConstantSource[];
      /** By name. Not with `compare` or `summary=true`. */
      constants?: Constant[];
      /** With `compare`: the other environment. */
      compared_with?: string;
      /** With `compare`, by name. Not with `summary=true`. */
      differences?: ConstantDifference[];
      /** Constants of the whole environment, whatever the filters: declared, overridden, default, missing, obsolete, secret, secret_unknown (masked, as nothing says that they are harmless), unknown (their value is not known). `null`: a source that would tell could not be read. With compare, of what was compared: equal, different, only_here, only_there, unknown (something that decides is not known, or masked in one of the two only). */
      summary: Record<string, number | null>;
      /** With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why. */
      history?:
        | {
            /** The day, UTC. */
            date: string;
            /** Constants in the state `default`. `null`: not known that day. */
            default: number | null;
            /** Constants in the state `overridden`. `null`: not known that day. */
            overridden: number | null;
            /** Constants in the state `missing`. `null`: not known that day. */
            missing: number | null;
            /** Constants in the state `obsolete`. `null`: not known that day. */
            obsolete: number | null;
          }[]
        | null;
      /** With `changes=true`, newest first. `null`: `record` says why. */
      changes?: ConstantChange[] | null;
      /** With `days`: what the history is made of. Without: only where the record could not be read. */
      record?: PastRecord;
      /** What an operator should look at, of what is known. */
      findings: ConstantFinding[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** Constants that the models declare. `null`: not known. */
          declared: number | null;
          /** Those with the model’s value. `null`: not known. */
          default: number | null;
          /** Those that the environment sets. `null`: not known. */
          overridden: number | null;
          /** Declared, without any value. `null`: not known. */
          missing: number | null;
          /** Set, but not declared. `null`: not known. */
          obsolete: number | null;
          /** Those that are secrets. `null`: not known. */
          secret: number | null;
          /** Masked, as nothing says that they are harmless. `null`: not known. */
          secret_unknown: number | null;
          /** Those whose value is not known. `null`: not known. */
          unknown: number | null;
          /** Version of the model in the archive. */
          model_version: string | null;
          /** Version of the Mendix runtime that it was built for. */
          runtime_version: string | null;
          /** Whether the archive’s model is the one that runs. `null`: not known. */
          deployed: boolean | null;
          /** How many there are of each finding. */
          findings: Record<string, number>;
          /** Names of the configured sources that could not be read. */
          failed_sources: string[];
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** Constants that the models declare. `null`: not known. */
        declared: number | null;
        /** Those with the model’s value. `null`: not known. */
        default: number | null;
        /** Those that the environment sets. `null`: not known. */
        overridden: number | null;
        /** Declared, without any value. `null`: not known. */
        missing: number | null;
        /** Set, but not declared. `null`: not known. */
        obsolete: number | null;
        /** Those that are secrets. `null`: not known. */
        secret: number | null;
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'constants';
    csv: true;
  };

  /** What of the files of an environment is in its bucket, in its database, or in one of them only. */
  '/storage_audit': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** The keys of one class, in key order, in place of the figures. */
      list?: 'orphaned' | 'missing' | 'foreign' | 'size_mismatch' | 'pending_deletion' | undefined;
      /** Where the bucket’s side is from: S3 now (default), or `inventory`, S3’s newest report of the bucket, for one that is too large to list. */
      source?: 'listing' | 'inventory' | undefined;
      /** Hours since its last change after which an object that nothing refers to is orphaned. Default 24. With `source=inventory` they end at the report’s time. */
      older_than_hours?: number | undefined;
      /** `only`: the figures of the database alone, which is cheap. */
      files?: 'only' | undefined;
      /** Totals, which of one environment are the answer without it too. Not with `list`. */
      summary?: boolean | undefined;
    };
    answer: {
      /** Name of the environment. */
      environment: string;
      /** Where the figures are from. */
      source: 'listing+postgresql' | 'inventory+postgresql' | 'postgresql';
      /** When the audit began; with `source=inventory`, the report’s time. */
      as_of: string;
      /** The class whose keys are listed; `null`: none. */
      list: string | null;
      /** By the database. `null`: with `list`, or not known. */
      files: {
        /** The server’s clock when it was asked. */
        as_of: string;
        /** Documents with contents; inherited entities are counted once. */
        file_count: number;
        /** Sum of their sizes, without those that are not known. */
        size_bytes: number;
        /** Of size -1: Mendix has not measured them yet. */
        not_sized: number;
        /** Of size 0: Mendix found no file, or an empty one. */
        not_found: number;
        /** With contents and without a storage key: their files are not in the bucket, so they are in no class. `null`: the schema has no keys. */
        without_key: number | null;
        /** Most bytes first. */
        by_entity: {
          /** Concrete entity: `Sales.Invoice`. */
          entity: string;
          /** Documents of this entity. */
          file_count: number;
          /** Their bytes. */
          size_bytes: number;
        }[];
        /** Oldest first. */
        by_month: {
          /** Of creation, UTC: `2026-10`. `null`: without a date. */
          month: string | null;
          /** Documents of this month. */
          file_count: number;
          /** Their bytes. */
          size_bytes: number;
        }[];
      } | null;
      /** Bucket against database. `null`: not asked for, or not known. */
      reconciliation: {
        /** Name of the bucket. */
        bucket: string;
        /** What the environment’s keys begin with; `null`: nothing. */
        prefix: string | null;
        /** When the audit began; with `source=inventory`, the report’s time. */
        as_of: string;
        /** False while it goes on with `next_cursor`, or when a side is missing. */
        complete: boolean;
        /** All objects of the environment; the classes add up to it, but for `missing`. `null`: not known. */
        listed: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
        } | null;
        /** A document has the key. `null`: not known. */
        referenced: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
        } | null;
        /** No document has the key, and Mendix’s queue of unreferenced files has it. `null`: not known. */
        pending_deletion: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
          /** By the state in the queue. */
          by_state: {
            /** `New`, `Obsolete`, `Deleted`, or `other`. */
            state: string;
            /** Objects; a lower bound while `complete` is false. */
            object_count: number;
            /** Their bytes; a lower bound while `complete` is false. */
            size_bytes: number;
          }[];
        } | null;
        /** Nothing in the database has the key, and the object is older than `older_than_hours`. `null`: not known. */
        orphaned: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
          /** Most bytes first. */
          by_storage_class: {
            /** As S3 names it. */
            storage_class: string;
            /** Objects; a lower bound while `complete` is false. */
            object_count: number;
            /** Their bytes; a lower bound while `complete` is false. */
            size_bytes: number;
          }[];
        } | null;
        /** As `orphaned`, and younger: it may be an upload whose transaction is under way. `null`: not known. */
        too_young: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
        } | null;
        /** Documents with contents whose object is not in the bucket. `null`: not known. */
        missing: {
          /** Documents; a lower bound while `complete` is false. */
          file_count: number;
          /** Their bytes by the database. */
          size_bytes: number;
          /** By entity, most bytes first. `null`: there are too many to be asked for, or to travel in a cursor. */
          by_entity:
            | {
                /** Concrete entity: `Sales.Invoice`. */
                entity: string;
                /** Documents of this entity. */
                file_count: number;
                /** Their bytes. */
                size_bytes: number;
              }[]
            | null;
        } | null;
        /** The key is not made as Mendix makes it: prefix, UUID, suffix. `null`: not known. */
        foreign: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
        } | null;
        /** As `referenced`, and the object has another size than its document, by more than is configured. Not counted as referenced. `null`: not known. */
        size_mismatch: {
          /** Objects; a lower bound while `complete` is false. */
          object_count: number;
          /** Their bytes; a lower bound while `complete` is false. */
          size_bytes: number;
          /** By entity, most bytes first. `null`: there are too many to be asked for, or to travel in a cursor. */
          by_entity:
            | {
                /** Concrete entity: `Sales.Invoice`. */
                entity: string;
                /** Documents of this entity. */
                file_count: number;
                /** Their bytes. */
                size_bytes: number;
              }[]
            | null;
        } | null;
        /** With `source=inventory`: what lies between the report and now. `null`: the bucket was listed. */
        report: {
          /** Of the report, and gone from the bucket when S3 was asked. */
          deleted_since: {
            /** Objects; a lower bound while `complete` is false. */
            object_count: number;
            /** Their bytes; a lower bound while `complete` is false. */
            size_bytes: number;
          };
          /** Documents whose object is younger than the report, or there by S3 though the report lacks it. */
          not_in_report: {
            /** Documents; a lower bound while `complete` is false. */
            file_count: number;
            /** Their bytes by the database. */
            size_bytes: number;
          };
          /** Too many to ask S3 for each: orphans, and what the app deleted since the report. `orphaned` is `null` then. `null`: not known. */
          orphaned_at_most: {
            /** Objects; a lower bound while `complete` is false. */
            object_count: number;
            /** Their bytes; a lower bound while `complete` is false. */
            size_bytes: number;
          } | null;
          /** The same of `missing`. `null`: not known. */
          missing_at_most: {
            /** Documents; a lower bound while `complete` is false. */
            file_count: number;
            /** Their bytes by the database. */
            size_bytes: number;
          } | null;
          /** The same of `size_mismatch`. `null`: not known. */
          size_mismatch_at_most: {
            /** Objects; a lower bound while `complete` is false. */
            object_count: number;
            /** Their bytes; a lower bound while `complete` is false. */
            size_bytes: number;
          } | null;
        } | null;
      } | null;
      /** What the orphans cost. `null` without a reconciliation. */
      cost: {
        /** `null`: not known, or `unpriced`. */
        orphaned_per_month: {
          /** For their storage alone, to the cent: `1.42`. */
          amount: string;
          /** Of the amount. */
          currency: 'USD';
          /** The day of the price list. */
          prices_as_of: string;
          /** The Region of the price list, which need not be the bucket’s. */
          prices_region: string;
        } | null;
        /** A storage class of some orphan that has no price here. */
        unpriced: string | null;
      } | null;
      /** With `list`: the keys of this page. */
      keys?: {
        /** Key of the object; of a missing one, the key that it would have. */
        key: string;
        /** Bytes of the object; `null`: missing. */
        size_bytes: number | null;
        /** Bytes by the database; `null`: not known there. */
        document_size_bytes: number | null;
        /** As S3 names it; `null`: missing. */
        storage_class: string | null;
        /** When the object was last written, to the minute; `null`: missing. */
        last_modified: string | null;
        /** Whole hours since then, at `as_of`; `null`: missing. */
        age_hours: number | null;
        /** In Mendix’s queue; `null`: not in it. */
        state: string | null;
        /** Entity of the document; `null`: no document. */
        entity: string | null;
      }[];
      /** By side; `null`: nothing failed. */
      errors: {
        /** Why the database’s side is missing, or got no further. */
        database: {
          /** The problem, as in an answer that fails: `/problems/upstream-throttled` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer would have which fails for this alone. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
        /** Why the bucket’s side is missing, or got no further. */
        bucket: {
          /** The problem, as in an answer that fails: `/problems/upstream-throttled` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer would have which fails for this alone. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** Name of the bucket. */
          bucket: string | null;
          /** What the environment’s keys begin with; `null`: nothing. */
          prefix: string | null;
          /** By the database. */
          files: {
            /** The server’s clock when it was asked. */
            as_of: string;
            /** Documents with contents; inherited entities are counted once. */
            file_count: number;
            /** Sum of their sizes, without those that are not known. */
            size_bytes: number;
            /** Of size -1: Mendix has not measured them yet. */
            not_sized: number;
            /** Of size 0: Mendix found no file, or an empty one. */
            not_found: number;
            /** With contents and without a storage key: their files are not in the bucket, so they are in no class. `null`: the schema has no keys. */
            without_key: number | null;
          } | null;
          /** All objects of the environment. */
          listed: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** A document has the key. */
          referenced: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** Mendix’s queue of unreferenced files has the key. */
          pending_deletion: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** Nothing in the database has the key. */
          orphaned: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** As `orphaned`, and younger than a day. */
          too_young: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** The key is not made as Mendix makes it. */
          foreign: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** The object has another size than its document. */
          size_mismatch: {
            /** Objects. */
            object_count: number;
            /** Their bytes. */
            size_bytes: number;
          } | null;
          /** Documents whose object is not in the bucket. */
          missing: {
            /** Documents. */
            file_count: number;
            /** Their bytes by the database. */
            size_bytes: number;
          } | null;
          /** What the orphans cost. */
          cost: {
            /** `null`: not known, or `unpriced`. */
            orphaned_per_month: {
              /** For their storage alone, to the cent: `1.42`. */
              amount: string;
              /** Of the amount. */
              currency: 'USD';
              /** The day of the price list. */
              prices_as_of: string;
              /** The Region of the price list, which need not be the bucket’s. */
              prices_region: string;
            } | null;
            /** A storage class of some orphan that has no price here. */
            unpriced: string | null;
          } | null;
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** Bytes of all their objects. `null`: not known. */
        listed_bytes: number | null;
        /** Objects that nothing refers to. `null`: not known. */
        orphaned_objects: number | null;
        /** Their bytes. `null`: not known. */
        orphaned_bytes: number | null;
        /** Documents whose object is not in the bucket. `null`: not known. */
        missing_files: number | null;
        /** Their bytes by the database. `null`: not known. */
        missing_bytes: number | null;
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'keys';
    csv: true;
  };

  /** How the DAGs of an Airflow are. */
  '/airflow_health': {
    query: {
      /** Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all that you may read, gives their summaries out of the record. */
      environment?: string | undefined;
      /** Seconds that the answer may take. Default 25. */
      budget_s?: number | undefined;
      /** Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without `environment` it narrows all that you may read. */
      label?: string[] | undefined;
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
      /** Hours that runs are counted for, up to now. Default 24. */
      window_hours?: number | undefined;
      /** One DAG by its id, or several by a pattern such as `etl_*`. Narrows the summary too. */
      dag?: string | undefined;
      /** DAGs with this tag. Narrows the summary too. */
      tag?: string | undefined;
      /** DAGs in this state; the states are explained at `state`. */
      state?: 'paused' | 'failing' | 'late' | 'running_long' | 'never_ran' | 'healthy' | undefined;
      /** Instead of rows: all DAGs together. */
      summary?: boolean | undefined;
      /** With `summary=true`: `history` and `growth` of the figures of all DAGs, of so many recorded days (UTC), today included. */
      days?: number | undefined;
    };
    answer: {
      /** Name of the environment. */
      environment: string;
      /** Where the figures are from. */
      source: 'airflow';
      /** When Airflow was asked. */
      as_of: string;
      airflow: Airflow;
      /** The time that runs are counted for. */
      window: {
        /** Its length. */
        hours: number;
        /** Its start; the window before ends here. */
        from: string;
        /** Its end: when the reading began. */
        until: string;
      };
      /** What AWS says of it. `null`: not of MWAA. On the first page only. */
      mwaa?: {
        /** `AVAILABLE`, `UPDATING`, `MAINTENANCE` … `null`: not known. */
        status: string | null;
        /** `mw1.small` … `null`: not known. */
        class: string | null;
        /** `SUCCESS`, `PENDING`, `FAILED`. `null`: none, or not known. */
        last_update: string | null;
        /** MWAA’s own figures, from CloudWatch. `null`: not known. */
        metrics: {
          /** The minute of the newest of these. `null`: there is none. */
          as_of: string | null;
          /** Tasks in MWAA’s queue. `null`: CloudWatch has none. */
          queued_tasks: number | null;
          /** Tasks that its workers run. `null`: CloudWatch has none. */
          running_tasks: number | null;
          /** Seconds that the oldest task in the queue has waited. `null`: CloudWatch has none. */
          oldest_task_age_s: number | null;
          /** Connections to its metadata database. `null`: CloudWatch has none. */
          database_connections: number | null;
          /** Its schedulers. */
          scheduler: {
            /** Mean use of CPU. `null`: CloudWatch has none. */
            cpu_percent: number | null;
            /** Mean use of memory. `null`: CloudWatch has none. */
            memory_percent: number | null;
          };
          /** Its base workers. */
          workers: {
            /** Mean use of CPU. `null`: CloudWatch has none. */
            cpu_percent: number | null;
            /** Mean use of memory. `null`: CloudWatch has none. */
            memory_percent: number | null;
          };
          /** Its web servers. */
          web_server: {
            /** Mean use of CPU. `null`: CloudWatch has none. */
            cpu_percent: number | null;
            /** Mean use of memory. `null`: CloudWatch has none. */
            memory_percent: number | null;
          };
        } | null;
      } | null;
      /** Airflow’s own parts. `null`: not known. On the first page only. */
      components?: {
        /** `healthy` or `unhealthy`. */
        metadatabase: string | null;
        /** Makes runs and gives tasks out. `null`: this Airflow has none, or says nothing of it. */
        scheduler: {
          /** `healthy` or `unhealthy`, as Airflow says. */
          status: string | null;
          /** Its last sign of life. `null`: it gave none. */
          heartbeat: string | null;
        } | null;
        /** Waits for deferred tasks. `null`: this Airflow has none, or says nothing of it. */
        triggerer: {
          /** `healthy` or `unhealthy`, as Airflow says. */
          status: string | null;
          /** Its last sign of life. `null`: it gave none. */
          heartbeat: string | null;
        } | null;
        /** Reads the files. `null`: this Airflow has none, or says nothing of it. */
        dag_processor: {
          /** `healthy` or `unhealthy`, as Airflow says. */
          status: string | null;
          /** Its last sign of life. `null`: it gave none. */
          heartbeat: string | null;
        } | null;
      } | null;
      /** All DAGs together. `null`: not all could be read in time; `summary=true` goes on by its cursor. On the first page of rows, and with `summary=true`, where a page that is not `complete` has the sums so far. */
      summary?: {
        /** DAGs that Airflow has, without those that are gone from its files. */
        dags: number;
        /** Of them, those that are paused. */
        paused: number;
        /** DAGs by state; `unknown` for those whose state could not be told. */
        states: Record<string, number>;
        /** Files that Airflow cannot read DAGs from. `null`: not known. */
        import_errors: number | null;
        /** Runs that ended in the window, and those under way. `null`: not known. */
        runs: {
          /** Runs that ended well. */
          success: number;
          /** Runs that ended as failed. */
          failed: number;
          /** Runs under way. `null`: not known. */
          running: number | null;
          /** Runs that wait. `null`: not known. */
          queued: number | null;
        } | null;
        /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
        success_rate: number | null;
        /** The same for the window before. `null`: not known. */
        before: {
          /** Runs that ended in it. */
          runs: {
            /** Runs that ended well. */
            success: number;
            /** Runs that ended as failed. */
            failed: number;
          };
          /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
          success_rate: number | null;
        } | null;
        /** DAGs with a run that is late, whatever their state. `null`: not known. */
        late: number | null;
        /** DAGs with a run that takes long, whatever their state. `null`: not known. */
        running_long: number | null;
        /** Tasks of which an instance failed in the window. `null`: not known. */
        failed_tasks: number | null;
        /** `null`: not known. */
        pools:
          | {
              /** Its name. */
              pool: string;
              /** Its slots; -1 for a pool without limit. */
              slots: number;
              /** Slots in use: running and queued. */
              occupied: number;
              /** Of them, those of tasks that run. */
              running: number;
              /** Of them, those of tasks that wait for a worker. */
              queued: number;
              /** Slots that are free. */
              open: number;
            }[]
          | null;
        /** Task instances by what they wait for, of all DAGs. `null`: not known. */
        queue: {
          /** Task instances that the scheduler will queue. */
          scheduled: number;
          /** Task instances that wait for a worker. */
          queued: number;
          /** Task instances that run. */
          running: number;
        } | null;
      } | null;
      /** The DAGs of this page, in Airflow’s order. `null`: not known. Not with `summary`. */
      dags?: Dag[] | null;
      /** Files that Airflow cannot read DAGs from, 50 at most. `null`: not known. On the first page only. */
      import_errors?:
        | {
            /** The file. */
            file: string;
            /** The last line of Airflow’s error, 500 letters at most, without what looks like a secret. */
            message: string;
          }[]
        | null;
      /** With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why. */
      history?:
        | {
            /** The day, UTC. */
            date: string;
            /** Runs that ended within the 24 hours before the first recording of the day, which is minutes after midnight. */
            runs: {
              /** Runs that ended well. `null`: not known. */
              success: number | null;
              /** Runs that ended as failed. `null`: not known. */
              failed: number | null;
            };
            /** Share of them that succeeded, 0 to 1. `null`: none ended, or it is not known. */
            success_rate: number | null;
            /** All DAGs. `null`: not known. */
            dags: number | null;
            /** DAGs by state at that recording. `null`: not known. */
            states: Record<string, number | null>;
            /** Files that Airflow could not read DAGs from. `null`: not known. */
            import_errors: number | null;
          }[]
        | null;
      /** With `days`: where the figures lead. `null`: there is no history. */
      growth?: {
        /** Of all DAGs. `null` under 7 points. */
        dags: CountGrowth | null;
        /** Of the runs that failed in a day. `null` under 7 points. */
        failed_runs: CountGrowth | null;
      } | null;
      /** With `days`: what the history is made of. Without: only where the record could not be read. */
      record?: PastRecord;
      /** What belongs here and is not, with the reason. Empty when `complete`. */
      missing: MissingPart[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: {
      /** By name; only those that you may read. */
      environments: {
        /** Its name. */
        environment: string;
        /** The time that the summary is true for. `null`: not known. */
        as_of: string | null;
        /** When it was recorded. `null`: never. */
        recorded_at: string | null;
        /** True when the figures are older than the last two recordings should be, or `error` says why there are no newer ones. */
        stale: boolean;
        /** The newest recorded figures. `null`: there are none. */
        summary: {
          /** Which Airflow it is. */
          airflow: Airflow;
          /** What AWS says of it. `null`: not of MWAA. */
          mwaa: {
            /** `AVAILABLE`, `UPDATING`, `MAINTENANCE` … `null`: not known. */
            status: string | null;
            /** `mw1.small` … `null`: not known. */
            class: string | null;
            /** `SUCCESS`, `PENDING`, `FAILED`. `null`: none, or not known. */
            last_update: string | null;
            /** MWAA’s own figures, from CloudWatch. `null`: not known. */
            metrics: {
              /** The minute of the newest of these. `null`: there is none. */
              as_of: string | null;
              /** Tasks in MWAA’s queue. `null`: CloudWatch has none. */
              queued_tasks: number | null;
              /** Tasks that its workers run. `null`: CloudWatch has none. */
              running_tasks: number | null;
              /** Seconds that the oldest task in the queue has waited. `null`: CloudWatch has none. */
              oldest_task_age_s: number | null;
              /** Connections to its metadata database. `null`: CloudWatch has none. */
              database_connections: number | null;
              /** Its schedulers. */
              scheduler: {
                /** Mean use of CPU. `null`: CloudWatch has none. */
                cpu_percent: number | null;
                /** Mean use of memory. `null`: CloudWatch has none. */
                memory_percent: number | null;
              };
              /** Its base workers. */
              workers: {
                /** Mean use of CPU. `null`: CloudWatch has none. */
                cpu_percent: number | null;
                /** Mean use of memory. `null`: CloudWatch has none. */
                memory_percent: number | null;
              };
              /** Its web servers. */
              web_server: {
                /** Mean use of CPU. `null`: CloudWatch has none. */
                cpu_percent: number | null;
                /** Mean use of memory. `null`: CloudWatch has none. */
                memory_percent: number | null;
              };
            } | null;
          } | null;
          /** Airflow’s own parts. `null`: not known. */
          components: {
            /** `healthy` or `unhealthy`. */
            metadatabase: string | null;
            /** Makes runs and gives tasks out. `null`: this Airflow has none, or says nothing of it. */
            scheduler: {
              /** `healthy` or `unhealthy`, as Airflow says. */
              status: string | null;
              /** Its last sign of life. `null`: it gave none. */
              heartbeat: string | null;
            } | null;
            /** Waits for deferred tasks. `null`: this Airflow has none, or says nothing of it. */
            triggerer: {
              /** `healthy` or `unhealthy`, as Airflow says. */
              status: string | null;
              /** Its last sign of life. `null`: it gave none. */
              heartbeat: string | null;
            } | null;
            /** Reads the files. `null`: this Airflow has none, or says nothing of it. */
            dag_processor: {
              /** `healthy` or `unhealthy`, as Airflow says. */
              status: string | null;
              /** Its last sign of life. `null`: it gave none. */
              heartbeat: string | null;
            } | null;
          } | null;
          /** All DAGs together, of the last day. */
          dags: {
            /** DAGs that Airflow has, without those that are gone from its files. */
            dags: number;
            /** Of them, those that are paused. */
            paused: number;
            /** DAGs by state; `unknown` for those whose state could not be told. */
            states: Record<string, number>;
            /** Files that Airflow cannot read DAGs from. `null`: not known. */
            import_errors: number | null;
            /** Runs that ended in the window, and those under way. `null`: not known. */
            runs: {
              /** Runs that ended well. */
              success: number;
              /** Runs that ended as failed. */
              failed: number;
              /** Runs under way. `null`: not known. */
              running: number | null;
              /** Runs that wait. `null`: not known. */
              queued: number | null;
            } | null;
            /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
            success_rate: number | null;
            /** The same for the window before. `null`: not known. */
            before: {
              /** Runs that ended in it. */
              runs: {
                /** Runs that ended well. */
                success: number;
                /** Runs that ended as failed. */
                failed: number;
              };
              /** Share of the ended runs that succeeded, 0 to 1. `null`: none ended. */
              success_rate: number | null;
            } | null;
            /** DAGs with a run that is late, whatever their state. `null`: not known. */
            late: number | null;
            /** DAGs with a run that takes long, whatever their state. `null`: not known. */
            running_long: number | null;
            /** Tasks of which an instance failed in the window. `null`: not known. */
            failed_tasks: number | null;
            /** `null`: not known. */
            pools:
              | {
                  /** Its name. */
                  pool: string;
                  /** Its slots; -1 for a pool without limit. */
                  slots: number;
                  /** Slots in use: running and queued. */
                  occupied: number;
                  /** Of them, those of tasks that run. */
                  running: number;
                  /** Of them, those of tasks that wait for a worker. */
                  queued: number;
                  /** Slots that are free. */
                  open: number;
                }[]
              | null;
            /** Task instances by what they wait for, of all DAGs. `null`: not known. */
            queue: {
              /** Task instances that the scheduler will queue. */
              scheduled: number;
              /** Task instances that wait for a worker. */
              queued: number;
              /** Task instances that run. */
              running: number;
            } | null;
          };
          /** What belongs here and could not be had, with the reason. */
          missing: MissingPart[];
        } | null;
        /** Why the last recording gave nothing. `null`: it did. */
        error: {
          /** The problem, as in an answer that fails: `/problems/database-unavailable` … */
          type: string;
          /** The same in words. */
          title: string;
          /** The status that an answer about this environment alone might have had. */
          status: number;
          /** What happened and what to do. */
          detail: string;
        } | null;
      }[];
      /** Of all environments that were asked for, those of other pages too. What they share is once. */
      total: {
        /** DAGs. `null`: not known. */
        dags: number | null;
        /** DAGs whose last run failed. `null`: not known. */
        failing: number | null;
        /** DAGs with a run that is late. `null`: not known. */
        late: number | null;
        /** Files that cannot be read. `null`: not known. */
        import_errors: number | null;
      };
      /** The record that all of it is from. */
      record: {
        /** When the newest run of the recorder was. `null`: it cannot be read. */
        taken_at: string | null;
        /** Its age in whole minutes, once it is older than two runs; else `null`. */
        age_s: number | null;
        /** `old`; or why it cannot be read: `missing`, `unreadable`, `newer-schema`, `access-denied` … `null`: all is well. */
        reason: string | null;
      };
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    rows: 'dags';
    csv: true;
  };

  /** Who may do what: every caller with its scopes and environments. */
  '/grants': {
    query: {
      /** Rows of a page: up to 1,000, in CSV up to 10,000. Default 100. */
      limit?: number | undefined;
      /** `next_cursor` of the page before; the other parameters stay, `limit` may change. */
      cursor?: string | undefined;
    };
    answer: {
      /** Clients first, each kind by name. Only what concerns environments of yours. */
      grants: Grant[];
      /** False: something that belongs here is missing; the part says why. */
      complete: boolean;
      /** `cursor` of the next page; `null` on the last. */
      next_cursor: string | null;
    };
    several: null;
    rows: 'grants';
    csv: true;
  };

  /** The newest recorded figures of all that the caller may read, for Prometheus. */
  '/metrics': {
    query: Record<string, never>;
    answer: unknown;
    several: null;
    rows: null;
    csv: false;
  };
}
