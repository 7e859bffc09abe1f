/** The network is cut at each stage of an exchange: for two seconds, and for good. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../../lambdas/context.ts';
import { MAX_PART_BYTES } from '../../../lambdas/relay/events.ts';
import { AgentUnreachableError } from '../../../lambdas/upstream-errors.ts';
import { AGENT, Network } from './network.ts';

const QUESTION = { token: 'a.b.c', question: { route: 'users' } };
/** Four parts. */
const ANSWER = randomBytes(MAX_PART_BYTES * 3 + 17);
const BUDGET_MS = 25_000;
/** The agent keeps an answer that nobody fetched for 30 s. */
const FORGOTTEN_MS = 40_000;

/** The message with which the cut begins, as an exchange of four parts over a sound network counts them. */
const STAGES: [string, number][] = [
  ['the request is sent', 0],
  ['the request is received', 1],
  ['the first part is sent', 2],
  ['a part in the middle is sent', 4],
  ['the last part is sent', 5],
  ['the acknowledgement is sent', 6],
];
const DONE = 6;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What comes of an exchange whose network loses everything from message `stage` on, for so many milliseconds. */
async function exchange(stage: number, cutMs: number) {
  let cutAt = Number.POSITIVE_INFINITY;
  const serve = vi.fn(async () => ANSWER);
  const network = new Network((message) => {
    if (message === stage) cutAt = Date.now();
    return Date.now() >= cutAt && Date.now() < cutAt + cutMs ? [] : [5];
  }, serve);
  let outcome: Buffer | Error | null = null;
  network.asker.ask(AGENT, QUESTION, new Deadline(Date.now() + BUDGET_MS)).then(
    (answer) => {
      outcome = answer;
    },
    (error: Error) => {
      outcome = error;
    },
  );
  for (let waited = 0; outcome === null && waited < BUDGET_MS; waited += 50) await vi.advanceTimersByTimeAsync(50);
  await vi.advanceTimersByTimeAsync(FORGOTTEN_MS);
  return { outcome: outcome as Buffer | Error | null, network, served: serve.mock.calls.length };
}

describe('a network that is cut for two seconds', () => {
  test.each(STAGES)('when %s: the whole answer comes, served once, and both sides forget it', async (_, stage) => {
    const { outcome, network, served } = await exchange(stage, 2000);
    expect(outcome).toEqual(ANSWER);
    expect(served).toBe(1);
    expect([network.asker.size, network.answerer?.size]).toEqual([0, 0]);
  });
});

describe('a network that is cut for good', () => {
  test.each(STAGES.filter(([, stage]) => stage < DONE))(
    'when %s: the agent is unreachable, never half an answer, and both sides forget it',
    async (_, stage) => {
      const { outcome, network } = await exchange(stage, Number.POSITIVE_INFINITY);
      expect(outcome).toBeInstanceOf(AgentUnreachableError);
      expect([network.asker.size, network.answerer?.size]).toEqual([0, 0]);
    },
  );

  test('when the acknowledgement is sent: the answer is whole, and the agent forgets it by itself', async () => {
    const { outcome, network } = await exchange(DONE, Number.POSITIVE_INFINITY);
    expect(outcome).toEqual(ANSWER);
    expect(network.answerer?.size).toBe(0);
  });
});
