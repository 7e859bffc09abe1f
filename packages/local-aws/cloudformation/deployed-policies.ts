/** IAM in the synthesised stack: what each role may do, what the VPC's endpoints let through, who may invoke what. */
import { z } from 'zod';
import type { PolicyDocument } from '../iam/policy.ts';
import { VPC_ENDPOINT_SERVICES, type VpcEndpointService } from '../iam/vpc-endpoints.ts';
import type { ResolvedResource } from './template.ts';

const Document = z.looseObject({ Statement: z.array(z.looseObject({ Effect: z.string() })) });
const Role = z.object({
  AssumeRolePolicyDocument: Document,
  MaxSessionDuration: z.coerce.number().default(3600),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  Policies: z.array(z.object({ PolicyDocument: Document })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});
const AttachedPolicy = z.object({ PolicyDocument: Document, Roles: z.array(z.string()).default([]) });
const Provider = z.object({ Url: z.string(), ClientIdList: z.array(z.string()).default([]) });
const Endpoint = z.object({ ServiceName: z.string(), PolicyDocument: Document.optional() });
const Permission = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/** What `Ref` and `Fn::GetAtt … Arn` give for a resource. */
export interface Reference {
  name: string;
  arn: string;
}

/** A role, all that it may do, and who may assume it. */
export interface DeployedRole {
  arn: string;
  policies: PolicyDocument[];
  trust: PolicyDocument;
  tags: Readonly<Record<string, string>>;
  /** The longest that a session of it may last. */
  maxSessionSeconds: number;
}

/** By the role's ARN: inline policies, managed policies of this stack, and policies that name the role. */
export function deployedRoles(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): Map<string, DeployedRole> {
  const managed = new Map<string, PolicyDocument>();
  const attached: { roles: string[]; document: PolicyDocument }[] = [];
  for (const [logicalId, { type, properties }] of Object.entries(resources)) {
    if (type !== 'AWS::IAM::ManagedPolicy' && type !== 'AWS::IAM::Policy') continue;
    const { PolicyDocument: document, Roles: roles } = AttachedPolicy.parse(properties);
    if (type === 'AWS::IAM::ManagedPolicy') managed.set(reference(logicalId).name, asPolicy(document));
    attached.push({ roles, document: asPolicy(document) });
  }
  const roles = new Map<string, DeployedRole>();
  for (const [logicalId, { type, properties }] of Object.entries(resources)) {
    if (type !== 'AWS::IAM::Role') continue;
    const { name, arn } = reference(logicalId);
    const { Policies, ManagedPolicyArns, ...role } = Role.parse(properties);
    roles.set(arn, {
      arn,
      trust: asTrust(role.AssumeRolePolicyDocument),
      tags: Object.fromEntries(role.Tags.map(({ Key, Value }) => [Key, Value])),
      maxSessionSeconds: role.MaxSessionDuration,
      policies: [
        ...Policies.map((policy) => asPolicy(policy.PolicyDocument)),
        // AWS's own managed policies (network interfaces, logs) hold nothing that is checked here.
        ...ManagedPolicyArns.flatMap((policyArn) => managed.get(policyArn) ?? []),
        ...attached.filter((policy) => policy.roles.includes(name)).map((policy) => policy.document),
      ],
    });
  }
  return roles;
}

/** An issuer of id tokens that the account believes. */
export interface DeployedOidcProvider {
  arn: string;
  /** As in the claim `iss`. */
  url: string;
  /** Audiences that it believes. */
  clientIds: readonly string[];
}

/** Those of the template. */
export function deployedOidcProviders(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): DeployedOidcProvider[] {
  return Object.entries(resources).flatMap(([logicalId, { type, properties }]) => {
    if (type !== 'AWS::IAM::OIDCProvider') return [];
    const { Url, ClientIdList } = Provider.parse(properties);
    return [{ arn: reference(logicalId).arn, url: Url, clientIds: ClientIdList }];
  });
}

/** A VPC endpoint of a service that functions reach here, with what it lets through. */
export interface DeployedVpcEndpoint {
  service: VpcEndpointService;
  /** `vpce-…` */
  id: string;
  policies: PolicyDocument[];
}

/** An endpoint without a policy lets everything through: AWS's default. */
const ALLOW_ALL: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

/** Endpoints of the services that stand in here; those of others stand for nothing and are left out. */
export function deployedVpcEndpoints(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): DeployedVpcEndpoint[] {
  return Object.entries(resources).flatMap(([logicalId, { type, properties }]) => {
    if (type !== 'AWS::EC2::VPCEndpoint') return [];
    const { ServiceName, PolicyDocument: document } = Endpoint.parse(properties);
    // `com.amazonaws.<region>.iot.data`
    const service = ServiceName.split('.').slice(3).join('.');
    const known = VPC_ENDPOINT_SERVICES.find((one) => one === service);
    if (known === undefined) return [];
    return [{ service: known, id: reference(logicalId).name, policies: [document ? asPolicy(document) : ALLOW_ALL] }];
  });
}

/** One statement of a function's resource policy. */
export interface InvokePermission {
  functionArn: string;
  /** `apigateway.amazonaws.com` … */
  principal: string;
  /** With `*`; `null`: any source. */
  sourceArn: string | null;
}

/** Resource policies of functions, one entry for each `AWS::Lambda::Permission` that lets a service invoke one. */
export function invokePermissions(
  resources: Record<string, ResolvedResource>,
  functions: readonly { name: string; arn: string }[],
): InvokePermission[] {
  return Object.values(resources).flatMap(({ type, properties }) => {
    if (type !== 'AWS::Lambda::Permission') return [];
    const { Action, FunctionName, Principal, SourceArn } = Permission.parse(properties);
    if (Action !== 'lambda:InvokeFunction' && Action !== 'lambda:*') return [];
    const target = functions.find(({ name, arn }) => FunctionName === arn || FunctionName === name);
    return target === undefined
      ? []
      : [{ functionArn: target.arn, principal: Principal, sourceArn: SourceArn ?? null }];
  });
}

/** Whether a service may invoke a function on behalf of `sourceArn`. */
export function mayInvoke(
  permissions: readonly InvokePermission[],
  functionArn: string,
  principal: string,
  sourceArn: string,
): boolean {
  return permissions.some(
    (permission) =>
      permission.functionArn === functionArn &&
      permission.principal === principal &&
      (permission.sourceArn === null || matches(permission.sourceArn, sourceArn)),
  );
}

function matches(pattern: string, arn: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(arn);
}

/** A trust policy's statements name no resource: it is the role itself. */
function asTrust(document: z.infer<typeof Document>): PolicyDocument {
  const statements = document.Statement.map((statement) => ({ ...statement, Resource: '*' }));
  return { ...document, Statement: statements } as PolicyDocument;
}

/** The statements' details are the policy check's to judge: it refuses what it does not know. */
function asPolicy(document: z.infer<typeof Document>): PolicyDocument {
  return document as PolicyDocument;
}
