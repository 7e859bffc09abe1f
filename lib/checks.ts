/**
 * What the template is held to at each synthesis, and the reason of each exception: a finding without one stops it.
 * Rules: https://github.com/cdklabs/cdk-nag/blob/main/RULES.md. Both packs report a finding by rule and resource, so an
 * exception is for one rule on one kind of resource and never for the whole stack. A finding on `*` does not say which
 * actions are behind it: those are held one by one in permissions/declared-actions.ts, exceptions or not.
 */
import { type App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { historyPrefix } from '../lambdas/record/layout.ts';
import { routes } from '../lambdas/routes.ts';
import { AIRFLOW_EXCEPTIONS } from './airflow/exceptions.ts';
import type { FindingException } from './finding-exception.ts';
import { WRITTEN } from './records/record-bucket.ts';

/** Every exception of the stack but those for prefixes, which depend on the configuration. */
const EXCEPTIONS: readonly FindingException[] = [
  ...AIRFLOW_EXCEPTIONS,
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
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/AuditForwarder\//,
    reason: 'What it could not hand on is in the log group that it came from; the alarm of its errors says since when.',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/Canary\//,
    reason: 'Its event says nothing but "now", and "Canary fails" goes off when nothing is heard of it.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    type: 'AWS::SecretsManager::Secret',
    path: /\/Canary\//,
    reason:
      "A copy of an app client's secret, which Cognito cannot rotate: a new client has a new one, and so the copy.",
  },
  {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    type: 'AWS::SecretsManager::Secret',
    path: /^mrt-agent-[^/]+\/Credential\//,
    reason: 'A key that only its owner makes anew, with a certificate that another account signs: docs/agents.md.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Agents\/RuleRole\//,
    reason: 'cloudwatch:PutMetricData knows no resources; the condition leaves the namespace of this project.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Service\/ExecutionRole\//,
    reason: 'ecr:GetAuthorizationToken knows no resource; what may be fetched with the token is one repository.',
  },
  {
    id: 'Serverless::Serverless-EventBusDLQ',
    type: 'AWS::Events::Rule',
    reason:
      'As above: a missed run is made good by the next, and "Keys are old" or "Record is old" goes off when none comes.',
  },
  {
    id: 'Serverless::Serverless-LambdaTracing',
    type: 'AWS::Lambda::Function',
    reason:
      'HTTP APIs do not trace, so X-Ray would see a function alone. Each log line has the request id and the share of every upstream.',
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
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Delivery\/Role\//,
    reason:
      'CodeDeploy asks for the state of the alarms (cloudwatch:DescribeAlarms), which it may list but not choose.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-CFR3',
    type: 'AWS::CloudFront::Distribution',
    reason: 'The log of the web ACL has every request without its token, the access log of the API what became of it.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-CFR2',
    type: 'AWS::CloudFront::Distribution',
    path: /\/Console\//,
    reason:
      "Files that are the same for everybody and open to anybody, by GET from S3: a company's own web ACL goes into console.web_acl_arn.",
  },
  {
    id: 'AwsSolutions::AwsSolutions-CFR1',
    type: 'AWS::CloudFront::Distribution',
    reason: 'Where callers are is not known here; a company that knows gives a web ACL of its own (edge.web_acl_arn).',
  },
  {
    id: 'CloudFormation-Validate::W3010',
    type: 'AWS::EC2::Subnet',
    reason: 'The zones come from the configuration: the databases are in known ones, and synthesis is offline.',
  },
];

/** Of the record: each function reads what is below its own prefixes, whose names are made of environments and months. */
const RECORD_WILDCARDS = [
  ...WRITTEN.filter((key) => key.endsWith('*')),
  ...routes.map(({ name }) => `${historyPrefix(name)}*`),
].map((key) => `AwsSolutions::AwsSolutions-IAM5[Resource::<RecordBucket.Arn>/${key}]`);

/** Why `*` at the end of a resource is right where it stands for objects below a configured prefix. */
const BELOW_PREFIX = 'Objects below a configured bucket or prefix: their names are made by Mendix and by deployments.';

const OF_THE_RECORD = 'Objects of the record below one prefix: environments, months, and nothing of another route.';

const OF_THE_BROKER =
  'Ids of the functions at IoT Core end in a random part, so that nobody can be thrown out or listened to by guessing.';

/** Resources of a role at IoT Core that end in the random part of a function's id, and nothing wider. */
function brokerWildcards(role: CfnResource): string[] {
  if (!(role instanceof CfnRole)) return [];
  const policies: { policyDocument?: unknown; PolicyDocument?: unknown }[] =
    Stack.of(role).resolve(role.policies) ?? [];
  return policies.flatMap(({ policyDocument, PolicyDocument }) => {
    const { Statement } = (PolicyDocument ?? policyDocument) as { Statement: { Resource?: unknown }[] };
    return Statement.flatMap(({ Resource }) => Resource)
      .filter((resource) => typeof resource === 'string')
      .filter(
        (resource) =>
          /^arn:aws:iot:[a-z0-9-]+:\d+:(client|topic|topicfilter)\/[^*]*mrt-[a-z0-9-]+-relay-\*$/.test(resource) ||
          /^arn:aws:logs:[a-z0-9-]+:\d+:log-group:AWSIotLogsV2\*$/.test(resource),
      );
  });
}

/** Adds the checks to `synth()`, with their exceptions. Call it when the tree is whole: exceptions name its resources. */
export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const resources = app.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  for (const { id, type, path, reason } of EXCEPTIONS) {
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
