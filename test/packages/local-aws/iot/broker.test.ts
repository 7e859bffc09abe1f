import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Deadline, Timing } from '../../../../lambdas/context.ts';
import { EVENT_TYPES } from '../../../../lambdas/relay/events.ts';
import { lastHeartbeat } from '../../../../lambdas/relay/last-heartbeat.ts';
import { thingName } from '../../../../lambdas/relay/names.ts';
import { answersFilter, answerTopic, heartbeatTopic, requestTopic } from '../../../../lambdas/relay/topics.ts';
import { connectMqtt } from '../../../../lambdas/upstreams/iot/connection.ts';
import { signedAddress } from '../../../../lambdas/upstreams/iot/signed-address.ts';
import { type Account, principalFor, RELAY_ID, startAccount } from '../../../agent/account.ts';

let account: Account;

beforeAll(async () => {
  account = await startAccount(['depot', 'shop', 'revoked'], (certificate, agent) => {
    if (agent === 'revoked') certificate.status = 'REVOKED';
  });
  const { accessKeyId, secretAccessKey, sessionToken } = account.principal;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: account.broker.address.origin,
  });
});
afterAll(async () => {
  for (const name of [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_ENDPOINT_URL_IOT_DATA_PLANE',
  ]) {
    delete process.env[name];
  }
  await account.broker.stop();
});

/** Connects with the certificate of an agent. */
async function asAgent(agent: string, wish: { clientId?: string; subscribe?: string[] } = {}) {
  const { key, certificate } = account.credential(agent);
  const messages: string[] = [];
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const connection = await connectMqtt({
    url: account.brokerUrl,
    clientId: wish.clientId ?? thingName(agent),
    subscribe: wish.subscribe ?? [requestTopic(agent)],
    tls: { key, cert: certificate, ca: account.ca },
    onMessage: (topic) => messages.push(topic),
    onClose: () => close(),
  });
  return { connection, messages, closed };
}

async function asFunction(filter = answersFilter(RELAY_ID), clientId = RELAY_ID) {
  const messages: string[] = [];
  const connection = await connectMqtt({
    url: await signedAddress('x-ats.iot.eu-west-1.amazonaws.com', 'eu-west-1'),
    clientId,
    subscribe: [filter],
    onMessage: (topic) => messages.push(topic),
  });
  return { connection, messages };
}

const BYTES = Buffer.from('{}');

describe('an agent with its certificate', () => {
  test('hears its requests, answers functions and leaves its heartbeat', async () => {
    const agent = await asAgent('depot');
    const asking = await asFunction();
    await asking.connection.publish(requestTopic('depot'), BYTES);
    await expect.poll(() => agent.messages).toEqual([requestTopic('depot')]);
    await agent.connection.publish(answerTopic('depot', RELAY_ID), BYTES);
    await agent.connection.publish(heartbeatTopic('depot'), BYTES, { retain: true });
    await expect.poll(() => asking.messages).toEqual([answerTopic('depot', RELAY_ID)]);
    await agent.connection.close();
    await asking.connection.close();
  });

  test.each([
    ['forges a request to itself', requestTopic('depot')],
    ['forges a request to its neighbour', requestTopic('shop')],
    ['answers for its neighbour', answerTopic('shop', RELAY_ID)],
    ['speaks to somebody who is no function', `${heartbeatTopic('depot')}/somebody`],
    ['says that its neighbour lives', heartbeatTopic('shop')],
    // Both are heard by IoT Core itself (its developer guide, "Reserved topics").
    ['writes to a rule past all topics', '$aws/rules/mrt_test_agent_depot'],
    ['writes a shadow of its thing', `$aws/things/${thingName('depot')}/shadow/update`],
  ])('loses its connection when it %s', async (_, topic) => {
    const { connection, closed } = await asAgent('depot');
    await expect(connection.publish(topic, BYTES)).rejects.toThrow();
    await closed;
    expect(account.log.slice(-2).join('\n')).toContain('iot:Publish');
  });

  test('keeps no message but its heartbeat at the broker', async () => {
    const { connection, closed } = await asAgent('depot');
    await expect(connection.publish(answerTopic('depot', RELAY_ID), BYTES, { retain: true })).rejects.toThrow();
    await closed;
    expect(account.log.slice(-2).join('\n')).toContain('iot:RetainPublish');
  });

  test.each([
    ['its neighbour’s requests', requestTopic('shop')],
    ['all requests', 'sources/mrt/consumers/+/sourceevents'],
    ['everything', '#'],
    ['all that its neighbour hears and says', 'sources/mrt/consumers/shop/#'],
    ['a share of its neighbour’s requests', `$share/all/${requestTopic('shop')}`],
    ['a share of its own, which another could take part in', `$share/all/${requestTopic('depot')}`],
    ['what the broker says of itself', '$SYS/#'],
    ['answers', answersFilter(RELAY_ID)],
  ])('cannot listen to %s', async (_, filter) => {
    await expect(asAgent('depot', { subscribe: [filter] })).rejects.toThrow();
  });

  test.each([
    ['its neighbour’s name', thingName('shop')],
    ['a function’s name', RELAY_ID],
    ['any other name', 'somebody'],
  ])('cannot connect under %s, and so throw nobody out', async (_, clientId) => {
    await expect(asAgent('depot', { clientId })).rejects.toThrow();
  });

  test('is not let in once its certificate is revoked, and thrown out when it is', async () => {
    await expect(asAgent('revoked')).rejects.toThrow();
    const own = await startAccount(['depot']);
    const { key, certificate } = own.credential('depot');
    let isClosed = false;
    await connectMqtt({
      url: own.brokerUrl,
      clientId: thingName('depot'),
      subscribe: [requestTopic('depot')],
      tls: { key, cert: certificate, ca: own.ca },
      onMessage: () => undefined,
      onClose: () => {
        isClosed = true;
      },
    });
    own.broker.revoke(own.certificateId('depot'));
    await expect.poll(() => isClosed).toBe(true);
    await own.broker.stop();
  });

  test('is not let in with a certificate that has ended, or without one', async () => {
    const own = await startAccount(['depot'], undefined, new Date(Date.now() - 1000));
    const { key, certificate } = own.credential('depot');
    const options = { url: own.brokerUrl, clientId: thingName('depot'), subscribe: [], onMessage: () => undefined };
    await expect(connectMqtt({ ...options, tls: { key, cert: certificate, ca: own.ca } })).rejects.toThrow();
    const bare = mqtt.connect(own.brokerUrl, { ca: own.ca, reconnectPeriod: 0, clientId: thingName('depot') });
    await new Promise((resolve) => bare.once('error', resolve));
    bare.end(true);
    await own.broker.stop();
  });
});

