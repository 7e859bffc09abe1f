/** Findings of the checks on the stack of an agent’s account that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const AGENT_ACCOUNT_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    type: 'AWS::SecretsManager::Secret',
    path: /^mrt-agent-[^/]+\/Credential\//,
    reason: 'A key that only its owner makes anew, with a certificate that another account signs: docs/agents.md.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/Service\/ExecutionRole\//,
    reason: 'ecr:GetAuthorizationToken knows no resource; what may be fetched with the token is one repository.',
  },
];
