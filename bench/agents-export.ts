/**
 * A million users exported out of another account, by the whole system: client, gateway, function, broker, agent, listener,
 * PostgreSQL. What came is counted, and the memory of both ends is looked at after every page.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { AgentAccount } from '../local/accounts/agent-account.ts';
import type { System } from '../local/system.ts';
import { withAgent } from './agents-system.ts';
import { fillWithMillionUsers } from './users-database.ts';

const ENVIRONMENT = 'depot-prod';
const PAGE = 10_000;
const READER_SQL = new URL('../database/mrt_reader.sql', import.meta.url);

export interface ExportThroughAgent {
  rows: number;
  repeated: number;
  pages: number;
  seconds: number;
  /** Bytes of the largest page, as CSV. */
  largest: number;
  /** Messages that the largest answer took. */
  most_parts: number;
  /** Resident bytes after each page. */
  agent_rss: number[];
  function_rss: number[];
}

/** Fills the agent's database and follows the cursors of a CSV export to its end. */
export async function exportThroughAgent(): Promise<ExportThroughAgent> {
  let exported: ExportThroughAgent | null = null;
  await withAgent(async (system, account) => {
    await fill(account);
    exported = await follow(system, account);
  });
  if (exported === null) throw new Error('nothing was exported');
  return exported;
}

/** The database of the agent's environment with a million users in place of its sample. */
async function fill({ databases }: AgentAccount): Promise<void> {
  const { postgres } = databases;
  if (postgres === null) throw new Error('the agent’s account has no PostgreSQL');
  const owner = new Client({ connectionString: postgres.url('depot_prod') });
  await owner.connect();
  try {
    await owner.query('DROP SCHEMA public CASCADE');
    await owner.query('CREATE SCHEMA public');
    await fillWithMillionUsers(owner);
    // As its owner gives the role of the API what it may read.
    await owner.query(readFileSync(READER_SQL, 'utf8'));
  } finally {
    await owner.end();
  }
}

async function follow(system: System, account: AgentAccount): Promise<ExportThroughAgent> {
  const headers = { authorization: `Bearer ${await system.token({ client: 'depot-manager' })}`, accept: 'text/csv' };
  const seen: ExportThroughAgent = {
    ...{ rows: 0, repeated: 0, pages: 0, seconds: 0, largest: 0, most_parts: 0 },
    agent_rss: [],
    function_rss: [],
  };
  let parts = 0;
  const stopListening = system.regional?.broker.onMessage((_topic, payload) => {
    if (payload.includes('"mrt.answer-part.v1"')) parts += 1;
  });
  const started = performance.now();
  let last = '';
  let address: string | null = `${system.endpoints.api}/users?environment=${ENVIRONMENT}&limit=${PAGE}`;
  while (address !== null) {
    parts = 0;
    const response: Response = await fetch(address, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`page ${seen.pages}: ${response.status} ${text.slice(0, 300)}`);
    for (const line of text.split('\r\n').slice(1, -1)) {
      const id = line.slice(0, line.indexOf(','));
      // Ids of one entity have the same length, so that their texts compare as the numbers do.
      if (id <= last) seen.repeated += 1;
      last = id;
      seen.rows += 1;
    }
    seen.pages += 1;
    seen.largest = Math.max(seen.largest, Buffer.byteLength(text));
    seen.most_parts = Math.max(seen.most_parts, parts);
    seen.agent_rss.push(residentBytes((words) => Number(words[0]) === account.agent.pid));
    seen.function_rss.push(
      residentBytes((words) => Number(words[1]) === process.pid && words.join(' ').includes('runtime-client')),
    );
    address = nextOf(response, system.endpoints.api);
  }
  seen.seconds = (performance.now() - started) / 1000;
  stopListening?.();
  return seen;
}

/** The link to the next page, at the address of this run; `null` on the last one. */
function nextOf(response: Response, api: string): string | null {
  const [, link] = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '') ?? [];
  return link === undefined ? null : new URL(link, api).href;
}

/** Of the largest process that `isMeant`: the function that answers is the one that has grown. */
function residentBytes(isMeant: (words: readonly string[]) => boolean): number {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/ +/));
  return Math.max(0, ...processes.filter(isMeant).map((words) => Number(words[2]) * 1024));
}
