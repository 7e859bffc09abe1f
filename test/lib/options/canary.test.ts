import { describe, expect, test } from 'vitest';
import { CANARY_METRIC } from '../../../lambdas/contract.ts';
import { faults } from '../../config/faults.ts';
import { configFile, list, routesOf, templateOf } from '../template.ts';

const plain = configFile('example');
const template = templateOf({
  ...plain,
  canary: { client: 'monitoring', paths: ['/environments', '/table_size?environment=shop-prod&limit=1'] },
});
const [, canary] =
  template
    .ofType('AWS::Lambda::Function')
    .find(([, { Properties }]) => Properties['Description'].endsWith('the canary')) ?? [];

describe('with a canary', () => {
  test('a function outside the VPC runs every five minutes, and may be called by its schedule alone', () => {
    expect(canary?.Properties['VpcConfig']).toBeUndefined();
    const rules = template
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => Properties['ScheduleExpression'] === 'rate(5 minutes)');
    expect(rules).toHaveLength(1);
    const [rule, schedule] = rules[0] ?? [];
    const called = schedule?.Properties['Targets'][0].Arn['Fn::GetAtt'][0];
    expect(template.resources[called]).toBe(canary);
    const permissions = template
      .ofType('AWS::Lambda::Permission')
      .filter(([, permission]) => permission.Properties['FunctionName']['Fn::GetAtt'][0] === called);
    expect(permissions.map(([, permission]) => permission.Properties)).toEqual([
      expect.objectContaining({
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
      }),
    ]);
  });

  test('its role reads one secret and writes its log, and its variables hold no secret', () => {
    const role = template.resources[canary?.Properties['Role']['Fn::GetAtt'][0]];
    const statements = role ? template.statementsOf(role) : [];
    expect(new Set(statements.flatMap(({ Action }) => list(Action)))).toEqual(
      new Set(['logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue']),
    );
    const [secret, { Properties }] = template.only('AWS::SecretsManager::Secret');
    expect(statements.find(({ Action }) => list(Action).includes('secretsmanager:GetSecretValue'))?.Resource).toEqual({
      Ref: secret,
    });
    expect(Properties['SecretString']).toEqual({ 'Fn::GetAtt': ['Clientmonitoring', 'ClientSecret'] });
    expect(JSON.stringify(canary?.Properties['Environment'])).not.toContain('ClientSecret"]');
  });

  test('an alarm goes off when it fails or is silent three times', () => {
    const [, alarm] =
      template
        .ofType('AWS::CloudWatch::Alarm')
        .find(([, { Properties }]) => Properties['AlarmName'] === 'mrt-prod: Canary fails') ?? [];
    expect(alarm?.Properties).toMatchObject({
      MetricName: CANARY_METRIC,
      Namespace: 'MRT',
      Dimensions: [{ Name: 'stage', Value: 'prod' }],
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      AlarmActions: [expect.anything()],
    });
  });

  test('asks by the address that clients have', () => {
    expect(canary?.Properties['Environment'].Variables.MRT_API).toBe('https://maas-api.apps.example.com');
  });
});

describe('a canary is refused', () => {
  test('that asks as a client that is not there', () => {
    expect(faults((config) => Object.assign(config, { canary: { client: 'nobody' } }))).toEqual([
      'canary.client: callers.clients has no nobody',
    ]);
  });

  test('that asks for a path of no route, or for another address', () => {
    expect(() => templateOf({ ...plain, canary: { client: 'monitoring', paths: ['/table_sizes'] } })).toThrow(
      'canary.paths.0: there is no route /table_sizes',
    );
    expect(
      faults((config) => Object.assign(config, { canary: { client: 'monitoring', paths: ['https://example.com/'] } })),
    ).toEqual([expect.stringContaining('canary.paths.0: must be a path')]);
  });
});

test('without a canary there is no trace of one', () => {
  const without = templateOf(plain);
  expect(without.text).not.toMatch(/canary|SecretsManager/i);
  // The routes', the publisher, the documents and the recorder.
  expect(without.ofType('AWS::Lambda::Function')).toHaveLength(routesOf(without).length + 3);
});
