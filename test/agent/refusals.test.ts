/** What an agent refuses, whoever asks: it believes the token, and then its own entries. */
import { describe, expect, test, vi } from 'vitest';
import type { AgentSettings } from '../../agent/settings.ts';
import { problemOf } from '../../lambdas/faults.ts';
import { reasonOf } from './accounts.ts';
import { openedAccounts } from './opened-accounts.ts';
import { ALL, type Domain } from './stage.ts';

const { open, lines } = openedAccounts();

describe('what an agent does not do', () => {
  test('serve a token for another agent', async () => {
    const accounts = await open(['depot', 'shop']);
    await accounts.start('depot', ALL);
    const error = await accounts
      .ask('depot', { token: await accounts.mint('shop') })
      .catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    expect(lines.join('')).toContain('"reason":"audience"');
    expect(accounts.asked).toEqual([]);
  });

  test.each([
    ['of another route', ['mrt/users.read'], { name: 'table_size' }, 'actor'],
    ['of another stage’s function', ['mrt/users.read'], { stage: 'other' }, 'actor'],
    ['with a scope that this route has no use for', ['mrt/users.read', 'mrt/table_size.read'], {}, 'scope'],
    ['of the recorder that would show clear text', ['mrt/users.profile'], { name: 'recorder' }, 'scope'],
  ])('serve a token %s', async (_, scopes, actor, reason) => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    const token = await accounts.mint('depot', scopes, actor);
    expect(reasonOf(await accounts.ask('depot', { token }).catch((thrown: unknown) => thrown))).toBe('agent-refuses');
    expect(lines.join('')).toContain(`"reason":"${reason}"`);
    expect(accounts.asked).toEqual([]);
  });

  test('refuse the recorder, which sees what a caller without clear text sees', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    await accounts.ask('depot', { token: await accounts.mint('depot', ['mrt/users.read'], { name: 'recorder' }) });
    expect(accounts.asked.map(({ mayClear }) => mayClear)).toEqual([false]);
  });

  test('serve a token twice, whoever sends it again', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL);
    const token = await accounts.mint('depot');
    await accounts.ask('depot', { token });
    const error = await accounts.ask('depot', { token }).catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    expect(accounts.asked).toHaveLength(1);
  });

  test('serve an environment that its own entries do not open, whatever the token says', async () => {
    const entries = [{ scopes: ['mrt/users.read'], environments: ['depot-acc'] }] as AgentSettings['allow'];
    const accounts = await open(['depot']);
    await accounts.start('depot', entries);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    await expect(accounts.ask('depot', { environment: 'depot-acc' })).resolves.toBeDefined();
  });

  test('show in clear what its entries give masked, to a Regional API that was taken over', async () => {
    const entries = [{ scopes: ['mrt/users.read'], environments: ['*'] }] as AgentSettings['allow'];
    const accounts = await open(['depot']);
    await accounts.start('depot', entries);
    const error = await accounts.ask('depot', { parameters: { clear: true } }).catch((thrown: unknown) => thrown);
    expect(problemOf(error).slug).toBe('missing-scope');
    await accounts.ask('depot');
    expect(accounts.asked.map(({ clear, mayClear }) => ({ clear, mayClear }))).toEqual([
      { clear: false, mayClear: false },
    ]);
  });

  test('serve anything with an empty list of entries, which switches it off', async () => {
    const accounts = await open(['depot']);
    await accounts.start('depot', []);
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('agent-refuses');
  });

  test('answer for an environment of another agent', async () => {
    const lying: Domain = async () => ({
      body: { environment: 'shop-prod', users: [], complete: true },
      next: null,
      as_of: null,
      max_age: 0,
    });
    const accounts = await open(['depot'], lying);
    await accounts.start('depot', ALL);
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('invalid-answer');
  });

  test.each([
    ['five minutes slow', -300_000],
    ['five minutes fast', 300_000],
  ])('serve with a clock that is %s, and its log says why', async (_, off) => {
    const accounts = await open(['depot']);
    await accounts.start('depot', ALL, () => new Date(Date.now() + off));
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('agent-refuses');
    expect(lines.join('')).toMatch(/"reason":"(times|expired)"/);
  });
});

test.each([
  ['back', -300_000],
  ['on', 300_000],
])(
  'a clock that jumps %s by five minutes in mid-request: an answer or a timeout, and the next request is answered',
  async (_, off) => {
    let jump = () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off });
      jump = () => undefined;
    };
    const answer: Domain = async ({ environment }) => {
      jump();
      return {
        body: { environment: environment.name, users: [], complete: true },
        next: null,
        as_of: null,
        max_age: 0,
      };
    };
    try {
      const accounts = await open(['depot'], answer);
      await accounts.start('depot', ALL);
      const outcome = await accounts.ask('depot').catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) expect(problemOf(outcome).slug).toBe('upstream-timeout');
      else expect(outcome).toMatchObject({ body: { complete: true } });
      await expect(accounts.ask('depot')).resolves.toMatchObject({ body: { complete: true } });
      expect(accounts.asked).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  },
);
