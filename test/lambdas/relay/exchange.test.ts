import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../../lambdas/context.ts';
import { Asker } from '../../../lambdas/relay/asker.ts';
import {
  EVENT_TYPES,
  type EventBody,
  encodeEvent,
  MAX_MESSAGE_BYTES,
  MAX_PART_BYTES,
} from '../../../lambdas/relay/events.ts';
import { digestOf } from '../../../lambdas/relay/parts.ts';
import { answerTopic } from '../../../lambdas/relay/topics.ts';
import {
  AgentUnreachableError,
  type UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from '../../../lambdas/upstream-errors.ts';
import { AGENT, LARGE, Network, outcome, prompt, QUESTION, RELAY, SMALL } from './network.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an exchange over a sound network', () => {
  test('gives the answer, once, and both sides forget it', async () => {
    const serve = vi.fn(async () => SMALL);
    const network = new Network(prompt, serve);
    expect(await outcome(network)).toEqual(SMALL);
    await vi.advanceTimersByTimeAsync(100);
    expect(serve).toHaveBeenCalledOnce();
    expect(network.asker.size).toBe(0);
    expect(network.answerer?.size).toBe(0);
  });

  test.each([
    [MAX_PART_BYTES, 1],
    [MAX_PART_BYTES + 1, 2],
    [MAX_PART_BYTES * 3 + 17, 4],
  ])('carries an answer of %i bytes in %i messages', async (length, parts) => {
    const answer = randomBytes(length);
    const network = new Network(prompt, async () => answer);
    expect(await outcome(network)).toEqual(answer);
    expect(network.sent.filter((topic) => topic === answerTopic(AGENT, RELAY))).toHaveLength(1 + parts);
  });

  test('an empty answer is an answer', async () => {
    expect(await outcome(new Network(prompt, async () => Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  test('a route that takes twenty seconds is waited for, as the agent says that it works', async () => {
    const slow = () => new Promise<Buffer>((resolve) => setTimeout(() => resolve(SMALL), 20_000));
    expect(await outcome(new Network(prompt, slow))).toEqual(SMALL);
  });

  test('one that takes longer than there is time is a timeout, and the agent is told to stop', async () => {
    let stopped = false;
    const network = new Network(prompt, (_, signal) => {
      signal.addEventListener('abort', () => {
        stopped = true;
      });
      return new Promise(() => undefined);
    });
    expect(await outcome(network, 3000)).toBeInstanceOf(UpstreamTimeoutError);
    await vi.advanceTimersByTimeAsync(100);
    expect(stopped).toBe(true);
  });
});

describe('an agent that is not what it should be', () => {
  /** Says whatever a test wants to the first request. */
  function liar(say: (exchange: string, publish: (agent: string, event: EventBody) => void) => void) {
    let isFirst = true;
    const publish = async (_topic: string, payload: Buffer) => {
      if (!isFirst) return;
      isFirst = false;
      const { exchange } = JSON.parse(payload.toString('utf8')) as { exchange: string };
      setTimeout(() => {
        say(exchange, (agent, event) => asker.receive(answerTopic(agent, RELAY), encodeEvent(event, '/agent/x', 'id')));
      }, 5);
    };
    const asker = new Asker({ publish }, { replyTo: RELAY });
    return asker.ask(AGENT, QUESTION, new Deadline(Date.now() + 25_000)).catch((error: Error) => error);
  }

  test('is not believed for another: an answer below a neighbour’s name is dropped', async () => {
    const answer = liar((exchange, publish) => {
      const part = { type: EVENT_TYPES.part, exchange, part: 0, parts: 1, digest: digestOf(SMALL) };
      publish('neighbour', { ...part, data_base64: SMALL.toString('base64') });
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answer).toBeInstanceOf(AgentUnreachableError);
  });

  test('is not heard of another exchange than its own, and then is of its own', async () => {
    const partOf = (answer: Buffer) => ({
      part: 0,
      parts: 1,
      digest: digestOf(answer),
      data_base64: answer.toString('base64'),
    });
    const other = '9b2d6f4e-6a0a-4a2e-8f0e-0d8b4f3a1c11';
    const answer = liar((exchange, publish) => {
      publish(AGENT, { type: EVENT_TYPES.busy, exchange: other });
      publish(AGENT, { type: EVENT_TYPES.part, exchange: other, ...partOf(LARGE.subarray(0, 10)) });
      publish(AGENT, { type: EVENT_TYPES.part, exchange, ...partOf(SMALL) });
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(await answer).toEqual(SMALL);
  });

  test('gets a clear problem for parts that are not what they say', async () => {
    const answer = liar((exchange, publish) => {
      const part = { type: EVENT_TYPES.part, exchange, part: 0, parts: 1, digest: digestOf(LARGE) };
      publish(AGENT, { ...part, data_base64: SMALL.toString('base64') });
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(await answer).toMatchObject({
      name: 'UpstreamFailedError',
      reason: 'invalid-answer',
    } satisfies Partial<UpstreamFailedError>);
  });

  test('is given up when it begins new answers for ever', async () => {
    const answer = liar((exchange, publish) => {
      for (let turn = 0; turn < 10; turn += 1) {
        const part = { type: EVENT_TYPES.part, exchange, part: 0, parts: 2, digest: digestOf(Buffer.from([turn])) };
        publish(AGENT, { ...part, data_base64: SMALL.toString('base64') });
      }
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(await answer).toMatchObject({ reason: 'invalid-answer' });
  });

  test('cannot keep a request open past its deadline by saying that it works', async () => {
    const network = new Network(prompt, () => new Promise(() => undefined));
    expect(await outcome(network, 5000)).toBeInstanceOf(UpstreamTimeoutError);
    expect(network.asker.size).toBe(0);
  });
});

describe('an agent that is asked too much', () => {
  test('says so, and the caller may come again', async () => {
    const network = new Network(prompt, () => new Promise(() => undefined), { maxOpen: 0 });
    expect(await outcome(network)).toBeInstanceOf(UpstreamThrottledError);
  });

  test('serves no exchange again that has ended, should somebody repeat its request', async () => {
    const serve = vi.fn(async () => SMALL);
    const requests: Buffer[] = [];
    const network = new Network(prompt, serve);
    const receive = network.answerer?.receive.bind(network.answerer);
    vi.spyOn(network.answerer as NonNullable<typeof network.answerer>, 'receive').mockImplementation((payload) => {
      requests.push(Buffer.from(payload));
      receive?.(payload);
    });
    expect(await outcome(network)).toEqual(SMALL);
    await vi.advanceTimersByTimeAsync(100);
    receive?.(requests[0] as Buffer);
    await vi.advanceTimersByTimeAsync(100);
    expect(serve).toHaveBeenCalledOnce();
  });

  test('takes nothing for a request that is not exactly one', async () => {
    const serve = vi.fn(async () => SMALL);
    const network = new Network(prompt, serve);
    const good = {
      specversion: '1.0',
      id: '1',
      source: '/relay/x',
      time: new Date().toISOString(),
      type: EVENT_TYPES.request,
      exchange: '9b2d6f4e-6a0a-4a2e-8f0e-0d8b4f3a1c11',
      data: { reply_to: RELAY, budget_ms: 1000, token: 'a.b.c', question: null },
    };
    const bad = [
      'x',
      '{}',
      JSON.stringify({ ...good, specversion: '0.3' }),
      JSON.stringify({ ...good, exchange: '../x' }),
      JSON.stringify({ ...good, extra: 1 }),
      JSON.stringify({ ...good, data: { ...good.data, reply_to: '+' } }),
      JSON.stringify({ ...good, data: { ...good.data, reply_to: 'a/../b' } }),
      JSON.stringify({ ...good, data: { ...good.data, budget_ms: -1 } }),
      // One byte more than a message of IoT Core can have.
      JSON.stringify(good).padEnd(MAX_MESSAGE_BYTES + 1),
    ];
    for (const text of bad) network.answerer?.receive(Buffer.from(text));
    await vi.advanceTimersByTimeAsync(100);
    expect(serve).not.toHaveBeenCalled();
    network.answerer?.receive(Buffer.from(JSON.stringify(good).padEnd(MAX_MESSAGE_BYTES)));
    await vi.advanceTimersByTimeAsync(100);
    expect(serve).toHaveBeenCalledOnce();
  });
});
