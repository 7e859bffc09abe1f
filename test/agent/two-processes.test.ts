/** Two processes with one agent's name and certificate: the broker gives the place of the one to the other, again and again. */
import { expect, test } from 'vitest';
import { problemOf } from '../../lambdas/faults.ts';
import { MIN_WAIT_MS } from './accounts.ts';
import { openedAccounts } from './opened-accounts.ts';
import { ALL, type Domain } from './stage.ts';

const { open, lines } = openedAccounts();

interface Line {
  event: string;
  wait_ms?: number;
  hint?: string | null;
}
const ends = () =>
  lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ event, wait_ms }) => event === 'mrt.agent.disconnected' && wait_ms !== undefined);

test('they come back after waits that grow, their log says what it is, and the one that is left answers', async () => {
  const accounts = await open(['depot']);
  const first = await accounts.start('depot', ALL);
  const second = await accounts.start('depot', ALL);
  const told = () => ends().filter(({ hint }) => hint?.includes('another process connects as this agent'));
  await expect.poll(() => told().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  // The third short connection of a process is the first that is told, after two doublings.
  for (const { wait_ms } of told()) expect(wait_ms).toBeGreaterThanOrEqual((MIN_WAIT_MS * 4) / 2);
  await first.stop();
  await second.connected();
  await expect(accounts.ask('depot')).resolves.toMatchObject({ body: { complete: true } });
});

test('connections that last are no sign of another process, and the wait stays as it was', async () => {
  const accounts = await open(['depot']);
  const agent = await accounts.start('depot', ALL, undefined, { minWaitMs: MIN_WAIT_MS, minSoundMs: 0 });
  for (let cuts = 1; cuts <= 5; cuts += 1) {
    accounts.account.broker.cut();
    await expect.poll(() => ends().length, { timeout: 30_000 }).toBe(cuts);
    await agent.connected();
  }
  for (const { wait_ms, hint } of ends()) {
    expect(wait_ms).toBeLessThanOrEqual(MIN_WAIT_MS * 1.5);
    expect(hint).toBeNull();
  }
});

test('a second process in mid-answer: one answer of one of them, or a clear problem', async () => {
  const ROWS = 20_000;
  let answers = 0;
  const marked: Domain = async ({ environment }) => {
    answers += 1;
    const answer = answers;
    // The first process is thrown out while it works.
    if (answer === 1) await accounts.start('depot', ALL);
    return {
      body: {
        environment: environment.name,
        users: Array.from({ length: ROWS }, (_, index) => ({ id: `${answer}-${index}` })),
        complete: true,
      },
      next: null,
      as_of: null,
      max_age: 0,
    };
  };
  const accounts = await open(['depot'], marked);
  // The first comes back later than the second is asked.
  await accounts.start('depot', ALL, undefined, { minWaitMs: 2000 });
  const outcome = await accounts.ask('depot').catch((thrown: unknown) => thrown);
  if (outcome instanceof Error) {
    expect(problemOf(outcome).slug).toBe('agent-unreachable');
  } else {
    const ids = (outcome as { body: { users: { id: string }[] } }).body.users.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ROWS);
    expect(new Set(ids.map((id) => id.split('-')[0])).size).toBe(1);
  }
  // Each process serves an exchange once.
  expect(answers).toBeLessThanOrEqual(2);
});
