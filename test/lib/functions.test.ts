import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { VARIABLES } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import { recorderSettings } from '../../lib/functions/settings.ts';
import { configFile, type Properties, routesOf, templateOf } from './template.ts';

const existing = templateOf(configFile('example'));
const fresh = templateOf(configFile('example-new'));
const isPublisher = ({ Description }: Properties) => Description.includes('signing keys');
const isRecorder = ({ Description }: Properties) => Description.includes('records the figures');

describe.each([
  ['example', existing],
  ['example-new', fresh],
])('the functions of %s', (_, template) => {
  const functions = template.ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties);

  test('are one for each route, the open documents, the publisher and the recorder of a stage that records', () => {
    expect(functions).toHaveLength(routesOf(template).length + (template === existing ? 3 : 2));
    expect(functions.filter(isRecorder)).toHaveLength(template === existing ? 1 : 0);
    expect(functions.filter(isPublisher)).toHaveLength(1);
  });

  test('are all in private subnets but the publisher, which alone must reach Cognito', () => {
    for (const properties of functions) {
      const subnets = properties['VpcConfig']?.SubnetIds ?? [];
      expect(subnets).toHaveLength(isPublisher(properties) ? 0 : 2);
    }
  });

  test('run on Node 24 and ARM64, log as JSON, and answer before the gateway gives up at 30 s', () => {
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      });
      expect(properties['MemorySize']).toBeGreaterThan(128);
      if (!isPublisher(properties) && !isRecorder(properties)) expect(properties['Timeout']).toBeLessThan(30);
    }
  });

  test('have only tokens of the deployment in their environment', () => {
    const known: string[] = Object.values(VARIABLES);
    for (const properties of functions) {
      for (const name of Object.keys(properties['Environment']?.Variables ?? {})) expect(known).toContain(name);
    }
    expect(template.functionOf('users')[1].Properties['Environment'].Variables).toMatchObject({
      [VARIABLES.userPoolId]: { Ref: 'UserPool' },
      [VARIABLES.keyBucket]: { Ref: 'KeyBucket' },
    });
  });

  test('keep their logs as long as the configuration says, as everything does that logs', () => {
    const groups = template.ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(functions.length);
    for (const [, group] of groups) {
      expect(group.Properties['RetentionInDays']).toBe(template === existing ? 365 : 30);
    }
  });
});

describe('what a configuration changes in the functions', () => {
  test('tells the functions which client is which caller', () => {
    const clients = existing.functionOf('users')[1].Properties['Environment'].Variables[VARIABLES.clients];
    expect(clients).toEqual({
      'Fn::Join': [
        '',
        [
          '{"',
          { Ref: 'Clientmonitoring' },
          '":"monitoring","',
          { Ref: 'Clientsalesreporting' },
          '":"sales-reporting","',
          { Ref: 'PeopleClient' },
          '":"people"}',
        ],
      ],
    });
  });

  test('reserves so many instances that connections never pass the configured maximum', () => {
    const reserved = routes
      .filter(({ needs }) => needs.includes('database'))
      .map(({ name }) => existing.functionOf(name)[1].Properties['ReservedConcurrentExecutions']);
    const settings = recorderSettings(['database'], parseConfig(configFile('example')), routes);
    // The recorder is one instance, and asks as many databases at once as two connections each of its share are.
    const recorder = (settings.recording?.side_by_side ?? 0) / 2;
    const sum = reserved.reduce((total, instances) => total + instances, recorder);
    // 60 connections, two for each instance.
    expect(sum * 2).toBeLessThanOrEqual(60);
    expect(sum * 2).toBeGreaterThan(60 - 2 * (reserved.length + 1));
  });

  // 50 requests a second of 25 s each are 1,250 at once, where an account has 1,000 (Lambda quotas).
  test('reserves ten instances for listings of buckets, unless the configuration says another number', () => {
    const reserved = (template: typeof existing) =>
      template.functionOf('bucket_size')[1].Properties['ReservedConcurrentExecutions'];
    expect(reserved(existing)).toBe(10);
    expect(reserved(templateOf({ ...configFile('example'), limits: { listings: 25 } }))).toBe(25);
    expect(existing.functionOf('environments')[1].Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  test('ends a stack whose publisher does not answer within minutes and not after an hour', () => {
    const [, { Properties }] = existing.only('Custom::MrtKeys');
    const publisher = existing.resources[Properties['ServiceToken']['Fn::GetAtt'][0]];
    // Two tries of it, and the minute that Lambda waits in between.
    expect(Number(Properties['ServiceTimeout'])).toBeGreaterThan(2 * publisher?.Properties['Timeout'] + 60);
    expect(Number(Properties['ServiceTimeout'])).toBeLessThanOrEqual(600);
  });

  test('reserves none with "off", as an account without spare concurrency needs it', () => {
    expect(fresh.text).not.toContain('ReservedConcurrentExecutions');
  });

  test('refuses a maximum that leaves a function without any connection', () => {
    const config = configFile('example');
    config.limits = { database_connections: 3, database_connections_per_instance: 2 };
    expect(() => templateOf(config)).toThrow('limits.database_connections');
  });

  test('puts the permissions boundary on every role, where one is given', () => {
    const boundaries = (template: typeof existing) =>
      template.ofType('AWS::IAM::Role').map(([, { Properties }]) => Properties['PermissionsBoundary']);
    expect(new Set(boundaries(existing))).toEqual(
      new Set(['arn:aws:iam::111122223333:policy/platform/workload-boundary']),
    );
    expect(new Set(boundaries(fresh))).toEqual(new Set([undefined]));
  });

  test('encrypts every log group with the given key', () => {
    for (const [, group] of existing.ofType('AWS::Logs::LogGroup')) {
      expect(group.Properties['KmsKeyId']).toBe(
        'arn:aws:kms:eu-west-1:111122223333:key/9f8e7d6c-5b4a-4392-8172-635445362718',
      );
    }
  });
});
