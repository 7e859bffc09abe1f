import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { configFile, list, type Resource, type Statement, templateOf } from '../template.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000002';
const COPY_KEY = 'arn:aws:kms:eu-central-1:999988887777:key/00000000-0000-0000-0000-000000000003';
const plain = configFile('example');

describe('with a replica', () => {
  const template = templateOf({
    ...plain,
    encryption: { key_bucket_kms_key_arn: KEY },
    recovery: {
      replica_bucket_arn: 'arn:aws:s3:::company-mrt-keys',
      replica_account: '999988887777',
      replica_kms_key_arn: COPY_KEY,
    },
  });
  const bucket = template.resources['KeyBucket'] as Resource;
  const { Role, Rules } = bucket.Properties['ReplicationConfiguration'];
  const role = template.resources[Role['Fn::GetAtt'][0]] as Resource;

  test('S3 copies the signing keys and nothing else, into the other account, and no deletion', () => {
    expect(bucket.Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    expect(Rules).toHaveLength(1);
    expect(Rules[0]).toMatchObject({
      Status: 'Enabled',
      Filter: { Prefix: 'keys.json' },
      DeleteMarkerReplication: { Status: 'Disabled' },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: 'arn:aws:s3:::company-mrt-keys',
        Account: '999988887777',
        AccessControlTranslation: { Owner: 'Destination' },
        EncryptionConfiguration: { ReplicaKmsKeyID: COPY_KEY },
      },
    });
  });

  test('S3 alone takes the role, which reads that object and writes its copy', () => {
    expect(role.Properties['AssumeRolePolicyDocument'].Statement[0].Principal).toEqual({ Service: 's3.amazonaws.com' });
    const statements = template.statementsOf(role);
    const resources = (action: string) =>
      statements.filter(({ Action }) => list(Action).includes(action)).map(({ Resource }) => Resource);
    expect(resources('s3:ReplicateObject')).toEqual(['arn:aws:s3:::company-mrt-keys/keys.json']);
    expect(JSON.stringify(resources('s3:GetObjectVersionForReplication'))).toContain('/keys.json');
    expect(resources('kms:Decrypt')).toEqual([KEY]);
    expect(resources('kms:Encrypt')).toEqual([COPY_KEY]);
    expect(statements.flatMap(({ Action }) => list(Action))).not.toContain('s3:GetObject');
  });

  test('is not stopped by the statement that keeps everybody else from the keys', () => {
    const [, { Properties }] = template
      .ofType('AWS::S3::BucketPolicy')
      .find(([, policy]) => policy.Properties['Bucket'].Ref === 'KeyBucket') as [string, Resource];
    const refused = (Properties['PolicyDocument'].Statement as (Statement & { Sid?: string })[])
      .filter(({ Sid }) => Sid === 'OnlyTheFunctions')
      .flatMap(({ Action }) => list(Action));
    expect(refused.length).toBeGreaterThan(0);
    const needed = template.statementsOf(role).flatMap(({ Action }) => list(Action));
    expect(needed.filter((action) => refused.includes(action))).toEqual([]);
  });
});

test('without keys of the company it names none, as S3 would refuse half of the pair', () => {
  const template = templateOf({ ...plain, recovery: { replica_bucket_arn: 'arn:aws:s3:::company-mrt-keys' } });
  const [rule] = template.resources['KeyBucket']?.Properties['ReplicationConfiguration'].Rules ?? [];
  expect(rule.Destination).toEqual({ Bucket: 'arn:aws:s3:::company-mrt-keys' });
  expect(rule.SourceSelectionCriteria).toBeUndefined();
});

test('a copy without a key of a bucket with one is refused', () => {
  const config = {
    ...plain,
    encryption: { key_bucket_kms_key_arn: KEY },
    recovery: { replica_bucket_arn: 'arn:aws:s3:::company-mrt-keys' },
  };
  expect(() => parseConfig(config)).toThrow('recovery.replica_kms_key_arn: is required with encryption.key_bucket');
});
