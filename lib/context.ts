/** Settings of the CDK that every template of the project relies on. */

/**
 * What the template relies on: literal partitions make policies short, and secrets in plain sight stop synthesis.
 * Feature flags stand here and not in cdk.json, so that synthesis without the CDK's command line is the same.
 */
export const CONTEXT = {
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/core:checkSecretUsage': true,
  // What CloudFormation would refuse stops synthesis instead of being a warning.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-iam:standardizedServicePrincipals': true,
  '@aws-cdk/aws-lambda:recognizeVersionProps': true,
};
