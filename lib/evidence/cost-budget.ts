/** A budget for the stage, by its tag. */
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';

/**
 * Told by mail, at 80 % spent and at 100 % forecast. It counts what is tagged `mrt:stage`, once somebody has made that tag
 * a cost allocation tag (Billing guide, "Activating user-defined cost allocation tags"); until then it counts nothing.
 */
export function costBudget(
  scope: Construct,
  { stage }: Config,
  budget: { usd_a_month: number; emails: string[] },
): void {
  const subscribers = budget.emails.map((address) => ({ subscriptionType: 'EMAIL', address }));
  const notice = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers,
  });
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetName: `mrt-${stage}`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: budget.usd_a_month, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:mrt:stage$${stage}`] },
    },
    notificationsWithSubscribers: [notice('ACTUAL', 80), notice('FORECASTED', 100)],
  });
}
