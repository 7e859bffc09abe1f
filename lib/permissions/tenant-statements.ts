/**
 * How a function comes to a tenant's data: with its own role it may do nothing there but assume the tenant's role, and in
 * the tenant's role each function may do what its own needs are, told by its SPIFFE ID as a session tag.
 * Sources: IAM user guide, "Pass session tags in AWS STS" (which conditions each action knows); STS API reference,
 * "AssumeRole".
 */
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants, readBy, tenantRoleArn } from '../../config/tenancy.ts';
import type { Need } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import { spiffeId } from '../../lambdas/spiffe-id.ts';
import { ACTIONS_OF_NEED } from './declared-actions.ts';
import { needStatements } from './need-statements.ts';

/** Session tags; the same key is that of the functions' roles. */
const TAGS = { tenant: 'tenant', spiffeId: 'spiffe_id' } as const;

/** All that one call of AssumeRole with tags and a source identity needs. */
export const ASSUME_ACTIONS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

/** What a function reads: by its needs, and of the record. */
export type Reading = Pick<Route, 'needs' | 'record'>;

/** A function that reads tenants' data. */
export interface TenantReader extends Reading {
  /** Its route's name, or `recorder`. */
  name: string;
  /** Of its own role. */
  roleArn: string;
}

/**
 * What is read with the roles of tenants: data that IAM has a name for, which metrics are not (Service Authorization Reference,
 * "Actions, resources, and condition keys for Amazon CloudWatch": `GetMetricData` and `ListMetrics` have neither resource types
 * nor condition keys).
 */
const TENANT_NEEDS: readonly Need[] = [
  ...(['bucket_listing', 'bucket_inventory', 'file_listing', 'file_inventory', 'database', 'constants'] as const),
  ...(['airflow', 'airflow_trigger'] as const),
];

/** Whether a function that reads this assumes roles of tenants. */
export function readsTenants({ needs, record }: Reading, config: Config): boolean {
  const readsRecord = record !== undefined && config.recording !== 'off';
  return isolatedTenants(config).length > 0 && (readsRecord || needs.some((need) => TENANT_NEEDS.includes(need)));
}

/** What a function's own role may do for a need: nothing of the tenants that have roles. */
export function ownStatements(need: Need, config: Config): PolicyStatement[] {
  return needStatements(need, TENANT_NEEDS.includes(need) ? readBy(config, null) : config);
}

/** Actions of a tenant's role for these needs. */
export function tenantActions(needs: readonly Need[]): string[] {
  const actions = needs.filter((need) => TENANT_NEEDS.includes(need)).flatMap((need) => ACTIONS_OF_NEED[need].named);
  return [...new Set(actions)];
}

/** A function's SPIFFE ID. @throws Error without a trust domain, which tenants cannot be without */
export function functionIdentity({ trust_domain, stage }: Config, name: string): string {
  if (trust_domain === undefined) throw new Error('the configuration has no trust_domain');
  return spiffeId(trust_domain, { kind: 'function', stage, name });
}

/** The function's side: its own identity and no other, in the roles of tenants and no others. */
export function assumeStatements(config: Config, name: string): PolicyStatement[] {
  const resources = isolatedTenants(config).map((tenant) => tenantRoleArn(config, tenant));
  const tagged = {
    StringEquals: { [`aws:RequestTag/${TAGS.spiffeId}`]: functionIdentity(config, name) },
    'ForAllValues:StringEquals': { 'aws:TagKeys': Object.values(TAGS) },
  };
  return [
    new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources, conditions: tagged }),
    new PolicyStatement({
      actions: ['sts:SetSourceIdentity'],
      resources,
      conditions: { StringEquals: { 'sts:SourceIdentity': `mrt-${config.stage}-${name}` } },
    }),
  ];
}

/**
 * The role's side. The account is trusted, so that the function's own policy must allow it too, and of the account the
 * functions alone; each with the tag that its own role has, which it cannot choose.
 *
 * All three actions must be allowed for a session, so that the list of roles need stand at one of them only: a trust policy
 * has 2,048 characters (IAM quotas).
 */
export function trustPolicy(tenant: string, readers: readonly TenantReader[], { stage }: Config): PolicyDocument {
  const principals = [new AccountRootPrincipal()];
  const tagged = {
    StringEquals: {
      [`aws:RequestTag/${TAGS.tenant}`]: tenant,
      [`aws:RequestTag/${TAGS.spiffeId}`]: `\${aws:PrincipalTag/${TAGS.spiffeId}}`,
    },
    'ForAllValues:StringEquals': { 'aws:TagKeys': Object.values(TAGS) },
  };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals,
        actions: ['sts:AssumeRole'],
        conditions: {
          ...tagged,
          StringLike: { 'sts:RoleSessionName': `mrt-${stage}-*` },
          ArnEquals: { 'aws:PrincipalArn': readers.map(({ roleArn }) => roleArn) },
        },
      }),
      new PolicyStatement({ principals, actions: ['sts:TagSession'], conditions: tagged }),
      new PolicyStatement({
        principals,
        actions: ['sts:SetSourceIdentity'],
        conditions: { StringLike: { 'sts:SourceIdentity': `mrt-${stage}-*` } },
      }),
    ],
  });
}

/** What a session of the tenant's role may do: of the tenant's environments alone, and of them what its function needs. */
export function tenantStatements(tenant: string, readers: readonly TenantReader[], config: Config): PolicyStatement[] {
  const own = readBy(config, tenant);
  const needs = [...new Set(readers.flatMap((reader) => reader.needs))];
  return needs
    .filter((need) => TENANT_NEEDS.includes(need))
    .flatMap((need) => {
      const having = readers.filter((reader) => reader.needs.includes(need)).map(({ name }) => name);
      return needStatements(need, own).map((statement) => forSessionsOf(statement, tenant, having, config));
    });
}

/** Allows it to the sessions of the tenant's role that these functions have, told by their tags, and to no others. */
export function forSessionsOf(
  statement: PolicyStatement,
  tenant: string,
  functions: readonly string[],
  config: Config,
): PolicyStatement {
  statement.addCondition('StringEquals', {
    [`aws:PrincipalTag/${TAGS.tenant}`]: tenant,
    [`aws:PrincipalTag/${TAGS.spiffeId}`]: functions.map((name) => functionIdentity(config, name)),
  });
  return statement;
}

/** The tag by which STS knows a function's role. */
export const IDENTITY_TAG = TAGS.spiffeId;
