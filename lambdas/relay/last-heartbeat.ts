/** What an agent last said of itself: its heartbeat stays at the broker (retained), and is read over HTTPS. */

import type { Context } from '../context.ts';
import { UpstreamFailedError } from '../upstream-errors.ts';
import { retainedMessage } from '../upstreams/iot/retained-message.ts';
import { utc } from '../utc.ts';
import { type Heartbeat, parseHeartbeat } from './events.ts';
import { heartbeatTopic } from './topics.ts';

/**
 * Its time is the broker's, who stored it then: an agent whose clock is off is no older or younger for it. Of the last will,
 * which was written as the connection began, it is when the broker found that the agent was gone.
 *
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
  const message = await retainedMessage(heartbeatTopic(agent), iotEndpoint, region, context);
  if (message === null) return null;
  const heartbeat = parseHeartbeat(message.payload);
  if (heartbeat === null) throw new UpstreamFailedError(agent, 'invalid-answer');
  return { ...heartbeat.data, time: utc(message.stored) };
}
