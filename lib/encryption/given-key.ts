/** Resources under a key of the company's own. Who else must be let in by the key's policy: `tools/key-policies.ts`. */
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';

/** What reading and writing objects takes of the key; a writer reads what it replaces. */
export const KEY_USE = { read: ['kms:Decrypt'], write: ['kms:Decrypt', 'kms:GenerateDataKey'] };

/** What is published is encrypted while SNS keeps it; nothing without a key. */
export function encryptTopic(topic: Topic, keyArn: string | undefined): void {
  if (keyArn !== undefined) (topic.node.defaultChild as CfnTopic).kmsMasterKeyId = keyArn;
}

/** New objects are encrypted with the key; those that are there keep theirs until they are written again. */
export function encryptBucket(bucket: IBucket, keyArn: string): void {
  (bucket.node.defaultChild as CfnBucket).bucketEncryption = {
    serverSideEncryptionConfiguration: [
      {
        serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
        // One call to KMS for many objects, and the bucket's ARN as context in place of the object's.
        bucketKeyEnabled: true,
      },
    ],
  };
}

/**
 * The key's use by whom S3 asks on behalf of. S3 makes the calls, so a function needs no way to KMS in its network (S3
 * guide, "Using server-side encryption with AWS KMS keys").
 *
 * @param actions one of `KEY_USE`
 */
export function bucketKeyStatement(
  bucket: IBucket,
  keyArn: string,
  region: string,
  actions: string[],
): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions,
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': bucket.bucketArn,
      },
    },
  });
}
