/** One request and one answer over a network that loses, doubles, delays and reorders. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_PART_BYTES } from '../../../lambdas/relay/events.ts';
import { answerTopic } from '../../../lambdas/relay/topics.ts';
import { AgentUnreachableError } from '../../../lambdas/upstream-errors.ts';
import fc from '../../properties.ts';
import { AGENT, LARGE, Network, outcome, prompt, RELAY, SMALL } from './network.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an exchange over a network with faults', () => {
  test('nobody there is told within seconds and not at the deadline', async () => {
    const network = new Network(prompt, async () => SMALL);
    network.killAgent();
    const began = Date.now();
    expect(await outcome(network)).toBeInstanceOf(AgentUnreachableError);
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test('a lost request is sent again, and served once', async () => {
    const serve = vi.fn(async () => SMALL);
    expect(await outcome(new Network((number) => (number === 0 ? [] : [5]), serve))).toEqual(SMALL);
    expect(serve).toHaveBeenCalledOnce();
  });

  test('a lost part is asked for alone', async () => {
    // 0 request, 1 accepted, 2 to 5 the parts.
    const network = new Network(
      (number) => (number === 3 ? [] : [5]),
      async () => LARGE,
    );
    expect(await outcome(network)).toEqual(LARGE);
    const answers = network.sent.filter((topic) => topic === answerTopic(AGENT, RELAY));
    expect(answers).toHaveLength(1 + 4 + 1);
  });

  test('an agent that is started anew in mid-answer is asked again', async () => {
    const answers = [LARGE, randomBytes(LARGE.length)];
    const network = new Network(
      (number) => (number === 5 ? [] : [5]),
      async () => answers.shift() ?? SMALL,
    );
    const second = answers[1];
    setTimeout(() => {
      network.killAgent();
      network.startAgent();
    }, 1000);
    expect(await outcome(network)).toEqual(second);
  });

  test('an agent that dies in mid-answer is unreachable, and never half an answer', async () => {
    const network = new Network(
      (number) => (number === 5 ? [] : [5]),
      async () => LARGE,
    );
    setTimeout(() => network.killAgent(), 1000);
    expect(await outcome(network)).toBeInstanceOf(AgentUnreachableError);
  });

  test('one answer or one error comes of any loss, repetition, delay and order', async () => {
    const fate = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 400 }).map((delay) => [delay]) },
      { weight: 1, arbitrary: fc.constant<number[]>([]) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 2, maxLength: 3 }) },
    );
    const run = fc.asyncProperty(
      fc.array(fate, { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 0, max: 5 * MAX_PART_BYTES }),
      fc.option(fc.integer({ min: 0, max: 4000 })),
      async (fates, length, restartAt) => {
        const answer = Buffer.alloc(length, 7);
        const network = new Network(
          (number) => fates[number] ?? [5],
          async () => answer,
        );
        if (restartAt !== null) {
          setTimeout(() => {
            network.killAgent();
            network.startAgent();
          }, restartAt);
        }
        const result = await outcome(network);
        if (result instanceof Error) {
          expect(['AgentUnreachableError', 'UpstreamTimeoutError']).toContain(result.name);
        } else {
          expect(result.equals(answer)).toBe(true);
        }
        await vi.advanceTimersByTimeAsync(40_000);
        expect(network.asker.size).toBe(0);
        expect(network.answerer?.size).toBe(0);
        vi.clearAllTimers();
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });

  test('whichever three messages are lost, there is an answer', async () => {
    const lost = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 3 });
    const run = fc.asyncProperty(lost, async (numbers) => {
      const network = new Network(
        (number) => (numbers.includes(number) ? [] : [5]),
        async () => LARGE,
      );
      const answer = await outcome(network);
      expect(answer instanceof Error ? answer : answer.equals(LARGE)).toBe(true);
      vi.clearAllTimers();
    });
    await fc.assert(run, { numRuns: 40 });
  });
});
