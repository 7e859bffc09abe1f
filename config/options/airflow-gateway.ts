/** The private gateway to the Airflows of the configuration: who comes in, what each may do. Left out: there is none. */
import * as z from 'zod';
import { ALL_SCOPES, type Scope } from '../../lambdas/contract.ts';
import { selectorFault } from '../../lambdas/selector.ts';
import { choice } from '../faults.ts';
import { name } from '../names.ts';
import { access } from './airflow-access.ts';

/** Of Airflow's, and no other: the gateway reads nothing else. */
const AIRFLOW_SCOPES = ALL_SCOPES.filter((scope) => scope.startsWith('mrt/airflow.'));

const https = z.string().regex(/^https:\/\/[^\s?#]+$/, 'must be an https address without a query');
const account = z.string().regex(/^[0-9]{12}$/, 'must be the 12 digits of an account');
/** Into names of roles and logical ids. */
const callerName = name.max(32, "a caller's name has 32 characters at most");

const dags = z
  .array(z.string().regex(/^[\p{L}\p{N}_.*-]{1,250}$/u, 'must be the name of a DAG, or a pattern such as sales_*'))
  .max(100)
  .default([])
  .describe('DAGs that it may start, with mrt/airflow.trigger. Left out: none.');

const selector = z.string().superRefine((text, context) => {
  const fault = selectorFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** What one of them may do where. */
const entry = {
  scopes: z
    .array(z.enum(AIRFLOW_SCOPES as [Scope, ...Scope[]]))
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'must name each scope once'),
  environments: z.array(selector).min(1).describe('Names, patterns (etl-*), labels (stage:prod) or both (stage:p*).'),
  dags,
};

/** `group/project`, `group/sub/project` (GitLab documentation, "Reserved project and group names"). */
const projectPath = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)+$/, 'must be the path of a project: group/project');

const issuer = z.strictObject({
  issuer: https.describe('As in the claim iss: the address of your GitLab.'),
  audience: z.string().min(1).max(256).describe('As jobs ask for it: id_tokens, aud.'),
  jwks_uri: https.optional().describe('Where its public keys are. Default: GitLab’s, <issuer>/oauth/discovery/keys.'),
});

const pipeline = z.strictObject({
  issuer: z.string().describe('A name out of airflow.issuers.'),
  project_path: projectPath,
  project_id: z
    .string()
    .regex(/^[0-9]{1,18}$/, 'must be the number of the project')
    .optional()
    .describe('Its number, which stays when the path is renamed and given to another.'),
  ref_protected: z.boolean().default(true).describe('Only jobs on a protected branch or tag.'),
  ...entry,
});

/** Rights of a role beyond the gateway. */
const mwaaRole = z
  .enum(['Viewer', 'User', 'Op'])
  .optional()
  .describe('It may also call MWAA’s InvokeRestApi itself as this role of Airflow’s, past the gateway and its lists.');

/** A role that the stack makes, by who may take it. */
const role = z.discriminatedUnion(
  'trust',
  [
    z.strictObject({
      trust: z.literal('gitlab'),
      issuer: z.string().describe('A name out of airflow.issuers. AWS must reach its keys.'),
      provider_arn: z
        .string()
        .regex(/^arn:aws:iam::[0-9]{12}:oidc-provider\/.+$/, 'must be the ARN of an OIDC provider of IAM')
        .optional()
        .describe('An account has one for each issuer. Default: the stack makes it.'),
      project_path: projectPath,
      branches: z
        .array(z.string().regex(/^[\w./-]{1,200}$/, 'must be the name of a branch; IAM reads * and ? as patterns'))
        .min(1)
        .describe('IAM sees a branch’s name and not whether it is protected: name protected ones.'),
      mwaa_role: mwaaRole,
      ...entry,
    }),
    z.strictObject({
      trust: z.literal('service'),
      service: z
        .enum(['ec2', 'ecs-tasks', 'lambda'])
        .describe('ec2: with an instance profile; ecs-tasks: AWS Batch too.'),
      mwaa_role: mwaaRole,
      ...entry,
    }),
    z.strictObject({
      trust: z.literal('account'),
      account,
      role_names: z
        .array(z.string().regex(/^[\w+=,.@/-]{1,600}$/, 'must be the name of a role, with its path'))
        .min(1)
        .describe('Roles of that account that may take it.'),
      external_id: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1,224 of letters, digits and _+=,.@:/-')
        .optional()
        .describe('For a third party that serves several companies. It is no secret.'),
      session_tags: z.boolean().default(false).describe('It may be taken with session tags (sts:TagSession).'),
      mwaa_role: mwaaRole,
      ...entry,
    }),
  ],
  choice('an object with trust "gitlab", "service" or "account"'),
);

const limits = z.strictObject({
  reads_per_second: z.int().min(1).max(1000).default(20).describe('Of each of the two ways in, and so for the burst.'),
  read_burst: z.int().min(1).max(2000).default(60),
  triggers_per_second: z.int().min(1).max(1000).default(10),
  trigger_burst: z.int().min(1).max(2000).default(60),
  at_once: z
    .union([z.int().min(1).max(1000), z.literal('off')], 'must be a whole number from 1 to 1000, or "off"')
    .default('off')
    .describe('Calls of each kind that Airflow has at one time; off: no reserved concurrency.'),
});

export const airflowGateway = z
  .strictObject({
    issuers: z.record(name, issuer).default({}).describe('Who signs the id tokens of pipelines.'),
    clients: z
      .record(callerName, z.strictObject({ dags }))
      .default({})
      .describe('DAGs that names out of callers.clients may start, where their entries there have the scope.'),
    groups: z.record(callerName, z.strictObject({ dags })).default({}).describe('The same for callers.groups.'),
    pipelines: z.record(callerName, pipeline).default({}),
    roles: z.record(callerName, role).default({}),
    trigger_role: z
      .enum(['User', 'Op', 'Admin'])
      .default('User')
      .describe('Airflow’s role that runs are started as, with MWAA. Reading is done as the environment’s own role.'),
    other_endpoints: z
      .array(z.string().regex(/^vpce-[0-9a-f]{8,17}$/, 'must be an id of the form vpce-…'))
      .max(20)
      .default([])
      .describe(
        'execute-api endpoints of others, in other accounts too, that lead here: they need no network of ours.',
      ),
    account_log_role: z
      .enum(['create', 'existing'])
      .default('create')
      .describe('REST APIs log by one role of the whole account and Region. existing: somebody has set it.'),
    private_zone: z
      .boolean()
      .default(false)
      .describe('A private zone for the API’s own name. Default: others use the endpoint’s public name.'),
    limits: limits.prefault({}),
    vpc_cidr: z
      .string()
      .regex(/^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/, 'must be an IPv4 range such as 10.40.0.0/22')
      .optional()
      .describe('With an existing VPC: its range, which the others route here. A new one’s is network.cidr.'),
    access: z.array(access).max(20).default([]).describe('Networks that reach the gateway.'),
  })
  .describe('Left out: there is no gateway.');

export type AirflowGateway = z.output<typeof airflowGateway>;
