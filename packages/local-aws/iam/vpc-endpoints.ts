/** The VPC's endpoints of AWS's services: which of them a request goes through, and what their policies mean. */
import type { PolicyDocument, Statement } from './policy.ts';

/** Services that functions in the VPC reach through an endpoint. */
export const VPC_ENDPOINT_SERVICES = [
  's3',
  'monitoring',
  'sts',
  'iot.data',
  'athena',
  'secretsmanager',
  'airflow.env',
  'airflow.api',
] as const;
export type VpcEndpointService = (typeof VPC_ENDPOINT_SERVICES)[number];

const ENDPOINTS: Readonly<Record<string, VpcEndpointService>> = {
  s3: 's3',
  cloudwatch: 'monitoring',
  sts: 'sts',
  iot: 'iot.data',
  athena: 'athena',
  secretsmanager: 'secretsmanager',
  airflow: 'airflow.env',
  // Of MWAA's three endpoints the one that looks after environments (MWAA user guide, "Creating the required VPC endpoints").
  'airflow:GetEnvironment': 'airflow.api',
};

/** The endpoint of a VPC through which an action goes; `undefined` for what is reached without one here. */
export function endpointServiceOf(action: string): VpcEndpointService | undefined {
  return ENDPOINTS[action] ?? ENDPOINTS[action.split(':', 1)[0] ?? ''];
}

/**
 * In the policy of a gateway endpoint a principal other than `*` stands for the account's root user only.
 * Source: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies".
 */
export function forGateway(policy: PolicyDocument): PolicyDocument {
  const statements: readonly Statement[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return { ...policy, Statement: statements.filter(({ Principal }) => isAnyone(Principal)) };
}

function isAnyone(principal: Statement['Principal']): boolean {
  return principal === undefined || principal === '*' || principal['AWS'] === '*';
}