describe('a function with its role', () => {
  test('hears no answer to another function', async () => {
    await expect(asFunction('sources/mrt/consumers/+/agentevents/#')).rejects.toThrow();
    await expect(asFunction('sources/mrt/consumers/+/sourceevents')).rejects.toThrow();
  });

  test('cannot answer for an agent', async () => {
    const { connection } = await asFunction();
    await expect(connection.publish(answerTopic('depot', RELAY_ID), BYTES)).rejects.toThrow();
  });

  test('cannot connect as an agent', async () => {
    await expect(asFunction(answersFilter(RELAY_ID), thingName('depot'))).rejects.toThrow();
  });

  test('is refused with a signature that is not its own', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    await expect(asFunction()).rejects.toThrow();
    process.env['AWS_SECRET_ACCESS_KEY'] = account.principal.secretAccessKey;
    await (await asFunction()).connection.close();
  });
});

test('a heartbeat is as old as the broker says, whatever the agent’s own clock says', async () => {
  const { connection } = await asAgent('depot');
  const reader = principalFor(['depot'], { agents: true });
  account.iam.register(reader);
  vi.stubEnv('AWS_ACCESS_KEY_ID', reader.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', reader.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', reader.sessionToken);
  const heartbeat = {
    ...{
      specversion: '1.0',
      id: '1',
      source: '/agent/depot',
      type: EVENT_TYPES.heartbeat,
      time: '2099-01-01T00:00:00Z',
    },
    data: { state: 'here', version: '1', environments: [], started: '2099-01-01T00:00:00Z', certificate_ends: null },
  };
  const before = Math.floor(Date.now() / 1000) * 1000;
  await connection.publish(heartbeatTopic('depot'), Buffer.from(JSON.stringify(heartbeat)), { retain: true });
  const heard = await lastHeartbeat('depot', 'x', 'eu-west-1', {
    timing: new Timing(),
    deadline: new Deadline(Date.now() + 10_000),
  });
  expect(heard).toMatchObject({ state: 'here', version: '1' });
  expect(Date.parse(heard?.time ?? '')).toBeGreaterThanOrEqual(before);
  expect(Date.parse(heard?.time ?? '')).toBeLessThanOrEqual(Date.now());
  await connection.close();
  vi.unstubAllEnvs();
});

test('the two bytes that the client keeps of each length of a message hold no larger memory', async () => {
  // The module of the connection is loaded: it takes the pool away, out of which each would hold 64 kB.
  const { connection } = await asAgent('depot');
  expect(Buffer.allocUnsafe(2).buffer.byteLength).toBe(2);
  await connection.close();
});

test('a message over 128 kB ends the connection, as at IoT Core', async () => {
  const { connection, closed } = await asAgent('depot');
  await expect(connection.publish(answerTopic('depot', RELAY_ID), Buffer.alloc(128 * 1024))).rejects.toThrow();
  await closed;
});
