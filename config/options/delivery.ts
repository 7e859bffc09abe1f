/** How a new version of a function takes over from the one before. Left out: at once, without versions. */
import * as z from 'zod';

/** Configurations that CodeDeploy itself has for Lambda (CodeDeploy guide, "Deployment configurations on Lambda"). */
export const STRATEGIES = {
  all_at_once: 'AllAtOnce',
  canary_10_percent_5_minutes: 'Canary10Percent5Minutes',
  canary_10_percent_10_minutes: 'Canary10Percent10Minutes',
  canary_10_percent_15_minutes: 'Canary10Percent15Minutes',
  canary_10_percent_30_minutes: 'Canary10Percent30Minutes',
  linear_10_percent_every_1_minute: 'Linear10PercentEvery1Minute',
  linear_10_percent_every_2_minutes: 'Linear10PercentEvery2Minutes',
  linear_10_percent_every_3_minutes: 'Linear10PercentEvery3Minutes',
  linear_10_percent_every_10_minutes: 'Linear10PercentEvery10Minutes',
} as const;

type Strategy = keyof typeof STRATEGIES;

export const delivery = z
  .strictObject({
    strategy: z
      .enum(Object.keys(STRATEGIES) as [Strategy, ...Strategy[]])
      .describe('How requests move to the new version; an alarm of the route moves them back.'),
    provisioned_concurrency: z
      .record(z.string(), z.int().min(1).max(1000))
      .optional()
      .describe('Instances that are kept ready, by route: users … Paid by the hour, used or not.'),
  })
  .describe('Left out: functions are replaced at once, without versions.');
