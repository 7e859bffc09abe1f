/** S3 copies each version of the signing keys to a bucket elsewhere. */
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { KEY_OBJECTS } from '../../lambdas/contract.ts';
import { bucketKeyStatement } from '../encryption/given-key.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { declareActions } from '../permissions/declared-actions.ts';

export interface KeyReplicaProps {
  config: Config;
  recovery: NonNullable<Config['recovery']>;
  keyBucket: KeyBucket;
}

/**
 * Replication of `keys.json`, and of nothing else: Cognito publishes its keys again by itself. The statement that keeps
 * everybody from the objects does not stand in its way, as replication reads by an action of its own
 * (`s3:GetObjectVersionForReplication`; S3 guide, "Setting up permissions for live replication").
 */
export class KeyReplica extends Construct {
  constructor(scope: Construct, id: string, { config, recovery, keyBucket }: KeyReplicaProps) {
    super(scope, id);
    const bucket = keyBucket.bucket as IBucket;
    const { replica_bucket_arn, replica_account, replica_kms_key_arn } = recovery;
    const role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: copies the signing keys`,
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
    });
    const statements = [
      new PolicyStatement({
        actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        resources: [bucket.bucketArn],
      }),
      new PolicyStatement({
        actions: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
        resources: [bucket.arnForObjects(KEY_OBJECTS.keys)],
      }),
      new PolicyStatement({
        actions: [
          's3:ReplicateObject',
          ...(replica_account === undefined ? [] : ['s3:ObjectOwnerOverrideToBucketOwner']),
        ],
        resources: [`${replica_bucket_arn}/${KEY_OBJECTS.keys}`],
      }),
      ...keyStatements(config, bucket, replica_kms_key_arn),
    ];
    declareActions(role, {
      named: [
        's3:GetReplicationConfiguration',
        's3:ListBucket',
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:ReplicateObject',
        's3:ObjectOwnerOverrideToBucketOwner',
        'kms:Decrypt',
        'kms:Encrypt',
      ],
    });
    // Not in the role itself: the bucket names the role, and the role's policy the bucket.
    new Policy(this, 'Policy', { roles: [role], statements });
    (bucket.node.defaultChild as CfnBucket).replicationConfiguration = {
      role: role.roleArn,
      rules: [
        {
          id: 'SigningKeys',
          status: 'Enabled',
          priority: 1,
          filter: { prefix: KEY_OBJECTS.keys },
          // Whoever deletes the keys here does not delete the copy.
          deleteMarkerReplication: { status: 'Disabled' },
          // S3 takes this only together with the key for the copy.
          ...(replica_kms_key_arn !== undefined && {
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          }),
          destination: {
            bucket: replica_bucket_arn,
            ...(replica_account !== undefined && {
              account: replica_account,
              accessControlTranslation: { owner: 'Destination' },
            }),
            ...(replica_kms_key_arn !== undefined && {
              encryptionConfiguration: { replicaKmsKeyId: replica_kms_key_arn },
            }),
          },
        },
      ],
    };
  }
}

/** What of the two keys S3 uses on the role's behalf; nothing where both buckets are under S3's own. */
function keyStatements(
  { encryption, region }: Config,
  bucket: IBucket,
  replicaKey: string | undefined,
): PolicyStatement[] {
  const source = encryption?.key_bucket_kms_key_arn;
  return [
    ...(source === undefined ? [] : [bucketKeyStatement(bucket, source, region, ['kms:Decrypt'])]),
    ...(replicaKey === undefined ? [] : [new PolicyStatement({ actions: ['kms:Encrypt'], resources: [replicaKey] })]),
  ];
}
