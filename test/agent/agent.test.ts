/** What comes of a question to another account, over a sound way and a broken one. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../../lambdas/faults.ts';
import { hasher, NO_KEY } from '../../lambdas/keyed-hash.ts';
import { heartbeatTopic } from '../../lambdas/relay/topics.ts';
import { UnknownNameError } from '../../lambdas/request-errors.ts';
import { openedAccounts } from './opened-accounts.ts';
import { ALL, answering, type Domain, HASH_KEYS } from './stage.ts';

const { open, lines } = openedAccounts();

describe('an environment of another account', () => {
  test('is answered by its agent, with what the route’s schema has and nothing else', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    const answer = await accounts.ask('depot');
    expect(answer.body).toMatchObject({ environment: 'depot-prod', complete: true });
    expect(answer.body['users']).toHaveLength(3);
    expect(answer.body).not.toHaveProperty('extra');
  });

  test('answers of megabytes come whole', async () => {
    const accounts = await open(['depot'], answering(40_000));
    await accounts.start('depot', ALL);
    const answer = await accounts.ask('depot');
    expect(new Set((answer.body['users'] as { id: string }[]).map(({ id }) => id)).size).toBe(40_000);
  });

  test('what the route refuses there is refused here, in the same words', async () => {
    const refusing: Domain = async () => {
      throw new UnknownNameError('name', 'ann', ['anna']);
    };
    const accounts = await open(['depot'], refusing);
    await accounts.start('depot', ALL);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toEqual(problemOf(new UnknownNameError('name', 'ann', ['anna'])));
  });

  test('a bug there is an internal error here, and tells nothing', async () => {
    const broken: Domain = async () => {
      throw new TypeError('secret of depot');
    };
    const accounts = await open(['depot'], broken);
    await accounts.start('depot', ALL);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(JSON.stringify(problemOf(error))).not.toContain('secret');
    expect(problemOf(error)).toMatchObject({ slug: 'internal', status: 500 });
  });

  test('is asked without any key of the Regional API’s, and its hashes are keyed here', async () => {
    const withIdentity: Domain = async ({ environment }) => ({
      body: {
        environment: environment.name,
        users: [{ id: '1', identity: hasher(NO_KEY, 'identity')('anna') }],
        complete: true,
      },
      next: null,
      as_of: null,
      max_age: 0,
    });
    const accounts = await open(['depot'], withIdentity);
    await accounts.start('depot', ALL);
    const sent: string[] = [];
    accounts.account.broker.onMessage((_topic, payload) => sent.push(payload.toString('utf8')));
    const answer = await accounts.ask('depot');
    expect(answer.body['users']).toEqual([{ id: '1', identity: hasher(HASH_KEYS.identity, 'identity')('anna') }]);
    for (const { key } of Object.values(HASH_KEYS)) expect(sent.join('')).not.toContain(key);
  });

  test('who asked what is in the log of its account', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    await accounts.ask('depot', { parameters: { clear: true } });
    const written = lines.join('');
    expect(written).toContain('"principal":"spiffe://mrt.example.com/operator/client/reports"');
    expect(written).toContain('"event":"mrt.audit"');
  });
});

describe('when the way is broken', () => {
  test('no agent is 503 agent-unreachable with Retry-After, within seconds', async () => {
    const accounts = await open(['depot']);
    const began = Date.now();
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({ slug: 'agent-unreachable', status: 503, retry_after: 15 });
    expect(Date.now() - began).toBeLessThan(9000);
  });

  test('no broker is agent-unreachable as well, for agents and functions that were connected', async () => {
    const accounts = await open(['depot']);
    const agent = await accounts.start('depot', ALL);
    await accounts.ask('depot');
    await accounts.account.broker.stop();
    const began = Date.now();
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({ slug: 'agent-unreachable', status: 503 });
    expect(Date.now() - began).toBeLessThan(9000);
    expect(agent.isConnected).toBe(false);
  });

  test('a network that is cut comes back by itself, on both sides, without a restart', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    await accounts.ask('depot');
    const isBack = new Promise<void>((resolve) => {
      accounts.account.broker.onMessage((topic, payload) => {
        if (topic === heartbeatTopic('depot') && payload.includes('"here"')) resolve();
      });
    });
    accounts.account.broker.cut();
    await isBack;
    await expect(accounts.ask('depot')).resolves.toBeDefined();
  });

  test('a network that is cut in mid-answer gives one answer or a clear problem', async () => {
    const accounts = await open(['depot'], answering(40_000));
    await accounts.start('depot', ALL);
    const asking = accounts.ask('depot');
    const stop = accounts.account.broker.onMessage((topic) => {
      if (!topic.includes('/agentevents/')) return;
      stop();
      accounts.account.broker.cut();
    });
    const outcome = await asking.catch((thrown: unknown) => thrown);
    if (outcome instanceof Error) expect(problemOf(outcome).slug).toBe('agent-unreachable');
    else expect(outcome).toMatchObject({ body: { complete: true } });
  });

  test('requests side by side get an answer each, and none of another', async () => {
    const echo: Domain = async ({ environment, parameters }) => ({
      body: { environment: environment.name, users: [{ id: String(parameters['name']) }], complete: true },
      next: null,
      as_of: null,
      max_age: 0,
    });
    const accounts = await open(['depot'], echo);
    await accounts.start('depot', ALL);
    for (let turn = 0; turn < 2; turn += 1) {
      const names = Array.from({ length: 25 }, (_, index) => `n${turn}-${index}`);
      const answers = await Promise.all(names.map((name) => accounts.ask('depot', { parameters: { name } })));
      expect(answers.map(({ body }) => (body['users'] as { id: string }[])[0]?.id)).toEqual(names);
    }
  });
});

test('the last will says that an agent is away, and its heartbeat that it is there', async () => {
  const accounts = await open(['depot']);
  const said: string[] = [];
  accounts.account.broker.onMessage((topic, payload) => {
    if (topic.endsWith('/agentevents')) said.push(JSON.parse(payload.toString('utf8')).data.state);
  });
  await accounts.start('depot', ALL);
  await expect.poll(() => said).toEqual(['here']);
  accounts.account.broker.cut();
  await expect.poll(() => said.slice(0, 3)).toEqual(['here', 'away', 'here']);
});
