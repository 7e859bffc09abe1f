/** Findings of the checks on the canary that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const CANARY_EXCEPTIONS: readonly FindingException[] = [
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
];
