/** A certificate that is renewed, and one that is revoked, while requests run all the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { problemOf } from '../../lambdas/faults.ts';
import { heartbeatTopic } from '../../lambdas/relay/topics.ts';
import { openedAccounts } from './opened-accounts.ts';
import { ALL, type Domain } from './stage.ts';

/** Requests that are under way at each moment. */
const ASKERS = 4;

const { open, lines } = openedAccounts();

/** Each answer says what it was asked, after a moment of work. */
const echo: Domain = async ({ environment, parameters }) => {
  await sleep(5);
  return {
    body: { environment: environment.name, users: [{ id: String(parameters['name']) }], complete: true },
    next: null,
    as_of: null,
    max_age: 0,
  };
};

test('a certificate is renewed under load: no request is lost, none is served twice, and the old one is free to go', async () => {
  // As patient as in the cloud.
  const accounts = await open(['depot'], echo, {});
  await accounts.start('depot', ALL);
  const { account } = accounts;
  let running = true;
  let asked = 0;
  const keepAsking = async () => {
    while (running) {
      asked += 1;
      const name = `n${asked}`;
      const { body } = await accounts.ask('depot', { parameters: { name } });
      expect(body['users']).toEqual([{ id: name }]);
    }
  };
  const said: string[] = [];
  account.broker.onMessage((topic, payload) => {
    if (topic === heartbeatTopic('depot')) said.push(JSON.parse(payload.toString('utf8')).data.state);
  });
  const asking = Promise.all(Array.from({ length: ASKERS }, keepAsking));
  for (let renewal = 1; renewal <= 3; renewal += 1) {
    const old = account.certificateId('depot');
    await account.renew('depot');
    await expect.poll(() => said.length).toBe(renewal);
    // As the configuration does when the new one is in use.
    account.broker.revoke(old);
  }
  const before = asked;
  await expect.poll(() => asked).toBeGreaterThan(before + ASKERS);
  running = false;
  await asking;
  const served = accounts.asked.map(({ parameters }) => parameters['name']);
  expect(new Set(served).size).toBe(served.length);
  expect(served.length).toBe(asked);
  // It said good-bye each time: nobody was told that it is away.
  expect(said).toEqual(['here', 'here', 'here']);
  expect(lines.join('').match(/"event":"mrt.agent.renewed"/g)).toHaveLength(3);
});

test('a certificate that is revoked ends the agent’s connection at once, and a new one brings it back', async () => {
  const accounts = await open(['depot'], echo);
  const agent = await accounts.start('depot', ALL);
  await accounts.ask('depot', { parameters: { name: 'a' } });
  accounts.account.broker.revoke(accounts.account.certificateId('depot'));
  await expect.poll(() => agent.isConnected).toBe(false);
  const error = await accounts.ask('depot', { parameters: { name: 'b' } }).catch((thrown: unknown) => thrown);
  expect(problemOf(error).slug).toBe('agent-unreachable');
  expect(accounts.account.log.join('\n')).toContain('is REVOKED');
  await accounts.account.renew('depot');
  await agent.connected();
  await expect(accounts.ask('depot', { parameters: { name: 'c' } })).resolves.toMatchObject({
    body: { users: [{ id: 'c' }] },
  });
  expect(accounts.asked.map(({ parameters }) => parameters['name'])).toEqual(['a', 'c']);
});
