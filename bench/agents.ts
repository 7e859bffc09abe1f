/**
 * What an agent adds to a request: the same app asked here and in another account, by the shipped bundles on the local run,
 * turn by turn, so that a noisy minute hits both.
 */
import type { System } from '../local/system.ts';
import { exportThroughAgent } from './agents-export.ts';
import { fiftyAgents } from './agents-fifty.ts';
import { withAgent } from './agents-system.ts';
import type { Figure } from './figure.ts';
import { USERS } from './users-database.ts';

const WARM_UP = 20;
const WARM = 200;
const COLD = 15;
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
  await together(print);
  await exported(print);
}

/** The goal is IoT Core's throughput for the one connection of the function that asks: 512 KiB a second (its quotas). */
async function together(print: (figure: Figure) => void): Promise<void> {
  const { agents, answers, seconds, times } = await fiftyAgents();
  print({
    name: `${agents} agents on one broker, each asked all the time, ${answers} answers of 60 kB`,
    ours: `${(answers / seconds).toFixed(0)} a second, p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`,
    theirs: `${(MAX_CONNECTION_BYTES / 80_500).toFixed(1)} a second over one connection to IoT Core`,
    ratio: `${(((answers / seconds) * 80_500) / MAX_CONNECTION_BYTES).toFixed(0)}×`,
    goal: '≥ 1×',
  });
}

/** AWS General Reference, "AWS IoT Core endpoints and quotas". */
const MAX_CONNECTION_BYTES = 512 * 1024;

/** Memory is flat when the last half of an export needs no more than the first did. */
async function exported(print: (figure: Figure) => void): Promise<void> {
  const seen = await exportThroughAgent();
  print({
    name: 'CSV export of 1 M users through an agent',
    ours: `${seen.rows} rows, ${seen.repeated} repeated, ${seen.pages} pages in ${seen.seconds.toFixed(1)} s`,
    theirs: `${USERS} users`,
    ratio: `largest page ${(seen.largest / 1e6).toFixed(2)} MB in ${seen.most_parts} parts`,
    goal: 'each once, pages ≤ 6 MB',
  });
  const megabytes = (bytes: readonly number[]) => `${(Math.max(...bytes) / 1e6).toFixed(0)} MB`;
  for (const [name, bytes] of [
    ['the agent', seen.agent_rss],
    ['the function', seen.function_rss],
  ] as const) {
    const half = Math.ceil(bytes.length / 2);
    print({
      name: `memory of ${name} in that export, pages 51 to 100`,
      ours: megabytes(bytes.slice(half)),
      theirs: `${megabytes(bytes.slice(0, half))} in pages 1 to 50, ${megabytes(bytes.slice(0, 10))} in the first ten`,
      ratio: `${(Math.max(...bytes.slice(half)) / Math.max(...bytes.slice(0, half))).toFixed(2)}×`,
      goal: '≤ 1.1×, flat',
    });
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
