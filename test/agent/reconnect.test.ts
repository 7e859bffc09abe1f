import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Agent } from '../../agent/agent.ts';
import { type Account, startAccount } from './account.ts';

const AGENTS = Array.from({ length: 100 }, (_, index) => `agent-${index}`);
/** The first wait is 0.5 to 1.5 s; the rest is a hundred TLS handshakes on a busy machine. */
const MAX_RETURN_MS = 60_000;

let account: Account;
let agents: Agent[];

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  account = await startAccount(AGENTS);
  agents = AGENTS.map(
    (name) =>
      new Agent({
        name,
        version: '1.0.0',
        environments: [`${name}-prod`],
        brokerUrl: account.brokerUrl,
        brokerCa: account.ca,
        credential: async () => account.credential(name),
        serve: async () => Buffer.alloc(0),
      }),
  );
  for (const agent of agents) agent.run().catch(() => undefined);
  await Promise.all(agents.map((agent) => agent.connected()));
}, 120_000);

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await account.broker.stop();
  vi.restoreAllMocks();
});

test('a hundred agents that lose the broker at once are all back within seconds, none in another’s place, not all in one instant', async () => {
  /** Milliseconds from the cut to the first heartbeat after it, by its topic. */
  const back = new Map<string, number>();
  const cutAt = performance.now();
  account.broker.onMessage((topic, payload) => {
    if (payload.includes('"here"') && !back.has(topic)) back.set(topic, performance.now() - cutAt);
  });
  account.broker.cut();
  await expect.poll(() => back.size, { timeout: MAX_RETURN_MS }).toBe(AGENTS.length);
  // The waits differ: the broker is not asked for a hundred handshakes in the same tenth of a second.
  expect(Math.max(...back.values()) - Math.min(...back.values())).toBeGreaterThan(100);
  expect(new Set(account.broker.clients)).toEqual(new Set(AGENTS.map((name) => `mrt-agent-${name}`)));
  expect(account.log.filter((line) => line.includes('not allowed'))).toEqual([]);
}, 90_000);
