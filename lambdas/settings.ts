/**
 * `settings.json`: a function's slice of the configuration. `lib/functions/settings.ts` writes it into the bundle at
 * synthesis and the function reads it at start, both by this one declaration.
 */
import * as z from 'zod/mini';
import { ALL_SCOPES } from './contract.ts';

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
const tenant = z.optional(z.nullable(z.string()));

/** One configured Mendix environment, as a function sees it. A part that its route does not need is left out. */
const environment = z.strictObject({
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

const caller = z.strictObject({
  tenant,
  scopes: z.array(z.enum(ALL_SCOPES)),
  /** Environment names, patterns (`shop-*`) or labels (`stage:prod`). */
  environments: z.array(z.string()),
});

const settings = z.strictObject({
  /** Hash of what follows; part of each ETag. */
  configuration_version: z.string(),
  /** The API's release, for `/health`. */
  version: z.string(),
  stage: z.string(),
  region: z.string(),
  /** `https://maas-api.<dns_domain>`; `null` without a domain. Problem types are made from it. */
  base_address: z.nullable(z.string()),
  callers: z.strictObject({
    /** By the caller's name; `VARIABLES.clients` maps app client ids to names. */
    clients: z.record(z.string(), caller),
    /** By Cognito group. */
    groups: z.record(z.string(), caller),
  }),
  /** By name. Only what the route needs of each. */
  environments: z.record(z.string(), environment),
  /** What is recorded, for every function that reads or writes it; `null`: nothing. */
  recording: z.nullable(
    z.strictObject({
      every_minutes: z.int(),
      /** Environments that the recorder asks at one time, each over one connection to its database. */
      side_by_side: z.int(),
    }),
  ),
  /** Under which callers and functions have SPIFFE IDs; left out: they have none. */
  trust_domain: z.optional(z.string()),
  /** Which answers are signed; left out: none. */
  signed_answers: z.optional(z.enum(['asked', 'always'])),
  /** By name; left out in a stage without tenants. */
  tenants: z.optional(
    z.record(
      z.string(),
      z.strictObject({
        /** Of what concerns the tenant and nothing else: another's change must not be seen in its ETags. */
        configuration_version: z.string(),
        /** The identity provider by which alone its people come; `null`: any. */
        provider: z.nullable(z.string()),
      }),
    ),
  ),
  /** How agents in other accounts are reached, by `trust_domain`; left out: there are none. */
  agents: z.optional(
    z.strictObject({
      /** Host of IoT Core's data endpoint of this account. */
      iot_endpoint: z.string(),
    }),
  ),
  limits: z.strictObject({ database_connections_per_instance: z.int(), reason_required: z.boolean() }),
});

export type Settings = z.output<typeof settings>;
export type Callers = Settings['callers'];
export type Caller = z.output<typeof caller>;
export type Environment = z.output<typeof environment>;
export type Reader = NonNullable<z.output<typeof reader>>;
export type Bucket = z.output<typeof bucket>;
export type Database = z.output<typeof database>;
export type Constants = z.output<typeof constants>;
export type AirflowSettings = z.output<typeof airflow>;
export type ArchiveSource = z.output<typeof archiveSource>;
export type OverrideSource = z.output<typeof overrideSource>;

/**
 * The settings in the text of `settings.json`.
 *
 * @throws Error that names the first field that is wrong, without its value
 */
export function parseSettings(text: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error('settings.json is not JSON', { cause });
  }
  const parsed = settings.safeParse(json);
  if (parsed.success) return process.env['MRT_WITH_TENANTS'] === 'off' ? parsed.data : withOwners(parsed.data);
  const [issue] = parsed.error.issues;
  throw new Error(`settings.json is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
}

/** Without an owner somebody would be taken for the operator, or something for everybody's. @throws Error that says where */
function withOwners(parsed: Settings): Settings {
  const { tenants, environments, callers } = parsed;
  const owned = [...Object.values(environments), ...Object.values(callers.clients), ...Object.values(callers.groups)];
  if (tenants !== undefined && owned.some((one) => one.tenant === undefined)) {
    throw new Error('settings.json has tenants, and something in it belongs to nobody');
  }
  return parsed;
}
