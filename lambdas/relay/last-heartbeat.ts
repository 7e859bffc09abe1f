/** What an agent last said of itself: its heartbeat stays at the broker (retained), and is read over HTTPS. */

import type { Context } from '../context.ts';
import { UpstreamFailedError } from '../upstream-errors.ts';
import { retainedMessage } from '../upstreams/iot/retained-message.ts';
import { type Heartbeat, parseHeartbeat } from './events.ts';
import { heartbeatTopic } from './topics.ts';

/**
 * @param iotEndpoint host of the account's data endpoint
 * @returns `null`: it was never heard
 * @throws UpstreamFailedError, UpstreamTimeoutError
 */
export async function lastHeartbeat(
  agent: string,
  iotEndpoint: string,
  region: string,
  context: Context,
): Promise<(Heartbeat['data'] & { time: string }) | null> {
  const payload = await retainedMessage(heartbeatTopic(agent), iotEndpoint, region, context);
  if (payload === null) return null;
  const heartbeat = parseHeartbeat(payload);
  if (heartbeat === null) throw new UpstreamFailedError(agent, 'invalid-answer');
  return { ...heartbeat.data, time: heartbeat.time };
}
