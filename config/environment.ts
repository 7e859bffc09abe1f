/** What the API looks at: database servers, and Mendix environments with their buckets, databases and constants. */
import * as z from 'zod';
import { bucketName, ingress, keyText, name, securityGroup } from './names.ts';
import { agentName } from './options/agents.ts';
import { airflow } from './options/airflow.ts';

/**
 * A PostgreSQL server on RDS, Aurora or behind RDS Proxy, and the role that the API logs in as. Which database on it belongs
 * to whom is the environment's business: one server often has many.
 */
export const database = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/, 'must be a host name')
    .describe("The endpoint's own name. An alias would break the IAM token, which is signed for this name."),
  port: z.int().min(1).max(65_535).default(5432),
  resource_id: z
    .string()
    .regex(/^(db|cluster|prx)-[A-Za-z0-9]+$/, 'must be db-…, cluster-… (Aurora) or prx-… (RDS Proxy)')
    .describe('RDS resource id. A restored instance has a new one: see the runbook.'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a PostgreSQL role name in lower case')
    .default('mrt_reader'),
  instance_identifier: name.optional().describe('For free disk space from CloudWatch; left out for Aurora.'),
  security_group: securityGroup.describe("The database's own security group."),
  security_group_ingress: ingress,
  vpc_id: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/, 'must be a VPC id, vpc-…')
    .optional()
    .describe('The VPC that the database is in. Required with a new VPC, which must be peered with it.'),
});

/**
 * How Mendix names files in the bucket that its runtime setting `com.mendix.core.StorageService` points at; the database
 * knows them by their UUID.
 */
const files = z.strictObject({
  layout: z
    .enum(['flat', 'tree'])
    .default('flat')
    .describe('flat: prefix + UUID + suffix; tree: ab/cd/ before the UUID abcd…'),
  suffix: z.string().max(512).default('').describe('Mendix’s ResourceNameSuffix.'),
  size_tolerance_bytes: z
    .int()
    .min(0)
    .max(1_073_741_824)
    .default(0)
    .describe('By which an object may differ from its document’s size: client-side encryption adds some bytes.'),
});

/** A bucket of the app's files, or the part of a shared one below a prefix. */
const bucket = z.strictObject({
  bucket: bucketName.describe("In the stack's Region; another account's bucket needs a bucket policy there."),
  prefix: keyText.optional().describe('Where the environment has only a part of the bucket.'),
  // Mendix makes keys of prefix + UUID + suffix, without a separator: `shop` would be the beginning of `shop2-…` too.
  key_pattern: z
    .string()
    .max(200)
    .refine(isRegularExpression, 'must be a regular expression')
    .optional()
    .describe('What follows the prefix in keys of this environment. Default with a prefix: a UUID, as Mendix makes.'),
  files: files
    .optional()
    .describe("How the app's files lie here, for /storage_audit. Default: flat keys, in an environment's only bucket."),
});

/**
 * The deployment package of the app, from which the model's constants are read. Either one object, or the newest below a
 * prefix, as pipelines write a new name for each build.
 */
const archive = z
  .strictObject({
    name,
    format: z.enum(['mda', 'metadata_json']),
    bucket: bucketName,
    key: keyText.optional(),
    version_id: z.string().min(1).max(1024).optional(),
    prefix: keyText.optional().describe('The newest object below it is taken.'),
  })
  .refine((value) => (value.key === undefined) !== (value.prefix === undefined), 'must have either key or prefix')
  .refine((value) => value.version_id === undefined || value.key !== undefined, 'version_id goes with key only');

/** A file in which an installation sets constants; formats: docs/decisions/constant-values.md. */
const override = z.strictObject({
  name,
  format: z.enum(['m2ee_yaml', 'environment_file', 'mendix_app', 'json_map', 'portable_app']),
  bucket: bucketName,
  key: keyText,
});

/** Attributes of the account entity, as the app's model calls them. */
const attributes = z.array(z.string().min(1).max(100)).max(10);

/**
 * A Mendix environment: one app in one stage of its life. Each of its parts may be left out; the routes that would read it
 * are then not offered for this environment.
 */
export const environment = z.strictObject({
  labels: z.record(name, name).default({}),
  agent: agentName
    .optional()
    .describe(
      'A name out of agents.names: it is in another account, whose agent knows its buckets, database and constants.',
    ),
  offers: z
    .array(z.string().regex(/^[a-z_]{1,64}$/, 'must be the name of a route'))
    .min(1)
    .optional()
    .describe('With agent: names of the routes that it serves. Default: all that agents serve.'),
  buckets: z.array(bucket).max(20).optional(),
  database: z
    .strictObject({
      server: z.string().describe('A name out of databases.'),
      name: z.string().min(1).max(63).describe('The database on that server.'),
      full_name_attributes: attributes
        .default(['FullName', 'DisplayName'])
        .describe('Attributes of the account entities; the first that an entity has counts.'),
      email_attributes: attributes
        .default(['Email', 'EmailAddress'])
        .describe('As full_name_attributes. The defaults are those of Administration.Account and MendixSSO.'),
      // Sessions that were active within it are `online_now` in the summary of /users.
      session_timeout_seconds: z.int().min(60).max(86_400).default(600).describe('Mendix SessionTimeout.'),
    })
    .optional(),
  constants: z
    .strictObject({
      archive: archive.optional(),
      overrides: z.array(override).max(10).default([]).describe('The first that sets a constant wins.'),
      secrecy: z
        .enum(['strict', 'detect'])
        .default('strict')
        .describe(
          'strict: a text is shown only when it is known to be harmless; detect: unless it looks like a secret, which misses some.',
        ),
      secret: z.array(z.string()).default([]).describe('Constants that are secret: names, or patterns such as Mail.*'),
      not_secret: z
        .array(z.string())
        .default([])
        .describe('Constants that are shown whatever their names and values: names, or patterns. secret goes first.'),
    })
    .optional(),
  airflow: airflow.optional(),
});

/** With the `u` flag, as the functions compile it. */
function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
