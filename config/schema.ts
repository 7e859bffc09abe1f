/**
 * The one description of a stage's configuration. The stack, the local run and the published `schema.json`
 * (editor completion) are made from it. Reference with every field: docs/deploy.md.
 */
import * as z from 'zod';
import { ALL_SCOPES, type Scope } from '../lambdas/contract.ts';
import { selectorFault } from '../lambdas/selector.ts';
import { database, environment } from './environment.ts';
import { choice } from './faults.ts';
import { arn, bucketName, name } from './names.ts';
import { network } from './network.ts';
import { agents } from './options/agents.ts';
import { airflowGateway } from './options/airflow-gateway.ts';
import { auditForwarding } from './options/audit-forwarding.ts';
import { budget } from './options/budget.ts';
import { canary } from './options/canary.ts';
import { mail, passwordSignIn, providers } from './options/company-sign-in.ts';
import { consoleSite } from './options/console.ts';
import { delivery } from './options/delivery.ts';
import { edge } from './options/edge.ts';
import { codeSigning, encryption } from './options/encryption.ts';
import { inventory } from './options/inventory.ts';
import { recording } from './options/recording.ts';
import { recovery } from './options/recovery.ts';
import { operator, tenants } from './options/tenants.ts';
import { tracing } from './options/tracing.ts';
import { signedAnswers, trustDomain } from './options/trust-domain.ts';

/** CloudWatch Logs API, PutRetentionPolicy: no other number of days is taken. */
const days = z.union(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653].map((n) =>
    z.literal(n),
  ),
  'must be a retention that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 …',
);
/** Plain http only for a console on the developer's own machine; Cognito has the same rule for call-backs. */
const httpsOrLoopback = z
  .string()
  .regex(/^(https:\/\/|http:\/\/localhost[:/])/, 'must be an https address, or http on localhost');

/** 50 of these with their client ids fit into the 4 kB of a function's environment variables. */
const callerName = name.max(32, "a caller's name has 32 characters at most");

/** An entry that selects environments; read by the functions in the same way (`lambdas/selector.ts`). */
const selector = z.string().superRefine((text, context) => {
  const fault = selectorFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/**
 * What a caller may do where. Scopes and environments belong together as a pair: with two entries, a scope of one never
 * opens an environment of the other.
 */
const caller = z.strictObject({
  scopes: z
    .array(z.enum(ALL_SCOPES as [Scope, ...Scope[]]))
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'must name each scope once'),
  environments: z.array(selector).describe('Names, patterns (shop-*), labels (stage:prod) or both (stage:p*).'),
});

/** What protects the databases and the account from too many requests. */
const limits = z.strictObject({
  database_connections: z
    .union([z.int().min(3).max(3000), z.literal('off')], 'must be a whole number from 3 to 3000, or "off"')
    .default(48)
    .describe('The most connections that all functions together may open; off: no reserved concurrency.'),
  database_connections_per_instance: z.int().min(1).max(10).default(2),
  listings: z
    .union([z.int().min(1).max(1000), z.literal('off')], 'must be a whole number from 1 to 1000, or "off"')
    .default(10)
    .describe('How many requests of /bucket_size run at once, each for up to 25 s; off: no reserved concurrency.'),
  reason_required: z.boolean().default(false).describe('Clear text only with the header x-reason.'),
  // An account has 10,000 a second for all its APIs in a Region (API Gateway quotas).
  requests_per_second: z.int().min(1).max(10_000).default(50).describe('Of the whole stage.'),
  burst: z.int().min(1).max(5000).default(100),
  routes: z
    .record(z.string(), z.strictObject({ requests_per_second: z.int().min(1), burst: z.int().min(1) }))
    .default({})
    .describe('Throttles of single routes, by name: users …'),
});

/** Settings of the Cognito user pool. */
const identity = z.strictObject({
  domain_prefix: z
    .string()
    // Cognito reserves these words wherever they stand.
    .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, 'must be a free Cognito domain prefix')
    .optional()
    .describe('Default: mrt-<stage>-<account>.'),
  threat_protection: z.enum(['enforced', 'audit', 'off']).default('enforced').describe('off: the Essentials plan.'),
  mail: mail.optional(),
});

