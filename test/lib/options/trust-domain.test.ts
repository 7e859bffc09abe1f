import { describe, expect, test } from 'vitest';
import { KEY_PAIR_OBJECTS, PUBLIC_KEYS_PATH } from '../../../lambdas/contract.ts';
import { faults } from '../../config/faults.ts';
import { configFile, list, routesOf, type Statement, templateOf } from '../template.ts';

const plain = configFile('example');
const off = templateOf(plain);
const named = templateOf({ ...plain, trust_domain: 'mrt.example.com' });
const signing = templateOf({ ...plain, trust_domain: 'mrt.example.com', signed_answers: {} });
const object = (key: string) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['KeyBucket', 'Arn'] }, `/${key}`]] });

/** Names of the functions whose role may read an object of the key bucket. */
function readersOf(template: typeof named, key: string): string[] {
  return template
    .ofType('AWS::IAM::Role')
    .filter(([, role]) =>
      template
        .statementsOf(role)
        .some(
          ({ Effect, Action, Resource }) =>
            Effect === 'Allow' &&
            list(Action).includes('s3:GetObject') &&
            [Resource].flat().some((one) => JSON.stringify(one) === JSON.stringify(object(key))),
        ),
    )
    .map(([, { Properties }]) => String(Properties['Description']).replace(/^.*: (GET \/)?/, ''));
}

const bucketStatements = (template: typeof named): Statement[] =>
  template
    .ofType('AWS::S3::BucketPolicy')
    .filter(([, { Properties }]) => Properties['Bucket'].Ref === 'KeyBucket')
    .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);

describe('with a trust domain', () => {
  test('the public keys are served to anybody, by a function of their own', () => {
    const keys = named.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    const open = keys.filter(({ RouteKey }) => RouteKey.endsWith(PUBLIC_KEYS_PATH));
    expect(open.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType])).toEqual([
      [`GET ${PUBLIC_KEYS_PATH}`, 'NONE'],
      [`HEAD ${PUBLIC_KEYS_PATH}`, 'NONE'],
    ]);
    expect(readersOf(named, KEY_PAIR_OBJECTS.public)).toEqual(['publishes the keys', 'public keys']);
  });

  test('nobody reads the keys of internal tokens but who makes them, and nobody makes any yet', () => {
    expect(readersOf(named, KEY_PAIR_OBJECTS.tokens)).toEqual(['publishes the keys']);
    expect(readersOf(named, KEY_PAIR_OBJECTS.answers)).toEqual([]);
  });

  test('the bucket refuses private keys to everybody else, administrators included, and all writing', () => {
    const [reading, writing] = ['OnlyWhoSignsTokens', 'OnlyThePublisherWrites'].map((sid) =>
      bucketStatements(named).find(({ Sid }) => Sid === sid),
    );
    expect(reading).toMatchObject({ Effect: 'Deny', Resource: object(KEY_PAIR_OBJECTS.tokens) });
    expect(list(reading?.Action ?? [])).toEqual(['s3:GetObject', 's3:GetObjectVersion']);
    expect(JSON.stringify(reading?.Condition)).toMatch(
      /^\{"ArnNotEquals":\{"aws:PrincipalArn":\[\{"Fn::GetAtt":\["Publisher/,
    );
    expect(writing).toMatchObject({ Effect: 'Deny', Action: 's3:PutObject' });
    expect(writing?.Resource).toContainEqual(object(KEY_PAIR_OBJECTS.public));
  });

  test('an earlier version of private keys is gone after a day', () => {
    const rules = named.resources['KeyBucket']?.Properties['LifecycleConfiguration'].Rules as Record<string, unknown>[];
    expect(rules).toContainEqual(
      expect.objectContaining({
        Prefix: KEY_PAIR_OBJECTS.tokens,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      }),
    );
  });

  test('switching it on makes the publisher run at once', () => {
    const [, before] = off.only('Custom::MrtKeys');
    const [, after] = named.only('Custom::MrtKeys');
    expect(before.Properties['KeySets']).toBeUndefined();
    expect(after.Properties['KeySets']).toEqual(['tokens']);
  });
});

describe('with signed answers', () => {
  test('the functions of all routes with a token sign, and no other function can', () => {
    const guarded = routesOf(signing)
      .filter(({ scopes }) => scopes !== null)
      .map(({ name }) => name);
    expect(new Set(readersOf(signing, KEY_PAIR_OBJECTS.answers))).toEqual(new Set([...guarded, 'publishes the keys']));
    const [statement] = bucketStatements(signing).filter(({ Sid }) => Sid === 'OnlyWhoSignsAnswers');
    expect(JSON.stringify(statement?.Condition)).not.toContain('Documents');
    expect(JSON.stringify(statement?.Condition)).toContain('Routeusers');
  });

  test('who signs answers still cannot make tokens', () => {
    expect(readersOf(signing, KEY_PAIR_OBJECTS.tokens)).toEqual(['publishes the keys']);
  });
});

describe('a configuration is refused', () => {
  test.each(['MRT.example.com', 'a b', '', 'spiffe://mrt', 'mrt:8443'])('whose trust domain is %j', (trust_domain) => {
    expect(faults((config) => Object.assign(config, { trust_domain }))).toEqual([
      expect.stringContaining('trust_domain: must be of a-z, 0-9, dot, hyphen and underscore'),
    ]);
  });

  test('with signed answers and no name for who signs', () => {
    expect(faults((config) => Object.assign(config, { signed_answers: {} }))).toEqual([
      'signed_answers: needs trust_domain, under which callers and keys have their names',
    ]);
  });
});
