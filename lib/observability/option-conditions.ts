/** What a stage is watched for because of an option: nothing where it is off. */
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Config } from '../../config/schema.ts';
import type { Condition } from './condition.ts';
import { canaryFailed, heartbeats, recordMetric } from './metrics.ts';

/** Above every value: such an alarm goes off for want of data alone. */
const NEVER = 1_000_000_000;

/** Whether the API answers as a client wants it to. */
export function canaryConditions({ stage, canary }: Config): Condition[] {
  const conditions: Condition[] = [];
  if (canary === undefined) return conditions;
  conditions.push({
    heading: 'Canary fails',
    what: 'The API did not answer the canary as it must, or nothing is heard of it.',
    metric: canaryFailed(stage, canary.every_minutes),
    above: 0,
    periods: 3,
    silence: TreatMissingData.BREACHING,
  });
  return conditions;
}

/** What the recorder says of itself. A run that fails says nothing, and is as a run that never began. */
export function recordConditions({ stage, recording }: Config): Condition[] {
  const conditions: Condition[] = [];
  if (recording === 'off') return conditions;
  const { every_minutes } = recording;
  conditions.push({
    heading: 'Record is old',
    what: `No run of the recorder has ended for ${2 * every_minutes} minutes: the fleet and /metrics show older figures.`,
    metric: recordMetric(stage, 'age', every_minutes),
    above: 3 * every_minutes * 60,
    periods: 2,
    silence: TreatMissingData.BREACHING,
  });
  conditions.push({
    heading: 'Record is not whole',
    what: 'Runs of the recorder end before all environments had their turn.',
    metric: recordMetric(stage, 'unrecorded', every_minutes),
    above: 0,
    periods: 3,
  });
  return conditions;
}

/** Each heartbeat is one, so the metric is never above: what counts is that there is a point at all. */
export function agentConditions({ stage, agents }: Config): Condition[] {
  const conditions: Condition[] = [];
  for (const agent of Object.keys(agents?.names ?? {})) {
    conditions.push({
      heading: 'Agent is away',
      part: agent,
      what: 'For a quarter of an hour nothing was heard of the agent; its environments answer agent-unreachable.',
      metric: heartbeats(stage, agent),
      above: NEVER,
      periods: 3,
      silence: TreatMissingData.BREACHING,
    });
  }
  return conditions;
}
