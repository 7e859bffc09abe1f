/** Findings of the checks on the broker of agents that are right as they are, each with its reason. */
import { type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { FindingException } from '../finding-exception.ts';

export const AGENT_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Agents\/RuleRole\//,
    reason: 'cloudwatch:PutMetricData knows no resources; the condition leaves the namespace of this project.',
  },
];

export const OF_THE_BROKER =
  'Ids of the functions at IoT Core end in a random part, so that nobody can be thrown out or listened to by guessing.';

/** Resources of a role at IoT Core that end in the random part of a function's id, and nothing wider. */
export function brokerWildcards(role: CfnResource): string[] {
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
