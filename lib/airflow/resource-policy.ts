/** The private REST API's own policy: by which endpoints and roles it is reached at all. */
import { Stack } from 'aws-cdk-lib';
import type { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';

export interface ResourcePolicyProps {
  airflow: AirflowGateway;
  /** Of the stack's own VPC; the configuration names the others. */
  endpoint: CfnVPCEndpoint;
  /** Roles that come in by a signature. */
  roles: readonly IRole[];
}

/**
 * What comes in at all. Signatures and resource policies add up: an `Allow` here would let every role of the account in
 * past its own policy (API Gateway guide, "How API Gateway resource policies affect authorization workflow", table A).
 * So tokens' way is allowed here, and the authorizer's decision is the other half; the signatures' way is allowed by the
 * roles' own policies, and here all others are refused.
 */
export function resourcePolicy({ endpoint, airflow, roles }: ResourcePolicyProps): PolicyDocument {
  const everybody = [new AnyPrincipal()];
  const actions = ['execute-api:Invoke'];
  const statements = [
    new PolicyStatement({ sid: 'ByToken', principals: everybody, actions, resources: ['execute-api:/*/*/airflow/*'] }),
    new PolicyStatement({
      sid: 'OnlyByTheseEndpoints',
      effect: Effect.DENY,
      principals: everybody,
      actions,
      resources: ['execute-api:/*'],
      conditions: { StringNotEquals: { 'aws:SourceVpce': [endpoint.ref, ...airflow.other_endpoints] } },
    }),
  ];
  if (roles.length > 0) {
    statements.push(
      new PolicyStatement({
        sid: 'OnlyTheseRoles',
        effect: Effect.DENY,
        principals: everybody,
        actions,
        resources: ['execute-api:/*/*/iam/*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      }),
      new PolicyStatement({
        sid: 'OnlyThisAccount',
        effect: Effect.DENY,
        principals: everybody,
        actions,
        resources: ['execute-api:/*/*/iam/*'],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(endpoint).account } },
      }),
    );
  }
  return new PolicyDocument({ statements });
}
