/**
 * What an agent adds to a request: the same app asked here and in another account, by the shipped bundles on the local run,
 * turn by turn, so that a noisy minute hits both. Then a million users exported through an agent.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { type System, type SystemOptions, startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';
import { USERS, withMillionUsers } from './users-database.ts';

const WARM_UP = 20;
const WARM = 200;
const COLD = 15;
const SCALE = 0.05;
/** Both are the sample app of the pet shop, one in the stage's account and one behind the agent. */
const DIRECT = { client: 'pet-shop-client', environment: 'pet-shop-prod' };
const RELAYED = { client: 'depot-manager', environment: 'depot-prod' };
const PAGE = 10_000;

export async function figures(print: (figure: Figure) => void): Promise<void> {
  await withAgent({ sampleScale: SCALE }, async (system) => {
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
  await withMillionUsers(async (_, url) => {
    await withAgent({ sampleScale: SCALE, behindAgents: () => url }, async (system, pid) =>
      print(await exported(system, pid)),
    );
  });
}

/** A running system with its agent connected, and the id of the agent's process. */
async function withAgent(options: SystemOptions, work: (system: System, pid: number) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-agents-'));
  const system = await startSystem({ ...options, directory, otherAccounts: true, changeTemplate: withoutThrottles });
  try {
    const [account] = await system.startAccounts();
    if (account === undefined || !(await account.presence)) throw new Error('the agent did not come');
    await work(system, account.agent.pid ?? 0);
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

/** Follows the cursors of an export to its end, and looks at the agent's memory after each page. */
async function exported(system: System, pid: number): Promise<Figure> {
  const headers = { authorization: `Bearer ${await system.token({ client: RELAYED.client })}` };
  const started = performance.now();
  const ids = new Set<string>();
  let rows = 0;
  const memory: number[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const address: string = `${system.endpoints.api}/users?environment=depot-prod&fields=id&limit=${PAGE}${query}`;
    const response = await fetch(address, { headers });
    const page = (await response.json()) as { users?: { id: string }[]; next_cursor: string | null; detail?: string };
    if (page.users === undefined) throw new Error(`${response.status} ${page.detail}`);
    for (const { id } of page.users) ids.add(id);
    rows += page.users.length;
    memory.push(residentMegabytes(pid));
    cursor = page.next_cursor;
  } while (cursor !== null);
  const seconds = (performance.now() - started) / 1000;
  const first = Math.max(...memory.slice(0, 10));
  return {
    name: `${USERS.toLocaleString('en')} users exported through an agent, ${memory.length} pages`,
    ours: `${seconds.toFixed(0)} s, ${(rows - ids.size).toLocaleString('en')} repeated, agent ${Math.max(...memory)} MB at most`,
    theirs: `${first} MB after ten pages`,
    ratio: `${ids.size.toLocaleString('en')} of ${USERS.toLocaleString('en')}`,
    goal: 'each once, memory flat',
  };
}

/** Linux (proc(5), "status"). */
function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1000);
}
