/** The agent over mosquitto: MQTT 5, mutual TLS, and rules that are held by its dynamic-security plugin. */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IotAuthority } from '@mrt/local-aws/iot/authority.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent } from '../../agent/agent.ts';
import { newEnrolment } from '../../agent/enrol.ts';
import { Deadline } from '../../lambdas/context.ts';
import { Asker } from '../../lambdas/relay/asker.ts';
import { MAX_PART_BYTES } from '../../lambdas/relay/events.ts';
import { thingName } from '../../lambdas/relay/names.ts';
import { answersFilter, answerTopic, heartbeatTopic, requestTopic } from '../../lambdas/relay/topics.ts';
import { type Connection, connectMqtt } from '../../lambdas/upstreams/iot/connection.ts';

const RELAY = 'mrt-test-relay-0123456789abcdef';
const DOMAIN = 'mrt.example.com';
let folder: string;
let broker: ChildProcess;
let port: number;
let ca: string;
const credentials = new Map<string, { key: string; cert: string }>();

/** A role of the plugin with exactly these rules. */
function role(rolename: string, rules: readonly (readonly [string, string])[]) {
  return { rolename, acls: rules.map(([acltype, topic]) => ({ acltype, topic, priority: 0, allow: true })) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mrt-mosquitto-'));
  mkdirSync(folder, { recursive: true });
  port = await freePort();
  const authority = await IotAuthority.create();
  ca = authority.certificate;
  const server = await authority.server(['localhost', '127.0.0.1']);
  for (const name of ['depot', 'shop', 'relay']) {
    const { key, request } = await newEnrolment(name, DOMAIN);
    credentials.set(name, { key, cert: await authority.sign(request) });
  }
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o644 });
    return join(folder, name);
  };
  const agents = ['depot', 'shop'];
  const plugin = {
    defaultACLAccess: { publishClientSend: false, publishClientReceive: false, subscribe: false, unsubscribe: true },
    roles: [
      ...agents.map((name) =>
        role(name, [
          ['publishClientSend', `${heartbeatTopic(name)}/+`],
          ['publishClientSend', heartbeatTopic(name)],
          ['subscribeLiteral', requestTopic(name)],
          ['publishClientReceive', requestTopic(name)],
        ]),
      ),
      role('relay', [
        ...agents.map((name) => ['publishClientSend', requestTopic(name)] as const),
        ['subscribeLiteral', answersFilter(RELAY)],
        ...agents.map((name) => ['publishClientReceive', answerTopic(name, RELAY)] as const),
      ]),
    ],
    clients: [
      ...agents.map((name) => ({ username: name, clientid: thingName(name), roles: [{ rolename: name }] })),
      { username: 'relay', clientid: RELAY, roles: [{ rolename: 'relay' }] },
    ],
  };
  const [library = ''] = globSync('/usr/lib/{*/,}mosquitto_dynamic_security.so');
  const configuration = [
    `listener ${port} 127.0.0.1`,
    `cafile ${file('ca.pem', ca)}`,
    `certfile ${file('server.pem', server.cert)}`,
    `keyfile ${file('server-key.pem', server.key)}`,
    'require_certificate true',
    'use_identity_as_username true',
    'allow_anonymous false',
    `plugin ${library}`,
    `plugin_opt_config_file ${file('dynamic-security.json', JSON.stringify(plugin))}`,
    'user root',
    '',
  ].join('\n');
  broker = spawn('mosquitto', ['-c', file('mosquitto.conf', configuration)], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  await listening();
});
afterAll(() => {
  broker.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** It takes some tenths of a second to listen. */
async function listening(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    try {
      await (await connectAs('relay', RELAY, [answersFilter(RELAY)])).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('mosquitto does not listen');
}

function connectAs(
  name: string,
  clientId: string,
  subscribe: readonly string[],
  onMessage: (topic: string, payload: Buffer) => void = () => undefined,
): Promise<Connection> {
  const { key = '', cert = '' } = credentials.get(name) ?? {};
  return connectMqtt({
    url: `mqtts://localhost:${port}`,
    clientId,
    subscribe,
    tls: { key, cert, ca },
    protocolVersion: 5,
    onMessage,
  });
}

test('an answer of several parts comes whole by MQTT 5', async () => {
  const answer = Buffer.alloc(3 * MAX_PART_BYTES + 5, 'x');
  const { key = '', cert = '' } = credentials.get('depot') ?? {};
  const agent = new Agent({
    name: 'depot',
    version: '1.0.0',
    environments: ['depot-prod'],
    brokerUrl: `mqtts://localhost:${port}`,
    brokerCa: ca,
    protocolVersion: 5,
    credential: async () => ({ key, certificate: cert, ends: new Date('2049-01-01') }),
    serve: async () => answer,
  });
  agent.run().catch(() => undefined);
  await agent.connected();
  const connection = await connectAs('relay', RELAY, [answersFilter(RELAY)], (topic, payload) =>
    asker.receive(topic, payload),
  );
  const asker: Asker = new Asker(connection, { replyTo: RELAY });
  const whole = await asker.ask('depot', { token: 'a.b.c', question: {} }, new Deadline(Date.now() + 10_000));
  expect(whole.equals(answer)).toBe(true);
  await connection.close();
  await agent.stop();
});

test.each([
  ['its neighbour’s requests', requestTopic('shop')],
  ['all requests', 'sources/mrt/consumers/+/sourceevents'],
  ['answers', answersFilter(RELAY)],
])('an agent cannot subscribe to %s there either', async (_, filter) => {
  await expect(connectAs('depot', thingName('depot'), [filter])).rejects.toThrow();
});

test('an agent cannot connect under its neighbour’s id, nor anybody without a certificate', async () => {
  await expect(connectAs('depot', thingName('shop'), [requestTopic('shop')])).rejects.toThrow();
  await expect(
    connectMqtt({
      url: `mqtts://localhost:${port}`,
      clientId: 'x',
      subscribe: [],
      tls: { key: '', cert: '', ca },
      onMessage: () => undefined,
    }),
  ).rejects.toThrow();
});

test('a forged request of an agent reaches nobody', async () => {
  const heard: string[] = [];
  const shop = await connectAs('shop', thingName('shop'), [requestTopic('shop')], (topic) => heard.push(topic));
  const depot = await connectAs('depot', thingName('depot'), [requestTopic('depot')]);
  // MQTT 5 says so in its acknowledgement, where IoT Core ends the connection.
  await depot.publish(requestTopic('shop'), Buffer.from('{}')).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(heard).toEqual([]);
  await shop.close();
  await depot.close();
});
