/** Requests that come in another way than the Regional API sends them, by somebody whom the broker lets publish anything. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Agent } from '../../agent/agent.ts';
import { EVENT_TYPES, encodeEvent, MAX_MESSAGE_BYTES } from '../../lambdas/relay/events.ts';
import { thingName } from '../../lambdas/relay/names.ts';
import { requestTopic } from '../../lambdas/relay/topics.ts';
import { type Connection, connectMqtt } from '../../lambdas/upstreams/iot/connection.ts';
import { type Account, RELAY_ID, startAccount } from './account.ts';

const TOPIC = requestTopic('depot');
const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: 'iot:*', Resource: '*' }] };

let account: Account;
let agent: Agent;
/** Tokens of the requests that the agent has served. */
let served: string[];
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  served = [];
  account = await startAccount(['depot', 'stranger'], (certificate, name) => {
    if (name === 'stranger') certificate.policies = [ANYTHING];
  });
  agent = new Agent({
    name: 'depot',
    version: '1.0.0',
    environments: ['depot-prod'],
    brokerUrl: account.brokerUrl,
    brokerCa: account.ca,
    credential: async () => account.credential('depot'),
    serve: async ({ token }) => {
      served.push(token);
      return Buffer.alloc(0);
    },
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await agent.stop();
  await account.broker.stop();
});

async function startAgent(): Promise<void> {
  agent.run().catch(() => undefined);
  await agent.connected();
}

function connectStranger(onClose: () => void = () => undefined): Promise<Connection> {
  const { key, certificate } = account.credential('stranger');
  return connectMqtt({
    url: account.brokerUrl,
    clientId: thingName('stranger'),
    subscribe: ['answers'],
    tls: { key, cert: certificate, ca: account.ca },
    onMessage: () => undefined,
    onClose,
  });
}

/** A request, with blanks at its end up to `size`. */
function requestOf(token: string, size = 0): Buffer {
  const data = { reply_to: RELAY_ID, budget_ms: 1000, token, question: null };
  const event = encodeEvent({ type: EVENT_TYPES.request, exchange: randomUUID(), data }, '/relay/x', randomUUID());
  return Buffer.concat([event, Buffer.alloc(Math.max(0, size - event.length), ' ')]);
}

test('a request that the broker has kept is served to no agent that comes later: nobody waits for it any more', async () => {
  const stranger = await connectStranger();
  await stranger.publish(TOPIC, requestOf('kept'), { retain: true });
  await startAgent();
  // What is kept comes with the subscription, before anything that is published later.
  await stranger.publish(TOPIC, requestOf('live'));
  await expect.poll(() => served, { timeout: 30_000 }).toEqual(['live']);
  await stranger.close();
});

test('a message of 128 kB is taken, and one byte more costs its sender the connection and the agent nothing', async () => {
  await startAgent();
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const stranger = await connectStranger(() => close());
  // The stand-in counts the topic, too.
  const largest = MAX_MESSAGE_BYTES - Buffer.byteLength(TOPIC);
  await stranger.publish(TOPIC, requestOf('largest', largest));
  await expect.poll(() => served, { timeout: 30_000 }).toEqual(['largest']);
  await expect(stranger.publish(TOPIC, requestOf('larger', largest + 1))).rejects.toThrow();
  await closed;
  const another = await connectStranger();
  await another.publish(TOPIC, requestOf('next'));
  await expect.poll(() => served, { timeout: 30_000 }).toEqual(['largest', 'next']);
  expect(agent.isConnected).toBe(true);
  await another.close();
});
