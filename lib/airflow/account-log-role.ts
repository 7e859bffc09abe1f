/** The role by which all REST APIs of an account and Region write their logs, where nobody has made it yet. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { declareActions } from '../permissions/declared-actions.ts';

/** What API Gateway wants such a role to have (API Gateway guide, "Set up CloudWatch API logging"). */
const LOG_ROLE_ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  'logs:GetLogEvents',
  'logs:FilterLogEvents',
];

/** REST APIs write access logs by one role of the account and Region, and not by the log group's policy. */
export function accountLogRole(scope: Construct): CfnAccount {
  const role = new Role(scope, 'LogRole', {
    description: 'REST APIs of this account and Region write their logs',
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    inlinePolicies: {
      logs: new PolicyDocument({
        statements: [new PolicyStatement({ actions: LOG_ROLE_ACTIONS, resources: ['*'] })],
      }),
    },
  });
  declareActions(role, { named: [], everything: LOG_ROLE_ACTIONS });
  // Other APIs of the account may have begun to rely on it.
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const account = new CfnAccount(scope, 'Account', { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}
