/**
 * /table_size against the queries of PgHero and postgres_exporter and against relpages alone: each on a fresh
 * connection, in turns, in databases of 10,000 and 30,000 tables; the server's memory for it; and one table locked.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { Client } from 'pg';
import { Deadline } from '../lambdas/context.ts';
import { MAX_LOCK_WAIT_MS } from '../lambdas/routes/table_size/measurement.ts';
import { tableSizes } from '../lambdas/routes/table_size/table-sizes.ts';
import { statementFault } from '../lambdas/upstreams/postgres/fault.ts';
import { settingsStatement } from '../lambdas/upstreams/postgres/settings-statement.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 5;
const CLIENTS = 50;
const PAGE = 100;
/** How long a peer may wait for the locked table before we stop waiting for it. */
const PATIENCE_MS = 2000;

/** The queries of PgHero 3 (`relation_sizes`), postgres_exporter (`pg_stat_user_tables`), and what relpages tell alone. */
const PEERS = {
  pghero: `SELECT n.nspname AS schema, c.relname AS relation,
      CASE c.relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'matview' ELSE 'index' END AS type, pg_table_size(c.oid) AS size_bytes
    FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast' AND c.relkind IN ('r', 'm', 'i')
    ORDER BY pg_table_size(c.oid) DESC, 2 ASC`,
  exporter: `SELECT current_database() AS datname, schemaname, relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch,
      n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup, n_mod_since_analyze, last_vacuum,
      last_autovacuum, last_analyze, last_autoanalyze, vacuum_count, autovacuum_count, analyze_count, autoanalyze_count,
      pg_indexes_size(relid) AS indexes_size, pg_table_size(relid) AS table_size FROM pg_stat_user_tables`,
  relpages: `SELECT n.nspname, c.relname, (c.relpages + coalesce(t.relpages, 0) + coalesce(i.pages, 0))::int8 * 8192 AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN (SELECT x.indrelid, sum(ic.relpages) AS pages FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid
      GROUP BY 1) i ON i.indrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 3 DESC LIMIT ${PAGE}`,
};

/** Every tenth table has rows; the sizes fall off as those of apps do. */
const FILL = `
  CREATE TABLE "mendixsystem$entity" (id varchar(36) PRIMARY KEY, entity_name varchar(511), table_name varchar(255),
    superentity_id varchar(255));
  CREATE TABLE "mendixsystem$association" (id varchar(36) PRIMARY KEY, association_name varchar(511),
    table_name varchar(255), parent_column_name varchar(255));
  CREATE PROCEDURE fill(tables int) LANGUAGE plpgsql AS $$
  DECLARE name text;
  BEGIN
    FOR i IN 1..tables LOOP
      name := 'module' || (i % 40) || '$entity' || i;
      EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, name varchar(200), body text)', name);
      EXECUTE format('INSERT INTO %I SELECT g, repeat(''x'', 40) FROM generate_series(1, %s) g', name,
        CASE WHEN i % 10 = 0 THEN 20000 / (i / 10 + 1) + 50 ELSE i % 7 * 10 END);
      INSERT INTO "mendixsystem$entity" VALUES (i::text, 'Module' || (i % 40) || '.Entity' || i, name);
      IF i % 500 = 0 THEN COMMIT; END IF;
    END LOOP;
  END $$`;

export async function figures(print: (line: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-table-size-'));
  chmodSync(directory, 0o755);
  const server = await startPostgres({ directory, log: () => undefined, progress: () => undefined });
  try {
    for (const tables of [10_000, 30_000]) {
      const name = `tables_${tables}`;
      await on(server.url('postgres'), (client) => client.query(`CREATE DATABASE ${name}`));
      await on(server.url(name), async (client) => {
        await client.query(FILL);
        await client.query('CALL fill($1)', [tables]);
        await client.query('VACUUM ANALYZE');
      });
      await fresh(server.url(name), tables, print);
      if (tables === 10_000) await locked(server.url(name), print);
    }
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fresh(url: string, tables: number, print: (line: Figure) => void): Promise<void> {
  const times = new Map<string, number[]>();
  const memory = new Map<string, number>();
  const work = { ours: page, ...Object.fromEntries(Object.entries(PEERS).map(([name, sql]) => [name, query(sql)])) };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(work)) {
      await on(url, async (client) => {
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
  figure('pghero', '≤ 0.125×');
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

/** 50 clients while somebody holds ACCESS EXCLUSIVE on the biggest table. */
async function locked(url: string, print: (line: Figure) => void): Promise<void> {
  const biggest = '"module10$entity10"';
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(url)));
  const all = async () => {
    const start = performance.now();
    const bodies = await Promise.all(clients.map(page));
    return { ms: performance.now() - start, bodies };
  };
  await all();
  const free = median([(await all()).ms, (await all()).ms, (await all()).ms]);
  const holder = await open(url);
  await holder.query(`BEGIN; LOCK TABLE ${biggest} IN ACCESS EXCLUSIVE MODE`);
  const held = [await all(), await all(), await all()];
  const peers = await Promise.all(
    ['pghero', 'exporter'].map(async (name) => {
      const answered = await on(url, async (client) => {
        await client.query(`SET statement_timeout = ${PATIENCE_MS}`);
        return client.query(PEERS[name as keyof typeof PEERS]).then(
          () => true,
          () => false,
        );
      });
      return `${name} ${answered ? 'answers' : `none in ${PATIENCE_MS / 1000} s`}`;
    }),
  );
  await holder.query('COMMIT');
  await holder.end();
  const rows = Math.min(...held.flatMap(({ bodies }) => bodies.map((body) => body.tables?.length ?? 0)));
  const busy = median(held.map(({ ms }) => ms));
  print({
    name: `table_size: ${CLIENTS} clients while the biggest table is locked, against unlocked (${rows} rows each; ${peers.join(', ')})`,
    ours: `${busy.toFixed(0)} ms`,
    theirs: `${free.toFixed(0)} ms`,
    ratio: `${(busy / free).toFixed(2)}×`,
    goal: '≤ 1.5×',
  });
  await Promise.all(clients.map((client) => client.end()));
}

function query(sql: string): (client: Client) => Promise<unknown> {
  return (client) => client.query(sql);
}

/** The route's whole domain, names included, over this connection. */
async function page(client: Client) {
  const deadline = new Deadline(Date.now() + 25_000);
  const settings = { statementMs: 25_000, lockTimeoutMs: MAX_LOCK_WAIT_MS, workers: 0, name: 'bench' };
  await client.query(settingsStatement(settings));
  const database = {
    server: 'bench',
    host: 'localhost',
    port: 0,
    name: 'bench',
    user: 'mrt_reader',
    instance_identifier: null,
    full_name_attributes: [],
    email_attributes: [],
    session_timeout_seconds: 600,
  };
  const answer = await tableSizes(
    {
      environment: { name: 'bench', labels: {}, offers: [], database },
      parameters: {},
      limit: PAGE,
      position: null,
      deadline,
      version: '',
      clear: false,
      mayClear: false,
      other: null,
    },
    {
      databases: {
        on: () => ({
          query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
            try {
              return (await client.query<Row>(text, [...values])).rows;
            } catch (error) {
              throw statementFault('bench', error);
            }
          },
        }),
      },
      freeStorage: () => Promise.reject(new Error('the database of the benchmark has no instance')),
    },
  );
  return answer.body;
}

async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

async function on<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await open(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
