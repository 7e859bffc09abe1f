/** How every log group of the stack is kept. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';

/** Retention and key from the configuration; kept when the stack goes, since the lines are the audit trail. */
export function logGroupProps(scope: Construct, { observability }: Config): LogGroupProps {
  const { log_retention_days, log_kms_key_arn } = observability;
  return {
    retention: log_retention_days as RetentionDays,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(log_kms_key_arn && { encryptionKey: logKey(scope, log_kms_key_arn) }),
  };
}

function logKey(scope: Construct, arn: string): IKey {
  const known = scope.node.tryFindChild('LogKey');
  return known ? (known as unknown as IKey) : Key.fromKeyArn(scope, 'LogKey', arn);
}
