/** The whole system with its other account, as `npm start` runs it, under faults that only real processes have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withAgent } from '../../bench/agents-system.ts';
import type { System } from '../../local/system.ts';

const PATH = '/users?environment=depot-prod&limit=100';

test('the agent’s log has the trace of the caller, and its account’s faults are answered', {
  timeout: 300_000,
}, async () => {
  await withAgent(async (system, account) => {
    const ask = await asking(system);
    const log = () => readFileSync(join(system.logDirectory, 'agent-depot.log'), 'utf8');

    // One trace over both accounts (W3C Trace Context).
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect((await ask(PATH, { traceparent: `00-${trace}-00f067aa0ba902b7-01` })).status).toBe(200);
    await expect.poll(log).toContain(`"trace_id":"${trace}"`);

    // Killed again and again while it is asked: an answer or a clear problem, and it comes back by itself.
    const outcomes: string[] = [];
    let running = true;
    const keepAsking = async () => {
      while (running) {
        const { status, body } = await ask(PATH);
        outcomes.push(status === 200 ? `200 ${(body['users'] as unknown[]).length}` : `${status} ${body['type']}`);
      }
    };
    const askers = [keepAsking(), keepAsking()];
    for (let turn = 0; turn < 3; turn += 1) {
      await sleep(1500);
      account.agent.kill();
    }
    await sleep(8000);
    running = false;
    await Promise.all(askers);
    const whole = outcomes.find((outcome) => outcome.startsWith('200'));
    expect(new Set(outcomes)).toEqual(
      new Set([whole, ...outcomes.filter((outcome) => outcome === '503 /problems/agent-unreachable')]),
    );
    expect((await ask(PATH)).status).toBe(200);

    // What its role may not read of its own secret, it does not know: it says so, and tries again.
    const { principal } = account;
    const policies = [...principal.policies];
    account.iam.register({
      ...principal,
      policies: policies.filter((one) => !JSON.stringify(one).includes('secretsmanager:')),
    });
    account.agent.kill();
    await expect.poll(log, { timeout: 20_000 }).toContain('the secret cannot be read, is empty, or is no JSON');
    expect(await ask(PATH)).toMatchObject({ status: 503, body: { type: '/problems/agent-unreachable' } });
    account.iam.register({ ...principal, policies });
    await expect.poll(async () => (await ask(PATH)).status, { timeout: 60_000, interval: 1000 }).toBe(200);
  });
});

async function asking(system: System) {
  const authorization = `Bearer ${await system.token({ client: 'depot-manager' })}`;
  return async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(system.endpoints.api + path, { headers: { authorization, ...headers } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
