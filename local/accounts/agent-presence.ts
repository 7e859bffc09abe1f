/** Whether an agent is there, by what it says itself. */
import type { IotBroker } from '@mrt/local-aws/iot/broker.ts';
import { heartbeatTopic } from '../../lambdas/relay/topics.ts';

/** A process starts, reads its certificate and connects in a second or two; a busy machine takes longer. */
const MAX_WAIT_MS = 30_000;

/**
 * Begins to listen at once, so it comes before the agent is started. An agent sends its first heartbeat when it hears
 * requests already.
 *
 * @returns resolves with true when the agent has said that it is here, and with false when it has not within the wait
 */
export function agentPresence(
  broker: Pick<IotBroker, 'onMessage'>,
  agent: string,
  maxWaitMs = MAX_WAIT_MS,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isHere: boolean) => {
      clearTimeout(timer);
      stopListening();
      resolve(isHere);
    };
    const timer = setTimeout(() => settle(false), maxWaitMs);
    // Nobody waits for it in a run that ends.
    timer.unref();
    const stopListening = broker.onMessage((topic) => {
      if (topic === heartbeatTopic(agent)) settle(true);
    });
  });
}
