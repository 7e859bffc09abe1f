import { describe, expect, test } from 'vitest';
import { configFile, list, type Properties, type Resource, routesOf, templateOf } from '../template.ts';

const plain = configFile('example');
const template = templateOf({
  ...plain,
  delivery: { strategy: 'canary_10_percent_15_minutes', provisioned_concurrency: { users: 2 } },
});
const aliases = template.ofType('AWS::Lambda::Alias');

/** The resource that a `Ref` or `Fn::GetAtt` leads to. */
function at(reference: Properties): Resource | undefined {
  return template.resources[reference['Ref'] ?? reference['Fn::GetAtt'][0]];
}

/** Logical ids of all that CloudFormation makes before it: references, attributes and said dependencies. */
function referencesIn(resource: unknown): string[] {
  const references: unknown[] = [];
  JSON.stringify(resource, (key, value) => {
    if (key === 'Ref') references.push(value);
    if (key === 'Fn::GetAtt') references.push(value[0]);
    if (key === 'DependsOn') references.push(...list(value));
    return value;
  });
  return references.filter((id): id is string => typeof id === 'string' && id in template.resources);
}

describe('with delivery', () => {
  test('each route has an alias of a version of its function, and the gateway may call these and the open documents only', () => {
    expect(aliases).toHaveLength(routesOf(template).length);
    for (const [, { Properties }] of aliases) {
      expect(at(Properties['FunctionVersion'])?.Properties['FunctionName']).toEqual(Properties['FunctionName']);
    }
    const called = template
      .ofType('AWS::ApiGatewayV2::Integration')
      .map(([, { Properties }]) => at(Properties['IntegrationUri']));
    const functions = called.filter((resource) => resource?.Type === 'AWS::Lambda::Function');
    expect(functions.map((resource) => resource?.Properties['Description'])).toEqual([
      'MRT API, stage prod: documents',
    ]);
    expect(called.filter((resource) => resource?.Type === 'AWS::Lambda::Alias')).toHaveLength(
      routesOf(template).length,
    );
    const permitted = template
      .ofType('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com')
      .map(([, { Properties }]) => at(Properties['FunctionName']));
    expect(new Set(permitted)).toEqual(new Set(called));
  });

  test('each alias moves by CodeDeploy, in the configured steps, and back on the alarms of its own route', () => {
    for (const { name } of routesOf(template)) {
      const [lambda] = template.functionOf(name);
      const alias = aliases.find(([, { Properties }]) => Properties['FunctionName'].Ref === lambda)?.[1] as Resource & {
        UpdatePolicy: { CodeDeployLambdaAliasUpdate: Properties };
      };
      const group = at(alias.UpdatePolicy.CodeDeployLambdaAliasUpdate['DeploymentGroupName'])?.Properties;
      expect(group).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent15Minutes',
        AlarmConfiguration: { Enabled: true },
        AutoRollbackConfiguration: { Enabled: true },
      });
      expect(group?.['AutoRollbackConfiguration'].Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
      const alarms = group?.['AlarmConfiguration'].Alarms.map(
        ({ Name }: Properties) => at(Name as Properties)?.Properties['AlarmName'],
      );
      expect(alarms).toContain(`mrt-prod: Function errors: ${name}`);
      for (const alarm of alarms) expect(alarm).toMatch(new RegExp(`: ${name}$`));
    }
  });

  test('CodeDeploy may move these aliases and read alarms, and invoke or change nothing', () => {
    const [, role] = template
      .ofType('AWS::IAM::Role')
      .find(([, { Properties }]) => JSON.stringify(Properties).includes('codedeploy.amazonaws.com')) as [
      string,
      Resource,
    ];
    const actions = template.statementsOf(role).flatMap(({ Action }) => list(Action));
    expect(new Set(actions)).toEqual(
      new Set([
        'lambda:GetAlias',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:UpdateAlias',
        'cloudwatch:DescribeAlarms',
      ]),
    );
    const [moving] = template.statementsOf(role).filter(({ Action }) => list(Action).includes('lambda:UpdateAlias'));
    expect(list(moving?.Resource)).toHaveLength(2 * routesOf(template).length);
    expect(list(moving?.Resource)).not.toContain('*');
  });

  test('no resource waits for itself', () => {
    const open = new Set<string>();
    const done = new Set<string>();
    const visit = (logicalId: string): void => {
      if (done.has(logicalId)) return;
      expect(open, `${logicalId} waits for itself`).not.toContain(logicalId);
      open.add(logicalId);
      for (const other of referencesIn(template.resources[logicalId])) visit(other);
      open.delete(logicalId);
      done.add(logicalId);
    };
    for (const logicalId of Object.keys(template.resources)) visit(logicalId);
    expect(done.size).toBeGreaterThan(100);
  });

  test('keeps as many instances ready as the configuration says, of that route only', () => {
    const provisioned = aliases.map(([, { Properties }]) => Properties['ProvisionedConcurrencyConfig']);
    expect(provisioned.filter((each) => each !== undefined)).toEqual([{ ProvisionedConcurrentExecutions: 2 }]);
  });

  test.each([
    [{ nowhere: 1 }, 'delivery.provisioned_concurrency.nowhere: there is no such route'],
    [{ users: 500 }, 'delivery.provisioned_concurrency.users: 500 instances, but limits.database_connections leaves'],
  ])('refuses %j', (provisioned_concurrency, fault) => {
    const delivery = { strategy: 'all_at_once' as const, provisioned_concurrency };
    expect(() => templateOf({ ...plain, delivery })).toThrow(fault);
  });
});
