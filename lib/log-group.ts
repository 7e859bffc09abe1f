/** How every log group of the stack is kept, and what a function may do with its own. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup, LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';

/**
 * Retention and key from the configuration; kept when the stack goes, since the lines are the audit trail. A group of a
 * creation that was rolled back holds none, and goes with it (CloudFormation, "DeletionPolicy", RetainExceptOnCreate).
 *
 * @param scope the construct that the group is in; a configured key is imported there, once
 */
export function logGroupProps(scope: Construct, { observability }: Config): LogGroupProps {
  const { log_retention_days, log_kms_key_arn } = observability;
  return {
    retention: log_retention_days as RetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(log_kms_key_arn && { encryptionKey: logKey(scope, log_kms_key_arn) }),
  };
}

function logKey(scope: Construct, arn: string): IKey {
  const imported = scope.node.tryFindChild('LogKey');
  return imported ? (imported as unknown as IKey) : Key.fromKeyArn(scope, 'LogKey', arn);
}

/** Writing lines into one group. AWSLambdaBasicExecutionRole would allow it for every group of the account. */
export function writeLines(logGroup: LogGroup): PolicyStatement {
  return new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    // The attribute ends in `:*`, the group's streams.
    resources: [logGroup.logGroupArn],
  });
}
