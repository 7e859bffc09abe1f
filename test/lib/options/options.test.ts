/** All options together, and none of them. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { ALL_SCOPES } from '../../../lambdas/contract.ts';
import { configFile, templateOf } from '../template.ts';

const everything = configFile('example-options');
const all = templateOf(everything);
const edge = templateOf(everything, 'mrt-full-edge');
const plain = (['example', 'example-new'] as const).map((name) => {
  const config = configFile(name);
  return { name, config, text: templateOf(config).text };
});

/** What the options bring: a word of the template for each, by which it would be seen where nobody asked for it. */
const BROUGHT = [
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
  'AWS::CodeDeploy::',
  'ProvisionedConcurrencyConfig',
  'AWS::Cognito::UserPoolIdentityProvider',
  'LambdaConfig',
  'custom:groups',
  'EmailConfiguration',
  'KmsMasterKeyId',
  'BucketKeyEnabled',
  'kms:ViaService',
  'CodeSigningConfigArn',
  'ReplicationConfiguration',
  'MutualTlsAuthentication',
  'maas-api-origin',
  'AWS::Budgets::',
  'AWS::CloudFront::',
  'AWS::WAFv2::',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::Glue::',
  'AWS::ApiGateway::',
  'TransitGateway',
  'AWS::RAM::',
  'AWS::Route53Resolver::',
  'airflow',
  'secretsmanager',
  '.well-known/jwks.json',
  'AWS::Logs::SubscriptionFilter',
  'key-pairs.json',
  'public-keys.json',
  'KeySets',
  '-tenant-',
  '.sts"',
  'MRT_SPIFFE_ID',
  'sts:TagSession',
  'AWS::IoT::',
  'iot:Publish',
  'iot.data',
  'AWS::Route53::HostedZone',
  'AWS::Athena::',
  'athena:',
  'TracingConfig',
  'TracingEnabled',
  'xray:PutTraceSegments',
  'xrayTraceId',
];

/** Fields that are left out unless somebody wants them. */
const OPTIONS = [
  'delivery',
  'encryption',
  'code_signing',
  'recovery',
  'edge',
  'budget',
  'canary',
  'airflow',
  'trust_domain',
  'signed_answers',
  'audit_forwarding',
  'tenants',
  'operator',
  'agents',
  'inventory',
  'tracing',
] as const;

test('with every option, each of them is in the template', () => {
  const text = all.text + edge.text;
  expect(BROUGHT.filter((word) => !text.includes(word))).toEqual([]);
  for (const option of OPTIONS) expect(everything[option]).toBeDefined();
});

test.each(plain)('without options, $name has nothing of them', ({ config, text }) => {
  expect(BROUGHT.filter((word) => text.includes(word))).toEqual([]);
  // What is left out stays out: a default would be in every bundle, and change it.
  const parsed = Object.keys(parseConfig(config));
  for (const option of OPTIONS) expect(parsed).not.toContain(option);
});

/** The example's providers, each with the group that is its tenant's or the operator's. */
function peopleOfOneGroupEach(): ConfigInput['people'] {
  const { people } = structuredClone(everything);
  if (people === 'off' || people.providers === undefined) throw new Error('the example has providers');
  const { Company, Partner } = people.providers;
  if (Company !== undefined) Company.groups = { staff: 'operators' };
  if (Partner !== undefined) Partner.groups = { owners: 'shop-owners' };
  return people;
}

const LONG_CLIENTS = Array.from(
  { length: 47 },
  (_, index) => `caller-with-thirty-two-letters${String(index + 1).padStart(2, '0')}`,
);

/** Reports of buckets are read with no tenant's role, so of a tenant that has one there are none. */
const { inventory: _, ...withoutReports } = everything;

/** With every option there is room for so many rules into servers' groups: each is a resource of its own. */
const OPENED_BY_THE_STACK = 60;

