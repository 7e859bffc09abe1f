/** Runs the stack's own functions as the cloud would: once as custom resources while it starts, then on their schedule. */
import { randomUUID } from 'node:crypto';
import { createCustomResource } from '../lambda/custom-resource.ts';
import type { RunningFunction } from '../lambda/running-function.ts';
import { mayInvoke } from './deployed-policies.ts';
import type { DeployedSchedule, Deployment } from './deployment.ts';

/** By the function's ARN. */
type Functions = ReadonlyMap<string, RunningFunction>;

/** @throws Error naming the resource and why it failed: the stack would not come up */
export async function createCustomResources(deployment: Deployment, functions: Functions): Promise<void> {
  const { account, region, stackName } = deployment.place;
  const stackId = `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`;
  for (const resource of deployment.customResources) {
    const running = functions.get(resource.functionArn);
    // The CDK's own helpers are inline code that only a deployment needs.
    if (running === undefined) continue;
    try {
      await createCustomResource(resource, running, stackId);
    } catch (cause) {
      throw new Error(
        `${resource.logicalId} (${resource.type}) failed: ${cause instanceof Error ? cause.message : cause}`,
      );
    }
  }
}

/**
 * One run of every function on a schedule, or of those that are meant.
 *
 * @param isMeant by the name of the function's log
 * @throws Error when one fails
 */
export async function runSchedules(
  deployment: Deployment,
  functions: Functions,
  isMeant: (logName: string) => boolean = () => true,
): Promise<void> {
  for (const schedule of deployment.schedules) {
    const running = functions.get(schedule.functionArn);
    if (running !== undefined && isMeant(running.deployed.logName)) await runSchedule(schedule, deployment, functions);
  }
}

/** @returns how to end it. A failed run is in the function's log, as in the cloud, and is tried again at its next time. */
export function startSchedules(deployment: Deployment, functions: Functions): () => void {
  const timers = deployment.schedules.map((schedule) =>
    setInterval(() => {
      runSchedule(schedule, deployment, functions).catch(() => undefined);
    }, schedule.everyMilliseconds),
  );
  return () => timers.forEach(clearInterval);
}

async function runSchedule(schedule: DeployedSchedule, deployment: Deployment, functions: Functions): Promise<void> {
  const { functionArn, ruleArn } = schedule;
  const { account, region } = deployment.place;
  const running = functions.get(functionArn);
  if (running === undefined) return;
  if (!mayInvoke(deployment.permissions, functionArn, 'events.amazonaws.com', ruleArn)) {
    throw new Error(`EventBridge may not invoke ${running.deployed.logName}`);
  }
  const event = {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: new Date().toISOString(),
    region,
    resources: [ruleArn],
    detail: {},
  };
  const outcome = await running.invoke(JSON.stringify(event));
  if (outcome.error !== null) throw new Error(outcome.payload.toString('utf8'));
}
