/**
 * What an agent adds to a request: the same app asked here and in another account, by the shipped bundles on the local run,
 * turn by turn, so that a noisy minute hits both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { type System, startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';

const WARM_UP = 20;
const WARM = 200;
const COLD = 15;
const SCALE = 0.05;
/** Both are the sample app of the pet shop, one in the stage's account and one behind the agent. */
const DIRECT = { client: 'pet-shop-client', environment: 'pet-shop-prod' };
const RELAYED = { client: 'depot-manager', environment: 'depot-prod' };

export async function figures(print: (figure: Figure) => void): Promise<void> {
  await withAgent(async (system) => {
    const [direct, relayed] = [await asking(system, DIRECT), await asking(system, RELAYED)];
    const turn = async () => [await timed(direct), await timed(relayed)] as const;
    for (let turns = 0; turns < WARM_UP; turns++) await turn();
    const warm = [];
    for (let turns = 0; turns < WARM; turns++) warm.push(await turn());
    print(compared(`a page of /users through an agent, warm, ${WARM} each by turns`, warm));
    const cold = [];
    for (let turns = 0; turns < COLD; turns++) {
      system.functions.restart();
      const here = await timed(direct);
      system.functions.restart();
      cold.push([here, await timed(relayed)] as const);
    }
    print(compared(`the first request of a new function through an agent, ${COLD} each by turns`, cold));
  });
}

/** A running system with its agent connected. */
async function withAgent(work: (system: System) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-agents-'));
  const system = await startSystem({
    directory,
    sampleScale: SCALE,
    otherAccounts: true,
    changeTemplate: withoutThrottles,
  });
  try {
    const [account] = await system.startAccounts();
    if (account === undefined || !(await account.presence)) throw new Error('the agent did not come');
    await work(system);
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function asking(system: System, { client, environment }: typeof DIRECT): Promise<() => Promise<void>> {
  const headers = { authorization: `Bearer ${await system.token({ client })}` };
  return async () => {
    const response = await fetch(`${system.endpoints.api}/users?environment=${environment}&limit=100`, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${environment}: ${response.status} ${text.slice(0, 200)}`);
  };
}

/** Milliseconds. */
async function timed(ask: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await ask();
  return performance.now() - started;
}

/** @param turns milliseconds here and through the agent */
function compared(name: string, turns: readonly (readonly [number, number])[]): Figure {
  const [direct, relayed] = [turns.map(([here]) => here), turns.map(([, there]) => there)];
  const both = (values: readonly number[]) =>
    `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`;
  return {
    name,
    ours: both(relayed),
    theirs: `${both(direct)} in the stage's account`,
    ratio: `${(quantile(relayed, 0.5) - quantile(direct, 0.5)).toFixed(1)} ms added at p50`,
    goal: '-',
  };
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;