/** Every option, and 100 environments with a server each, the first of which the stack lets its functions into itself. */
function hundred(openedByTheStack: number): ConfigInput {
  const indexes = Array.from({ length: 100 }, (_, index) => index);
  return {
    ...structuredClone(withoutReports),
    databases: Object.fromEntries(
      indexes.map((index) => [
        `server-${index}`,
        {
          host: `server-${index}.c0ffee123456.eu-west-1.rds.amazonaws.com`,
          resource_id: `db-${String(index).padStart(26, 'A')}`,
          instance_identifier: `server-${index}`,
          security_group: `sg-${String(index).padStart(17, '0')}`,
          security_group_ingress: index < openedByTheStack ? ('create' as const) : ('owner' as const),
        },
      ]),
    ),
    environments: {
      // Behind the gateway there must be one.
      'etl-prod': everything.environments['etl-prod'] as never,
      ...Object.fromEntries(
        indexes.map((index) => [
          `environment-number-${index}`,
          {
            labels: { team: 'sales', stage: 'prod' },
            buckets: [{ bucket: `example-company-environment-${index}-files` }],
            database: { server: `server-${index}`, name: 'app' },
            constants: {
              archive: {
                name: 'archive',
                format: 'mda' as const,
                bucket: 'example-deployments',
                prefix: `archives/of/${index}/`,
              },
            },
          },
        ]),
      ),
    },
    callers: {
      clients: Object.fromEntries(
        ['canary', 'etl-trigger', ...LONG_CLIENTS].map((client) => [
          client,
          { scopes: ALL_SCOPES, environments: ['*'] },
        ]),
      ),
      groups: Object.fromEntries(
        ['operators', 'shop-owners'].map((group) => [group, { scopes: ALL_SCOPES, environments: ['*'] }]),
      ),
    },
    canary: { client: 'canary' },
    // One tenant has all of it: no role of a tenant can have more to read.
    tenants: {
      'tenant-with-thirty-two-letters-1': {
        environments: ['*'],
        callers: { clients: LONG_CLIENTS, groups: ['shop-owners'] },
        provider: 'Partner',
      },
    },
    operator: {
      callers: {
        clients: ['canary', 'etl-trigger'],
        groups: ['operators'],
        pipelines: Object.keys(everything.airflow?.pipelines ?? {}),
        roles: Object.keys(everything.airflow?.roles ?? {}),
      },
    },
    people: peopleOfOneGroupEach(),
    agents: undefined as never,
  };
}

describe('with every option, 100 environments with a database and a bucket each, and 49 callers', () => {
  const template = templateOf(hundred(OPENED_BY_THE_STACK));

  test('stay within 500 resources a stack, 1 MB of template and 200 outputs', () => {
    expect(Object.keys(template.resources).length).toBeLessThanOrEqual(500);
    expect(template.ofType('AWS::EC2::SecurityGroupIngress').length).toBeGreaterThanOrEqual(OPENED_BY_THE_STACK);
    expect(template.text.length).toBeLessThanOrEqual(1_000_000);
    expect(Object.keys(JSON.parse(template.text).Outputs).length).toBeLessThanOrEqual(200);
  });

  test('are told at synthesis what would make room where the stack lets its functions into every server itself', () => {
    expect(() => templateOf(hundred(100))).toThrow(
      /databases: the stack mrt-full has 5\d\d resources and CloudFormation takes 500\..* 1\d\d of them let functions into security groups: \d+ fewer of those with security_group_ingress "owner"/,
    );
  });

  test('stay within 10,240 characters of inline policies a role, with ARNs as long as they can be', () => {
    for (const [, { Properties }] of template.ofType('AWS::IAM::Role')) {
      const text = JSON.stringify(Properties['Policies'] ?? []).replaceAll(
        /\{"(Ref|Fn::GetAtt)":[^}]*\}/g,
        'x'.repeat(140),
      );
      expect(text.length).toBeLessThanOrEqual(10_240);
    }
  });

  test('move within 10 alarms of a deployment group', () => {
    for (const [, { Properties }] of template.ofType('AWS::CodeDeploy::DeploymentGroup')) {
      expect(Properties['AlarmConfiguration'].Alarms.length).toBeLessThanOrEqual(10);
    }
  });
});
