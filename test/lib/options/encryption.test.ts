import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { keyPolicies } from '../../../tools/key-policies.ts';
import { configFile, list, type Properties, type Resource, routesOf, templateOf } from '../template.ts';

const key = (id: number) => `arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-00000000000${id}`;
const PROFILE = 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/company/AbCd1234';
const config = {
  ...configFile('example'),
  encryption: { topic_kms_key_arn: key(1), key_bucket_kms_key_arn: key(2) },
  code_signing: { profile_version_arns: [PROFILE] },
};
const template = templateOf(config);

describe('with keys of the company', () => {
  test('the topic and the key bucket are under them', () => {
    expect(template.only('AWS::SNS::Topic')[1].Properties['KmsMasterKeyId']).toBe(key(1));
    expect(template.resources['KeyBucket']?.Properties['BucketEncryption']).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key(2) },
          BucketKeyEnabled: true,
        },
      ],
    });
  });

  test('whoever reads a key object may decrypt it, whoever writes one may encrypt it, by that bucket only', () => {
    const has = (role: Resource, action: string, resource: string) =>
      template
        .statementsOf(role)
        .filter(({ Action, Effect }) => Effect === 'Allow' && list(Action).includes(action))
        .filter(({ Resource }) => JSON.stringify(Resource).includes(resource));
    const roles = template.ofType('AWS::IAM::Role').map(([, role]) => role);
    const readers = roles.filter((role) => has(role, 's3:GetObject', '"KeyBucket"').length > 0);
    const writers = roles.filter((role) => has(role, 's3:PutObject', '"KeyBucket"').length > 0);
    // Every function that verifies tokens, the publisher, and the recorder for its fingerprints.
    const guarded = routesOf(template).filter(({ scopes }) => scopes !== null).length;
    expect([readers.length, writers.length]).toEqual([guarded + 2, 1]);
    for (const [among, action] of [
      [readers, 'kms:Decrypt'],
      [writers, 'kms:GenerateDataKey'],
    ] as const) {
      expect(roles.filter((role) => has(role, action, key(2)).length > 0)).toEqual(among);
      for (const role of among) {
        expect(has(role, action, key(2))[0]?.Condition).toEqual({
          StringEquals: {
            'kms:ViaService': 's3.eu-west-1.amazonaws.com',
            'kms:EncryptionContext:aws:s3:arn': { 'Fn::GetAtt': ['KeyBucket', 'Arn'] },
          },
        });
      }
    }
  });

  test('their policies are told, for the services that have no role, and for this account only', () => {
    const logKey = config.observability?.log_kms_key_arn ?? expect.unreachable();
    const policies = keyPolicies(parseConfig(config));
    expect(Object.keys(policies)).toEqual([logKey, key(1)]);
    expect(policies[key(1)]).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
    ]);
    for (const [statement] of Object.values(policies))
      expect(JSON.stringify(statement?.Condition)).toContain('111122223333');
  });

  test('one key for both has both statements, and a configuration without keys has none to tell', () => {
    const both = { ...config, encryption: { topic_kms_key_arn: config.observability?.log_kms_key_arn } };
    const [statements] = Object.values(keyPolicies(parseConfig(both)));
    expect(statements?.map(({ Sid }) => Sid)).toEqual(['LogGroups', 'AlarmsToTheTopic']);
    expect(keyPolicies(parseConfig(configFile('example-new')))).toEqual({});
  });
});

test('with code signing every function refuses code without a signature of these profiles', () => {
  const [signing, { Properties }] = template.only('AWS::Lambda::CodeSigningConfig');
  expect(Properties).toMatchObject({
    AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
  });
  const functions = template.ofType('AWS::Lambda::Function');
  expect(functions.length).toBeGreaterThan(6);
  for (const [, lambda] of functions) {
    expect(lambda.Properties['CodeSigningConfigArn']).toEqual({ 'Fn::GetAtt': [signing, 'CodeSigningConfigArn'] });
  }
});

describe('a mistake is named', () => {
  test.each<[string, Properties, string]>([
    [
      'a key of another Region',
      { encryption: { topic_kms_key_arn: key(1).replace('eu-west-1', 'eu-north-1') } },
      'encryption.topic_kms_key_arn: is in eu-north-1, not in eu-west-1',
    ],
    [
      'a profile of another Region',
      { code_signing: { profile_version_arns: [PROFILE.replace('eu-west-1', 'us-east-1')] } },
      'code_signing.profile_version_arns.0: is in us-east-1, not in eu-west-1',
    ],
    [
      'a profile without a version',
      { code_signing: { profile_version_arns: ['arn:aws:signer:eu-west-1:111122223333:/signing-profiles/company'] } },
      'code_signing.profile_version_arns.0: must be the ARN of a version of a signing profile',
    ],
  ])('%s', (_, change, fault) => {
    expect(() => parseConfig({ ...config, ...change })).toThrow(fault);
  });
});
