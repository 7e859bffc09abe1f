import { describe, expect, test } from 'vitest';
import { type Act, actsIn, type Resource } from '../../tools/acting-services.ts';
import { actsTable } from '../../tools/acts-table.ts';
import { configFile, templateOf } from '../lib/template.ts';

const plain = configFile('example');
const templates = {
  example: templateOf(plain),
  'example-new': templateOf(configFile('example-new')),
  'with options': templateOf({
    ...plain,
    delivery: { strategy: 'all_at_once' },
    canary: { client: 'monitoring' },
  }),
};

describe.each(Object.entries(templates))('%s', (_, template) => {
  const acts = actsIn(template.resources);

  test('has a statement for everything that one service does to another', () => {
    const of = (type: string) => template.ofType(type).map(([id]) => id);
    const because = (act: Act) => act.id;
    for (const type of [
      'AWS::ApiGatewayV2::Integration',
      'AWS::Events::Rule',
      'AWS::CloudWatch::Alarm',
      'AWS::EC2::FlowLog',
      'AWS::CodeDeploy::DeploymentGroup',
    ]) {
      expect(acts.map(because)).toEqual(expect.arrayContaining(of(type)));
    }
  });

  test('misses each of these statements when it is taken away', () => {
    const holders = ['AWS::Lambda::Permission', 'AWS::SNS::TopicPolicy', 'AWS::IAM::Role'];
    for (const type of holders) {
      // Two of each kind: GET and HEAD have a permission each for the same function, so all of a function go.
      for (const [id, { Properties }] of template.ofType(type).slice(0, 2)) {
        const same = ([, other]: [string, Resource]) =>
          type === 'AWS::Lambda::Permission' &&
          JSON.stringify(other.Properties['FunctionName']) === JSON.stringify(Properties['FunctionName']);
        const left = Object.entries(template.resources).filter((entry) => entry[0] !== id && !same(entry));
        expect(() => actsIn(Object.fromEntries(left))).toThrow(/nothing lets|does not let/);
      }
    }
  });
});

test('the log bucket’s policy is missed, and a topic that lets in every account', () => {
  const { resources } = templates.example;
  const without = Object.entries(resources).filter(
    ([, { Type, Properties }]) =>
      !(Type === 'AWS::S3::BucketPolicy' && Properties['Bucket'].Ref === 'KeyBucketAccessLog'),
  );
  expect(() => actsIn(Object.fromEntries(without))).toThrow('KeyBucket: nothing lets logging.s3.amazonaws.com');
  const open = JSON.parse(JSON.stringify(resources).replaceAll('aws:SourceAccount', 'aws:PrincipalAccount'));
  expect(() => actsIn(open)).toThrow('for this account only');
});

test('the table has a row for acts that are alike', () => {
  const rows = actsTable(actsIn(templates.example.resources)).split('\n');
  expect(rows.filter((row) => row.includes('`apigateway.amazonaws.com`'))).toHaveLength(1);
  expect(rows.filter((row) => row.includes('`sns:Publish`'))).toHaveLength(1);
});
