import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heartbeatTopic, requestTopic } from '../../../lambdas/relay/topics.ts';
import { agentPresence } from '../../../local/accounts/agent-presence.ts';

type Listener = (topic: string, payload: Buffer) => void;

/** What the broker lets through, and who listens. */
const listeners = new Set<Listener>();
const broker = {
  onMessage(listener: Listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const pass = (topic: string) => {
  for (const listener of listeners) listener(topic, Buffer.alloc(0));
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  listeners.clear();
});

test('an agent is there from its first heartbeat on, and nobody listens any longer', async () => {
  const presence = agentPresence(broker, 'depot', 1000);
  pass(heartbeatTopic('depot'));
  await expect(presence).resolves.toBe(true);
  expect(listeners.size).toBe(0);
});

test('the heartbeat of another agent, and a request to this one, are no sign of it', async () => {
  const presence = agentPresence(broker, 'depot', 1000);
  pass(heartbeatTopic('shop'));
  pass(requestTopic('depot'));
  await vi.advanceTimersByTimeAsync(1000);
  await expect(presence).resolves.toBe(false);
  expect(listeners.size).toBe(0);
});
