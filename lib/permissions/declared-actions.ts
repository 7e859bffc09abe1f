/**
 * What each role of the stack may be allowed, said once where the role is made and held against what the template really
 * allows: a grant that comes by another way (a convenience of the CDK, an aspect, a slip) stops synthesis, and with it the
 * deployment.
 */
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Need } from '../../lambdas/contract.ts';

/** Actions of a role. */
export interface DeclaredActions {
  /** On resources that are named. */
  named: readonly string[];
  /** On `*`: what knows no resources, or no others. Default: none. */
  everything?: readonly string[];
}

/** Coming in to Airflows; as which of their roles, the resources say. */
const AIRFLOW_ACTIONS = [
  'secretsmanager:GetSecretValue',
  'kms:Decrypt',
  'airflow:InvokeRestApi',
  'airflow:CreateWebLoginToken',
  'airflow:GetEnvironment',
];

/** Asking reports of S3's by Athena: most of it is what Athena does with them on the function's behalf. */
const ASKING_REPORTS = [
  ...['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution'].map((action) => `athena:${action}`),
  ...['glue:GetDatabase', 'glue:GetTable', 'kms:Decrypt'],
  ...['GetObject', 'ListBucket', 'GetBucketLocation', 'PutObject', 'AbortMultipartUpload'].map(
    (action) => `s3:${action}`,
  ),
  ...['s3:ListMultipartUploadParts', 's3:ListBucketMultipartUploads'],
];

/** What a route's function may do for each of its needs; which resources, `need-statements.ts` says. */
export const ACTIONS_OF_NEED: Readonly<Record<Need, DeclaredActions>> = {
  bucket_metrics: { named: [], everything: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'] },
  database_metrics: { named: [], everything: ['cloudwatch:GetMetricData'] },
  bucket_listing: {
    named: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads', 's3:ListMultipartUploadParts'],
  },
  bucket_inventory: { named: [...ASKING_REPORTS, 'athena:GetQueryResults'] },
  file_inventory: { named: ASKING_REPORTS },
  file_listing: { named: ['s3:ListBucket'] },
  database: { named: ['rds-db:connect'] },
  constants: { named: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 'kms:Decrypt'] },
  airflow: { named: AIRFLOW_ACTIONS },
  airflow_trigger: { named: AIRFLOW_ACTIONS },
  airflow_metrics: { named: [], everything: ['cloudwatch:GetMetricData'] },
};

/** What every function does with its log group. */
export const LOG_ACTIONS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const declarations = new WeakMap<IConstruct, DeclaredActions>();

/** Says what a role may be allowed; a role without this stops synthesis. */
export function declareActions(role: IRole, actions: DeclaredActions): void {
  const resource = role.node.defaultChild;
  if (!(resource instanceof CfnRole)) throw new Error(`${role.node.path} is no role of the stack's own`);
  declareRoleActions(resource, actions);
}

/** The same of a role that is written as CloudFormation has it. */
export function declareRoleActions(role: CfnRole, actions: DeclaredActions): void {
  declarations.set(role, actions);
}

/** What an option adds to a role that has a declaration already. */
export function extendDeclaration(role: CfnRole, { named, everything = [] }: DeclaredActions): void {
  const declared = declarations.get(role);
  declareRoleActions(role, {
    named: [...(declared?.named ?? []), ...named],
    everything: [...(declared?.everything ?? []), ...everything],
  });
}

/** As it stands in a template. */
interface Statement {
  Effect: string;
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
}

/** What the roles of a stack are allowed beyond what was declared for them, in words; empty when all is well. */
export function undeclaredActions(stack: Stack): string[] {
  const resources = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  const policies = resources.filter((resource) => resource instanceof CfnPolicy);
  return resources
    .filter((resource) => resource instanceof CfnRole)
    .flatMap((role) => {
      const declared = declarations.get(role);
      if (declared === undefined) return [`${pathOf(role)}: nothing declares its actions (declareActions)`];
      return [...faultsOf(role, declared, policies)];
    });
}

function* faultsOf(role: CfnRole, declared: DeclaredActions, policies: CfnPolicy[]): Generator<string> {
  const path = pathOf(role);
  const { statements, foreign } = statementsOf(role, policies);
  for (const arn of foreign) yield `${path}: has the policy ${arn}, which is not the stack's`;
  for (const { Effect, Action, NotAction, Resource, NotResource } of statements) {
    if (Effect !== 'Allow') continue;
    if (NotAction !== undefined || NotResource !== undefined) yield `${path}: allows all but what it names`;
    const onEverything = [Resource].flat().includes('*');
    const permitted = onEverything ? (declared.everything ?? []) : declared.named;
    for (const action of [Action ?? []].flat()) {
      if (!permitted.includes(action)) yield `${path}: allows ${action}${onEverything ? ' on *' : ''}, undeclared`;
    }
  }
}

/** As the code has it: `mrt-prod/Route-users/Role`, without the CDK's name for the resource in it. */
function pathOf(role: CfnRole): string {
  return role.node.path.replace(/\/Resource$/, '');
}

/** Everything that a role allows or refuses: its own statements, and those of policies that name it or that it names. */
function statementsOf(role: CfnRole, policies: CfnPolicy[]): { statements: Statement[]; foreign: string[] } {
  const stack = Stack.of(role);
  const id = stack.getLogicalId(role);
  const documents: { Statement: Statement[] }[] = [];
  const foreign: string[] = [];
  for (const { PolicyDocument, policyDocument } of stack.resolve(role.policies) ?? []) {
    documents.push(PolicyDocument ?? policyDocument);
  }
  for (const reference of stack.resolve(role.managedPolicyArns) ?? []) {
    const managed = stack.node
      .findAll()
      .find((construct) => construct instanceof CfnManagedPolicy && stack.getLogicalId(construct) === reference.Ref);
    if (managed instanceof CfnManagedPolicy) documents.push(stack.resolve(managed.policyDocument));
    else foreign.push(typeof reference === 'string' ? reference : JSON.stringify(reference));
  }
  for (const policy of policies) {
    const roles: { Ref?: string }[] = stack.resolve(policy.roles) ?? [];
    if (roles.some(({ Ref }) => Ref === id)) documents.push(stack.resolve(policy.policyDocument));
  }
  return { statements: documents.flatMap(({ Statement }) => [Statement].flat()), foreign };
}
