import { expect, test } from 'vitest';
import { routes } from '../../../lambdas/routes.ts';
import { faults } from '../../config/faults.ts';
import { configFile, list, templateOf } from '../template.ts';

const plain = configFile('example-new');
const BUS = 'arn:aws:events:eu-west-1:999988887777:event-bus/security';
const toBus = templateOf({ ...plain, audit_forwarding: { to: BUS } });
const toHub = templateOf({ ...plain, audit_forwarding: { to: 'security_hub' } });
const guarded = routes.filter(({ scopes, record }) => scopes !== null && record?.needed !== true);

const roleOf = (template: typeof toBus) => {
  const [, role] =
    template.ofType('AWS::IAM::Role').find(([, { Properties }]) => /audit lines/.test(Properties['Description'])) ?? [];
  return role === undefined ? [] : template.statementsOf(role);
};

test('the audit lines of every function with a caller are subscribed to, and no other lines', () => {
  const filters = toBus.ofType('AWS::Logs::SubscriptionFilter').map(([, { Properties }]) => Properties);
  expect(filters.length).toBeGreaterThanOrEqual(guarded.filter(({ name }) => !name.startsWith('airflow')).length);
  for (const filter of filters) expect(filter['FilterPattern']).toBe('{ $.event = "mrt.audit" }');
});

test('CloudWatch Logs may call the function for log groups of this stack alone', () => {
  const permissions = toBus
    .ofType('AWS::Lambda::Permission')
    .filter(([, { Properties }]) => Properties['Principal'] === 'logs.amazonaws.com');
  expect(permissions.map(([, { Properties }]) => [Properties['SourceArn'], Properties['SourceAccount']])).toEqual([
    [`arn:aws:logs:${plain.region}:${plain.account}:log-group:mrt-${plain.stage}-*`, plain.account],
  ]);
});

test.each([
  ['an event bus', toBus, 'events:PutEvents', BUS],
  ['Security Hub', toHub, 'securityhub:BatchImportFindings', expect.stringMatching(/:product\/\d{12}\/default$/)],
])('to %s, its role may hand lines on there and write its log', (_, template, action, resource) => {
  const statements = roleOf(template);
  expect(new Set(statements.flatMap(({ Action }) => list(Action)))).toEqual(
    new Set(['logs:CreateLogStream', 'logs:PutLogEvents', action]),
  );
  expect(statements.find(({ Action }) => list(Action).includes(action))?.Resource).toEqual(resource);
});

test('it runs outside the VPC', () => {
  const [, lambda] =
    toBus.ofType('AWS::Lambda::Function').find(([, { Properties }]) => /audit lines/.test(Properties['Description'])) ??
    [];
  expect(lambda?.Properties['VpcConfig']).toBeUndefined();
});

test.each(['cloudtrail', 'arn:aws:sns:eu-west-1:111122223333:topic', ''])(
  'a configuration with %j as target is refused',
  (to) => {
    expect(faults((config) => Object.assign(config, { audit_forwarding: { to } }))).toEqual([
      expect.stringContaining('audit_forwarding.to: must be "security_hub" or the ARN of an event bus'),
    ]);
  },
);
