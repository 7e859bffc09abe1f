/**
 * What the template is held to at each synthesis, and the reason of each exception: a finding without one stops it.
 * Rules: https://github.com/cdklabs/cdk-nag/blob/main/RULES.md. Both packs report a finding by rule and resource, so an
 * exception is for one rule on one kind of resource and never for the whole stack. A finding on `*` does not say which
 * actions are behind it: those are held one by one in permissions/declared-actions.ts, exceptions or not.
 */
import { type App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { AGENT_ACCOUNT_EXCEPTIONS } from './agent-account/exceptions.ts';
import { AGENT_EXCEPTIONS, brokerWildcards, OF_THE_BROKER } from './agents/exceptions.ts';
import { AIRFLOW_EXCEPTIONS } from './airflow/exceptions.ts';
import { AUDIT_EXCEPTIONS } from './audit/exceptions.ts';
import { CANARY_EXCEPTIONS } from './canary/exceptions.ts';
import { CONSOLE_EXCEPTIONS } from './console/exceptions.ts';
import { DELIVERY_EXCEPTIONS } from './delivery/exceptions.ts';
import { EDGE_EXCEPTIONS } from './edge/exceptions.ts';
import type { FindingException } from './finding-exception.ts';
import { OF_THE_RECORD, RECORD_WILDCARDS } from './records/exceptions.ts';
import { tracingExceptions } from './tracing/exceptions.ts';

/** Every exception of the stack but those for prefixes, which depend on the configuration. */
const EXCEPTIONS: readonly FindingException[] = [
  ...[
    AIRFLOW_EXCEPTIONS,
    AGENT_EXCEPTIONS,
    AGENT_ACCOUNT_EXCEPTIONS,
    AUDIT_EXCEPTIONS,
    CANARY_EXCEPTIONS,
    DELIVERY_EXCEPTIONS,
    EDGE_EXCEPTIONS,
    CONSOLE_EXCEPTIONS,
  ].flat(),
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    type: 'AWS::ApiGatewayV2::Route',
    path: /--health\//,
    reason: 'Open by the contract: /health says only that the API answers, and its release.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    type: 'AWS::ApiGatewayV2::Route',
    path: /--(openapi\.json|problems--\{slug\})\//,
    reason: 'Open by the contract: documents about the API, the same for everybody, that name no environment.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    type: 'AWS::ApiGatewayV2::Route',
    path: /--\.well-known--jwks\.json\//,
    reason: 'Open by the contract: public keys, for whoever verifies what the API has signed.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/(Route-|Documents\/|PublicKeys\/|Recorder\/)/,
    reason:
      "Lambda makes a VPC function's network interfaces with the function's role and takes these rights on * only; a second statement denies them to the function's own code.",
  },
  {
    id: 'Serverless::Serverless-LambdaStarPermissions',
    type: 'AWS::IAM::Role',
    path: /\/(Route-|Documents\/|PublicKeys\/|Recorder\/)/,
    reason: 'The same network-interface rights.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::ManagedPolicy',
    path: /\/(bucket|database|airflow)_metrics/,
    reason: 'cloudwatch:GetMetricData and ListMetrics know no resources (Service Authorization Reference).',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/(Route-|Documents\/|PublicKeys\/)/,
    reason: 'Called synchronously by the gateway: a failure goes to the caller, there is no event to keep.',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/(Publisher|Recorder)\//,
    reason:
      'Its event says nothing but "now". The next run does the same in some minutes; an alarm counts the failures.',
  },
  {
    id: 'Serverless::Serverless-EventBusDLQ',
    type: 'AWS::Events::Rule',
    reason:
      'As above: a missed run is made good by the next, and "Keys are old" or "Record is old" goes off when none comes.',
  },
  {
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    type: 'AWS::SNS::Subscription',
    reason: 'E-mail only, which SNS retries for hours by itself; the alarm stays in its state and on the dashboard.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-COG8',
    type: 'AWS::Cognito::UserPool',
    reason: 'Only where identity.threat_protection is "off", said in the configuration: a stage without people.',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/CompanySignIn\//,
    reason: 'Called synchronously by Cognito: a failure ends the sign-in, there is no event to keep.',
  },
  {
    id: 'CloudFormation-Validate::W3010',
    type: 'AWS::EC2::Subnet',
    reason: 'The zones come from the configuration: the databases are in known ones, and synthesis is offline.',
  },
];

/** Why `*` at the end of a resource is right where it stands for objects below a configured prefix. */
const BELOW_PREFIX = 'Objects below a configured bucket or prefix: their names are made by Mendix and by deployments.';

/** Adds the checks to `synth()`, with their exceptions. Call it when the tree is whole: exceptions name its resources. */
export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const resources = app.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  for (const { id, type, path, reason } of [...EXCEPTIONS, ...tracingExceptions(resources)]) {
    for (const resource of resources) {
      if (resource.cfnResourceType === type && (path?.test(resource.node.path) ?? true)) {
        Validations.of(resource).acknowledge({ id, reason });
      }
    }
  }
  for (const role of resources.filter(({ cfnResourceType }) => cfnResourceType === 'AWS::IAM::Role')) {
    for (const id of RECORD_WILDCARDS) Validations.of(role).acknowledge({ id, reason: OF_THE_RECORD });
    for (const wildcard of brokerWildcards(role)) {
      const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${wildcard}]`;
      Validations.of(role).acknowledge({ id, reason: OF_THE_BROKER });
    }
  }
  for (const policy of resources.filter((resource) => resource instanceof CfnManagedPolicy)) {
    for (const wildcard of prefixWildcards(policy)) {
      Validations.of(policy).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::${wildcard}]`,
        reason: BELOW_PREFIX,
      });
    }
  }
}

/**
 * The rule wants an exception for each resource by name. Only `arn:aws:s3:::bucket/…*` is one of these: a star in the
 * bucket's name, or in the middle of a key, is a finding as ever.
 */
function prefixWildcards(policy: CfnManagedPolicy): string[] {
  const document: { Statement: { Resource: string | string[] }[] } = Stack.of(policy).resolve(policy.policyDocument);
  return document.Statement.flatMap(({ Resource }) => Resource).filter((resource) =>
    /^arn:aws:s3:::[^*/]+\/[^*]*\*$/.test(resource),
  );
}