/** How long lines are kept, who is told of alarms, and where they read on. */
export const observability = z.strictObject({
  log_retention_days: days.default(365),
  log_kms_key_arn: arn('kms').optional().describe('Its key policy must allow CloudWatch Logs of the Region.'),
  alarm_emails: z.array(z.email()).max(10).default([]),
  runbook_url: httpsOrLoopback.optional().describe('Where your copy of docs/runbook.md is read; alarms link to it.'),
});

/** One file a stage. Reference: docs/deploy.md, "The configuration, field by field". */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  // A shape that is not compatible gets the next number, so that an old file is refused and not misread.
  schema_version: z.literal(1),
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 of a-z, 0-9 and -, starting with a letter'),
  account: z.string().regex(/^[0-9]{12}$/, 'must be the 12 digits of an account'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be a Region such as eu-west-1'),
  qualifier: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, 'must be the qualifier of the CDK bootstrap')
    .optional(),
  permissions_boundary_arn: z
    .string()
    .regex(/^arn:aws:iam::[0-9]{12}:policy\/.+$/, 'must be the ARN of a managed policy')
    .optional(),
  termination_protection: z.boolean().default(true),
  tags: z.record(z.string().max(128), z.string().max(256)).default({}),
  domain: z.union(
    [
      z.literal('off'),
      z.strictObject({
        dns_domain: z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a domain in lower case'),
        hosted_zone_id: z
          .string()
          .regex(/^Z[A-Z0-9]+$/, 'must be a Route 53 zone id')
          .optional()
          .describe(
            'Left out where the zone is elsewhere: its owner then makes the record to the output DomainTarget.',
          ),
        certificate_arn: arn('acm').optional().describe('Default: the stack requests one and validates it by DNS.'),
      }),
    ],
    choice('"off" or { dns_domain, hosted_zone_id }'),
  ),
  network,
  databases: z.record(name, database),
  environments: z.record(name, environment).refine((all) => Object.keys(all).length > 0, 'must have one at least'),
  bucket_keys: z
    .record(bucketName, arn('kms'))
    .default({})
    .describe('KMS keys of archive and override buckets that are encrypted with one.'),
  identity: identity.prefault({}),
  people: z.union(
    [
      z.literal('off'),
      z.strictObject({
        callback_urls: z.array(httpsOrLoopback).min(1),
        logout_urls: z.array(httpsOrLoopback).min(1),
        providers: providers.optional(),
        password_sign_in: passwordSignIn.optional(),
      }),
    ],
    choice('"off" or { callback_urls, logout_urls }'),
  ),
  callers: z.strictObject({
    clients: z.record(callerName, caller),
    groups: z.record(callerName, caller).default({}),
  }),
  cors: z
    .union(
      [z.literal('off'), z.strictObject({ origins: z.array(httpsOrLoopback).min(1) })],
      choice('"off" or { origins }'),
    )
    .default('off')
    .describe('Origins whose pages may read answers.'),
  recording: z
    .union([z.literal('off'), recording], choice('"off" or { every_minutes, keep_days }'))
    .default('off')
    .describe('Keeps the figures of all environments: for the fleet in one call, for growth over time, for /metrics.'),
  limits: limits.prefault({}),
  observability: observability.prefault({}),
  // Each of these is left out unless somebody wants it: docs/options.md.
  agents: agents.optional(),
  delivery: delivery.optional(),
  encryption: encryption.optional(),
  code_signing: codeSigning.optional(),
  recovery: recovery.optional(),
  inventory: inventory.optional(),
  canary: canary.optional(),
  edge: edge.optional(),
  budget: budget.optional(),
  console: consoleSite.optional(),
  trust_domain: trustDomain.optional(),
  signed_answers: signedAnswers.optional(),
  audit_forwarding: auditForwarding.optional(),
  tracing: tracing.optional(),
  airflow: airflowGateway.optional(),
  tenants: tenants.optional(),
  operator: operator.optional(),
});

/** A stage's configuration as it is written, defaults left out. */
export type ConfigInput = z.input<typeof configSchema>;
/** A stage's configuration with its defaults filled in. */
export type Config = z.output<typeof configSchema>;
