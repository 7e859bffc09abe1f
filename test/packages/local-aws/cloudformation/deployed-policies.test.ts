import {
  deployedRoles,
  deployedVpcEndpoints,
  invokePermissions,
  mayInvoke,
} from '@mrt/local-aws/cloudformation/deployed-policies.ts';
import type { JsonObject } from '@mrt/local-aws/cloudformation/template.ts';
import { describe, expect, test } from 'vitest';

const reference = (logicalId: string) => ({ name: logicalId.toLowerCase(), arn: `arn:${logicalId}` });
const resource = (type: string, properties: JsonObject) => ({ type, properties });
const allow = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};

test('a role has who may assume it, its tags, and an hour for its sessions unless it says more', () => {
  const roles = deployedRoles(
    {
      Tenant: resource('AWS::IAM::Role', {
        AssumeRolePolicyDocument: TRUST,
        Tags: [{ Key: 'tenant', Value: 'bank-a' }],
        MaxSessionDuration: 7200,
      }),
      Plain: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: TRUST }),
    },
    reference,
  );
  const [statement] = TRUST.Statement;
  expect(roles.get('arn:Tenant')).toMatchObject({
    ...{ tags: { tenant: 'bank-a' }, maxSessionSeconds: 7200 },
    trust: { Statement: [{ ...statement, Resource: '*' }] },
  });
  expect(roles.get('arn:Plain')).toMatchObject({ tags: {}, maxSessionSeconds: 3600 });
});

test('a role has its inline policies, the managed ones that it names, and those that name it', () => {
  const roles = deployedRoles(
    {
      Reader: resource('AWS::IAM::Role', {
        AssumeRolePolicyDocument: TRUST,
        Policies: [{ PolicyName: 'own', PolicyDocument: allow('s3:GetObject') }],
        ManagedPolicyArns: ['shared', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      }),
      Other: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: TRUST }),
      Shared: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: allow('cloudwatch:GetMetricData') }),
      Attached: resource('AWS::IAM::Policy', { PolicyDocument: allow('rds-db:connect'), Roles: ['reader'] }),
    },
    reference,
  );
  expect(roles.get('arn:Reader')?.policies).toEqual([
    allow('s3:GetObject'),
    allow('cloudwatch:GetMetricData'),
    allow('rds-db:connect'),
  ]);
  expect(roles.get('arn:Other')?.policies).toEqual([]);
});

test('an endpoint has its own policy, or one that allows everything; other services are left out', () => {
  const service = (name: string, more: JsonObject = {}) =>
    resource('AWS::EC2::VPCEndpoint', { ServiceName: `com.amazonaws.eu-west-1.${name}`, ...more });
  const endpoints = deployedVpcEndpoints(
    {
      S3: service('s3', { PolicyDocument: allow('s3:GetObject') }),
      Metrics: service('monitoring'),
      Sts: service('sts', { PolicyDocument: allow('sts:AssumeRole') }),
      Queue: service('sqs'),
    },
    reference,
  );
  expect(endpoints).toEqual([
    { service: 's3', id: 's3', policies: [allow('s3:GetObject')] },
    {
      service: 'monitoring',
      id: 'metrics',
      policies: [expect.objectContaining({ Statement: [expect.objectContaining({ Action: '*' })] })],
    },
    { service: 'sts', id: 'sts', policies: [allow('sts:AssumeRole')] },
  ]);
});

describe('the permission to invoke', () => {
  const API = 'arn:aws:execute-api:eu-west-1:000000000000:abc';
  const permissions = invokePermissions(
    {
      Allow: resource('AWS::Lambda::Permission', {
        ...{ Action: 'lambda:InvokeFunction', FunctionName: 'arn:users', Principal: 'apigateway.amazonaws.com' },
        SourceArn: `${API}/*/*/users`,
      }),
    },
    [{ name: 'users', arn: 'arn:users' }],
  );
  const may = (functionArn: string, principal: string, source: string) =>
    mayInvoke(permissions, functionArn, principal, source);

  test('holds for the route that it names', () => {
    expect(may('arn:users', 'apigateway.amazonaws.com', `${API}/$default/GET/users`)).toBe(true);
  });

  test.each([
    ['another path', 'arn:users', 'apigateway.amazonaws.com', `${API}/$default/GET/health`],
    ['another API', 'arn:users', 'apigateway.amazonaws.com', `${API}d/$default/GET/users`],
    ['another service', 'arn:users', 'events.amazonaws.com', `${API}/$default/GET/users`],
    ['another function', 'arn:health', 'apigateway.amazonaws.com', `${API}/$default/GET/users`],
  ])('does not hold for %s', (_what, functionArn, principal, source) => {
    expect(may(functionArn, principal, source)).toBe(false);
  });
});
