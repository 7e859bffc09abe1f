/**
 * /table_size against the queries of PgHero and postgres_exporter and against relpages alone: each on a fresh
 * connection, in turns, in databases of 10,000 and 30,000 tables; the server's memory for it; and one table locked.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import type { Client } from 'pg';
import type { Figure } from './figure.ts';
import { median } from './median.ts';
import { fillWithTables } from './table_size-database.ts';
import { locked } from './table_size-locked.ts';
import { on, page } from './table_size-page.ts';
import { PAGE, PEERS } from './table_size-peers.ts';

const ROUNDS = 5;
/** PostgreSQL's own default, which the peers' sessions have: up to two more processes help with a large catalog. */
const WORKERS = 2;

export async function figures(print: (line: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-table-size-'));
  chmodSync(directory, 0o755);
  const server = await startPostgres({ directory, log: () => undefined, progress: () => undefined });
  try {
    for (const tables of [10_000, 30_000]) {
      const name = `tables_${tables}`;
      await on(server.url('postgres'), (client) => client.query(`CREATE DATABASE ${name}`));
      await on(server.url(name), (client) => fillWithTables(client, tables));
      await fresh(server.url(name), tables, print);
      if (tables === 10_000) await locked(server.url(name), print);
    }
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What is timed on a connection of its own; ours forbids itself workers. */
interface Work {
  workers: number;
  run(client: Client): Promise<unknown>;
}

async function fresh(url: string, tables: number, print: (line: Figure) => void): Promise<void> {
  const times = new Map<string, number[]>();
  const memory = new Map<string, number>();
  const asked = (sql: string, workers = WORKERS): Work => ({ workers, run: (client) => client.query(sql) });
  const work: Record<string, Work> = {
    ours: { workers: 0, run: page },
    relpages: asked(PEERS.relpages),
    pghero: asked(PEERS.pghero),
    exporter: asked(PEERS.exporter),
    'relpages in one process': asked(PEERS.relpages, 0),
    'pghero in one process': asked(PEERS.pghero, 0),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, { workers, run }] of Object.entries(work)) {
      await on(url, async (client) => {
        await client.query(`SET max_parallel_workers_per_gather = ${workers}`);
        const start = performance.now();
        await run(client);
        times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
        const { rows } = await client.query('SELECT sum(total_bytes)::float8 AS bytes FROM pg_backend_memory_contexts');
        memory.set(name, rows[0].bytes / 1e6);
      });
    }
  }
  const time = (name: string) => median(times.get(name) ?? []);
  const figure = (peer: string, goal: string) =>
    print({
      name: `table_size: a page of ${PAGE} of ${tables} tables, fresh connection, against ${peer}`,
      ours: `${time('ours').toFixed(0)} ms`,
      theirs: `${time(peer).toFixed(0)} ms`,
      ratio: `${(time('ours') / time(peer)).toFixed(2)}×`,
      goal,
    });
  figure('relpages', '≤ 1.5×');
  figure('relpages in one process', '-');
  figure('pghero', '≤ 0.125×');
  figure('pghero in one process', '-');
  figure('exporter', '≤ 0.125×');
  for (const peer of ['pghero', 'exporter']) {
    print({
      name: `table_size: backend memory after it, ${tables} tables, against ${peer}`,
      ours: `${(memory.get('ours') ?? 0).toFixed(1)} MB`,
      theirs: `${(memory.get(peer) ?? 0).toFixed(1)} MB`,
      ratio: `${((memory.get('ours') ?? 0) / (memory.get(peer) ?? 1)).toFixed(2)}×`,
      goal: '≤ 15 MB',
    });
  }
}
