import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../config/schema.ts';
import { ALL_SCOPES } from '../../lambdas/contract.ts';
import { configFile, list, templateOf } from './template.ts';

const SERVERS = 100;
const name = (index: number) => `environment-number-${String(index).padStart(3, '0')}`;

/** 100 environments with a database and a bucket each, and names longer than most. */
function hundred(): ConfigInput {
  const config = configFile('example-new');
  const indexes = Array.from({ length: SERVERS }, (_, index) => index);
  return {
    ...config,
    databases: Object.fromEntries(
      indexes.map((index) => [
        `server-${index}`,
        {
          host: `server-${index}.c0ffee654321.eu-central-1.rds.amazonaws.com`,
          resource_id: `db-${String(index).padStart(26, 'A')}`,
          instance_identifier: `server-${index}`,
          security_group: `sg-${String(index).padStart(17, '0')}`,
          vpc_id: 'vpc-0b1c2d3e4f5a60718',
        },
      ]),
    ),
    environments: Object.fromEntries(
      indexes.map((index) => [
        name(index),
        {
          buckets: [
            index % 2 === 0
              ? { bucket: `example-company-${name(index)}-files` }
              : { bucket: `example-company-${name(index)}-shared`, prefix: `prefix-of-${name(index)}-` },
          ],
          database: { server: `server-${index}`, name: 'app' },
          constants: {
            archive: {
              name: 'archive',
              format: 'mda' as const,
              bucket: 'example-company-deployments',
              prefix: `archives/of/${name(index)}/`,
            },
            overrides: ['m2ee.yaml', 'more.yaml'].map((file) => ({
              name: file.slice(0, 4),
              format: 'm2ee_yaml' as const,
              bucket: 'example-company-deployments',
              key: `config/of/${name(index)}/${file}`,
            })),
          },
        },
      ]),
    ),
    callers: {
      clients: Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [
          `caller-with-thirty-two-letters${String(index).padStart(2, '0')}`,
          { scopes: ALL_SCOPES, environments: ['*'] },
        ]),
      ),
    },
  };
}

/** Longest values that tokens take: 128 letters of a name, an ARN around it. */
function deployed(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (part === null || typeof part !== 'object') return part;
    if ('Fn::GetAtt' in part) return `arn:aws:iam::444455556666:role/${'x'.repeat(64)}`;
    if ('Ref' in part) return 'x'.repeat(63);
    if ('Fn::Join' in part) {
      return part['Fn::Join'][1].map((each: unknown) => (typeof each === 'string' ? each : deployed(each))).join('');
    }
    return part;
  });
}

