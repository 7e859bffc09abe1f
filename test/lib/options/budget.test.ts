import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { configFile, type Properties, templateOf } from '../template.ts';

const plain = configFile('example-new');
const template = templateOf({ ...plain, budget: { usd_a_month: 120, emails: ['costs@example.com'] } });

test('a budget counts the tag that everything of the stage has, and tells by mail before and when it is spent', () => {
  const [, { Properties }] = template.only('AWS::Budgets::Budget');
  expect(Properties['Budget']).toMatchObject({
    BudgetLimit: { Amount: 120, Unit: 'USD' },
    CostFilters: { TagKeyValue: ['user:mrt:stage$dev'] },
  });
  const [, bucket] = template.ofType('AWS::S3::Bucket')[0] ?? expect.unreachable();
  expect(bucket.Properties['Tags']).toContainEqual({ Key: 'mrt:stage', Value: 'dev' });
  const notices = Properties['NotificationsWithSubscribers'] as Properties[];
  expect(notices.map(({ Notification }) => [Notification['NotificationType'], Notification['Threshold']])).toEqual([
    ['ACTUAL', 80],
    ['FORECASTED', 100],
  ]);
  for (const { Subscribers } of notices) {
    expect(Subscribers).toEqual([{ Address: 'costs@example.com', SubscriptionType: 'EMAIL' }]);
  }
});

test('a budget of nothing, or for nobody, is refused', () => {
  expect(() => parseConfig({ ...plain, budget: { usd_a_month: 0, emails: ['a@example.com'] } })).toThrow(
    'budget.usd_a_month: must be 1 at least',
  );
  expect(() => parseConfig({ ...plain, budget: { usd_a_month: 9, emails: [] } })).toThrow(
    'budget.emails: must have 1 entry at least',
  );
});
