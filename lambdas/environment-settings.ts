/**
 * What a function is told of an environment: where its files, its database, its constants and its Airflow are, and by
 * whose session they are read. Part of `settings.ts`.
 */
import * as z from 'zod/mini';

/**
 * By whose session something is read: that of the tenant's role, of this ARN. Left out: the function's own role reads it.
 */
const reader = z.optional(z.strictObject({ tenant: z.string(), role: z.string() }));

/** Where S3's reports of a bucket are, and the table over them. */
const inventory = z.strictObject({
  reader,
  bucket: z.string(),
  region: z.string(),
  /** What the keys of all its reports begin with: `<prefix>/<source bucket>/<id>/`. */
  prefix: z.string(),
  format: z.enum(['parquet', 'orc', 'csv']),
  schedule: z.enum(['daily', 'weekly']),
  /** Of a CSV report the columns in their order; `null` for the formats that name theirs. */
  fields: z.nullable(z.array(z.string())),
  /** `"mrt_prod_inventory"."shop_files_0a1b2c3d"` */
  table: z.string(),
  workgroup: z.string(),
});

const bucket = z.strictObject({
  bucket: z.string(),
  reader,
  region: z.string(),
  /** `null`: the environment has the whole bucket. */
  prefix: z.nullable(z.string()),
  /** Regular expression that a key must match after its prefix to count as the environment's. `null`: any key. */
  key_pattern: z.nullable(z.string()),
  /** How the app's files lie in it; left out where it holds none of them, or the route does not compare them. */
  files: z.optional(
    z.strictObject({
      /** `tree`: `ab/cd/` before the UUID `abcd…`. */
      shape: z.enum(['flat', 'tree']),
      suffix: z.string(),
      /** Bytes by which an object may differ from its document's size. */
      size_tolerance: z.int(),
    }),
  ),
  /** Left out: nobody configured a report of it, or the route does not read it. */
  inventory: z.optional(inventory),
});

const database = z.strictObject({
  reader,
  /** Name of the server in the configuration; what an error may call it. */
  server: z.string(),
  host: z.string(),
  port: z.int(),
  /** Database name on that server. */
  name: z.string(),
  user: z.string(),
  /** Dimension value for `AWS/RDS`; `null` where CloudWatch has no free space for it (Aurora). */
  instance_identifier: z.nullable(z.string()),
  /** Attributes of the account entity (`System.User` specialization) that hold the full name and the e-mail. */
  full_name_attributes: z.array(z.string()),
  email_attributes: z.array(z.string()),
  /** Mendix `SessionTimeout` in seconds: "online now" is a session active within it. */
  session_timeout_seconds: z.int(),
});

/** Where the model's own constants stand: a `.mda` archive or a plain `metadata.json`. */
const archiveSource = z.strictObject({
  name: z.string(),
  format: z.enum(['mda', 'metadata_json']),
  reader,
  bucket: z.string(),
  region: z.string(),
  /** An exact key, or the newest object under `prefix`. */
  key: z.nullable(z.string()),
  version_id: z.nullable(z.string()),
  prefix: z.nullable(z.string()),
});

const overrideSource = z.strictObject({
  /** The source's configured name; what answers call it. */
  name: z.string(),
  format: z.enum(['m2ee_yaml', 'environment_file', 'mendix_app', 'json_map', 'portable_app']),
  reader,
  bucket: z.string(),
  region: z.string(),
  key: z.string(),
});

const constants = z.strictObject({
  archive: z.nullable(archiveSource),
  /** First wins. */
  overrides: z.array(overrideSource),
  /** Full constant names or patterns (`Mail.*`) that are secret, or are not, whatever the detector says. */
  secret: z.array(z.string()),
  not_secret: z.array(z.string()),
  /** `strict`: a text is shown only when it is known to be harmless; `detect`: unless it looks like a secret. */
  secrecy: z.enum(['strict', 'detect']),
});

/** An Airflow, and how to come in. */
export const airflow = z.strictObject({
  reader,
  authentication: z.enum(['token', 'basic', 'mwaa']),
  /** `https://airflow.example.com/prefix`; `null` with `mwaa`, whose address AWS gives. */
  base_url: z.nullable(z.string()),
  /** ARN of the secret with the token, or with user name and password; `null` with `mwaa`. */
  secret: z.nullable(z.string()),
  /** PEM of the authority that signed the web server's certificate; `null`: a public one. */
  certificate_authority: z.nullable(z.string()),
  /** The managed environment, for `mwaa` and for its metrics; `null`: none. */
  mwaa: z.nullable(
    z.strictObject({
      region: z.string(),
      environment: z.string(),
      /** Airflow's role that the function may come in as. */
      role: z.string(),
      /** Whether the function has a way to the web server, so that a session is of use. */
      session: z.boolean(),
    }),
  ),
});

/** Whose it is: a tenant's name, `null` for the operator; left out in a stage without tenants. */
export const tenant = z.optional(z.nullable(z.string()));

/** One configured Mendix environment, as a function sees it. A part that its route does not need is left out. */
export const environment = z.strictObject({
  tenant,
  /** Of what is recorded of it. */
  reader,
  labels: z.record(z.string(), z.string()),
  /** The agent that serves it from its own account; left out: this stage reads it itself. */
  agent: z.optional(z.string()),
  /** Names of the routes that this environment is configured for, as in the path: `bucket_size` … */
  offers: z.array(z.string()),
  buckets: z.optional(z.array(bucket)),
  database: z.optional(database),
  constants: z.optional(constants),
  airflow: z.optional(airflow),
});

export type Environment = z.output<typeof environment>;
export type Reader = NonNullable<z.output<typeof reader>>;
export type Bucket = z.output<typeof bucket>;
export type Database = z.output<typeof database>;
export type Constants = z.output<typeof constants>;
export type AirflowSettings = z.output<typeof airflow>;
export type ArchiveSource = z.output<typeof archiveSource>;
export type OverrideSource = z.output<typeof overrideSource>;
