/** Findings of the checks on gradual deployments that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const DELIVERY_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Delivery\/Role\//,
    reason:
      'CodeDeploy asks for the state of the alarms (cloudwatch:DescribeAlarms), which it may list but not choose.',
  },
];