describe('100 environments, each with its own database and buckets, and 50 callers', () => {
  const template = templateOf(hundred());

  test('stay within 500 resources a stack', () => {
    expect(Object.keys(template.resources).length).toBeLessThanOrEqual(500);
    // All are there: one rule in each database's group.
    expect(template.ofType('AWS::EC2::SecurityGroupIngress').length).toBeGreaterThanOrEqual(SERVERS);
  });

  test('stay within 1 MB of template', () => {
    expect(template.text.length).toBeLessThanOrEqual(1_000_000);
  });

  test('stay within 4 kB of variables a function', () => {
    for (const [, { Properties }] of template.ofType('AWS::Lambda::Function')) {
      // A client id has 26 characters.
      const variables = deployed(Properties['Environment']?.Variables ?? {}).replaceAll('x'.repeat(63), 'x'.repeat(26));
      expect(variables.length).toBeLessThanOrEqual(4096);
    }
  });

  test('stay within 10,240 characters of inline policies a role', () => {
    for (const [, { Properties }] of template.ofType('AWS::IAM::Role')) {
      const documents = (Properties['Policies'] ?? []).map(
        (policy: { PolicyDocument: unknown }) => policy.PolicyDocument,
      );
      expect(documents.map(deployed).join('').length).toBeLessThanOrEqual(10_240);
    }
  });

  test('stay within 6,144 characters a managed policy, and 10 managed policies a role', () => {
    const policies = template.ofType('AWS::IAM::ManagedPolicy');
    for (const [, { Properties }] of policies) {
      expect(deployed(Properties['PolicyDocument']).length).toBeLessThanOrEqual(6144);
    }
    // More than one for a source: what is tested here is not small.
    expect(policies.length).toBeGreaterThan(6);
    for (const [, { Properties }] of template.ofType('AWS::IAM::Role')) {
      expect((Properties['ManagedPolicyArns'] ?? []).length).toBeLessThanOrEqual(10);
    }
  });

  test('lose no grant by being divided', () => {
    const allowed = (route: string, action: string) =>
      template
        .statementsOf(template.roleOf(route))
        .filter(({ Effect, Action }) => Effect === 'Allow' && list(Action).includes(action))
        .flatMap(({ Resource }) => list(Resource));
    expect(new Set(allowed('users', 'rds-db:connect')).size).toBe(SERVERS);
    expect(new Set(allowed('bucket_size', 's3:ListBucket')).size).toBe(SERVERS);
    expect(new Set(allowed('micro_flow_constants', 's3:ListBucket')).size).toBe(1);
    // An archive's prefix and two overrides each, and the two key objects.
    expect(new Set(allowed('micro_flow_constants', 's3:GetObject')).size).toBe(3 * SERVERS + 2);
  });

  test('fill their policies to the brim: only the last one of a need has room left', () => {
    const byNeed = Map.groupBy(template.ofType('AWS::IAM::ManagedPolicy'), ([, { Properties }]) =>
      String(Properties['Description']),
    );
    expect(byNeed.get('MRT: constants')?.length).toBeGreaterThan(3);
    for (const policies of byNeed.values()) {
      for (const [, { Properties }] of policies.slice(0, -1)) {
        expect(deployed(Properties['PolicyDocument']).length).toBeGreaterThan(5900);
      }
    }
  });

  test("stay within 20,480 characters of an endpoint's policy", () => {
    const endpoints = template.ofType('AWS::EC2::VPCEndpoint');
    expect(endpoints).toHaveLength(2);
    for (const [, { Properties }] of endpoints) {
      expect(deployed(Properties['PolicyDocument']).length).toBeLessThanOrEqual(20_480);
    }
  });

  test('stay within 50 audiences of an authorizer and 10 scopes of a route', () => {
    const [, authorizer] = template.only('AWS::ApiGatewayV2::Authorizer');
    expect(authorizer.Properties['JwtConfiguration'].Audience).toHaveLength(50);
    for (const [, { Properties }] of template.ofType('AWS::ApiGatewayV2::Route')) {
      expect((Properties['AuthorizationScopes'] ?? []).length).toBeLessThanOrEqual(10);
    }
  });

  test('stay within 60 rules a security group and 5 groups a function', () => {
    for (const [, { Properties }] of template.ofType('AWS::EC2::SecurityGroup')) {
      expect((Properties['SecurityGroupEgress'] ?? []).length).toBeLessThanOrEqual(60);
    }
    for (const [, { Properties }] of template.ofType('AWS::Lambda::Function')) {
      expect((Properties['VpcConfig']?.SecurityGroupIds ?? []).length).toBeLessThanOrEqual(5);
    }
  });
});

describe('the most that the policies of a role hold', () => {
  /** The first environments of the hundred, each with so many overrides. */
  const withOverrides = (overrides: number) => {
    const config = hundred();
    for (const [environment, { constants }] of Object.entries(config.environments)) {
      const [first] = constants?.overrides ?? [];
      if (!constants || !first) continue;
      constants.overrides = Array.from({ length: overrides }, (_, index) => ({
        ...first,
        name: `override-${index}`,
        key: `config/of/${environment}/override-number-${index}.yaml`,
      }));
    }
    return config;
  };

  const template = templateOf(withOverrides(3));

  test('is reached and not passed: with three overrides each they fit, with four the field is named', () => {
    const policies = template.roleOf('micro_flow_constants').Properties['ManagedPolicyArns'];
    expect(policies.length).toBeGreaterThan(7);
    expect(policies.length).toBeLessThanOrEqual(10);
    for (const [, { Properties }] of template.ofType('AWS::IAM::ManagedPolicy')) {
      expect(deployed(Properties['PolicyDocument']).length).toBeLessThanOrEqual(6144);
    }
    expect(() => templateOf(withOverrides(4))).toThrow('environments: constants, database need 11');
  });
});

describe('one too many', () => {
  test('of callers stops synthesis with the path of the field', () => {
    const config = hundred();
    config.callers.clients['one-more'] = { scopes: ['mrt/users.read'], environments: ['*'] };
    expect(() => templateOf(config)).toThrow('callers.clients: an HTTP API');
  });

  test('of databases stops synthesis with the path of the field', () => {
    const config = hundred();
    for (let index = 100; index < 160; index += 1) {
      const [first] = Object.values(config.databases);
      if (first)
        config.databases[`server-${index}`] = { ...first, security_group: `sg-${String(index).padStart(17, '0')}` };
    }
    expect(() => templateOf(config)).toThrow('databases: 160 pairs');
  });
});
