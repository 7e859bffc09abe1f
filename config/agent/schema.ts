/**
 * The one description of an agent's configuration: what an account lets be asked of it, and where that is. It belongs to the
 * account's owner; the Regional API's configuration says nothing of it. Reference: docs/agents.md.
 */
import * as z from 'zod';
import { ALL_SCOPES, type Scope } from '../../lambdas/contract.ts';
import { selectorFault } from '../../lambdas/selector.ts';
import { database, environment } from '../environment.ts';
import { choice } from '../faults.ts';
import { arn, bucketName, name } from '../names.ts';
import { agentName } from '../options/agents.ts';
import { observability } from '../schema.ts';

const selector = z.string().superRefine((text, context) => {
  const fault = selectorFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id of the form ${prefix}-…`);

/** A service on Fargate, which the stack makes. */
const fargate = z.strictObject({
  vpc_id: id('vpc'),
  subnet_ids: z
    .array(id('subnet'))
    .min(1)
    .max(6)
    .describe('Private subnets with a way out to IoT Core, the Regional API’s keys and AWS’s own endpoints.'),
  availability_zones: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/))
    .min(1)
    .max(6),
  image: z
    .string()
    .regex(
      /^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/,
      'must be an image of ECR with its digest',
    )
    .optional()
    .describe('Default: built from agent/image as the stack is deployed.'),
});

export const agentConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  // As for stages: another shape gets another number.
  schema_version: z.literal(1),
  name: agentName.describe('As the Regional configuration has it in agents.names.'),
  account: z.string().regex(/^[0-9]{12}$/, 'must be the 12 digits of an account'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be a Region such as eu-west-1'),
  regional: z.strictObject({
    stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be the stage of the Regional API'),
    api: z
      .string()
      .regex(
        /^(https:\/\/[^\s/]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/,
        'must be the https address of the Regional API',
      )
      .describe('Its public keys are read there, and nothing else.'),
    iot_endpoint: z
      .string()
      .regex(
        /^[a-z0-9]+-ats\.iot\.[a-z0-9-]+\.amazonaws\.com$/,
        'must be the data endpoint, …-ats.iot.<region>.amazonaws.com',
      ),
    trust_domain: z.string().regex(/^[a-z0-9._-]{1,255}$/, 'must be the trust domain of the Regional API'),
  }),
  allow: z
    .array(
      z.strictObject({
        scopes: z.array(z.enum(ALL_SCOPES as [Scope, ...Scope[]])).min(1),
        environments: z.array(selector).min(1).describe('Names, patterns (shop-*), labels (stage:prod).'),
      }),
    )
    .describe('What the Regional API may ask. Empty: nothing, which switches the agent off.'),
  databases: z.record(name, database),
  environments: z
    .record(name, environment.omit({ agent: true, offers: true, airflow: true }))
    .refine((all) => Object.keys(all).length > 0, 'must have one at least'),
  bucket_keys: z.record(bucketName, arn('kms')).default({}),
  limits: z
    .strictObject({
      database_connections: z
        .int()
        .min(1)
        .max(10)
        .default(2)
        .describe('Of the agent in all, one for each database at most.'),
      reason_required: z.boolean().default(false).describe('Clear text only with the header x-reason.'),
    })
    .prefault({}),
  run: z
    .union([z.literal('elsewhere'), fargate], choice('"elsewhere" or { vpc_id, subnet_ids, availability_zones }'))
    .describe('elsewhere: a pod or a process; the stack then makes role, secret and log group alone.'),
  cluster: z
    .strictObject({ name: z.string().min(1).max(100), namespace: name, service_account: name })
    .optional()
    .describe('An EKS cluster whose pods of this service account get the role, by EKS Pod Identity.'),
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
  observability: observability.prefault({}),
});

export type AgentConfigInput = z.input<typeof agentConfigSchema>;
export type AgentConfig = z.output<typeof agentConfigSchema>;
