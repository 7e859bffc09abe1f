/** Databases for tests, on the one PostgreSQL of the run. Each is the test's own; `drop` it in `afterAll`. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { SampleName } from '../local/samples/database/apps.ts';
import { createSampleDatabase } from '../local/samples/database/sample.ts';

const READER_SQL = new URL('../database/mrt_reader.sql', import.meta.url);
const READER_PASSWORD = 'only-for-tests';

export interface TestDatabase {
  name: string;
  port: number;
  /** Connection string of the superuser, who owns the database. */
  url: string;
  /** Connection string of `mrt_reader`, as `database/mrt_reader.sql` makes it; call `grantReader` first. */
  readerUrl: string;
  /** Applies `database/mrt_reader.sql` to this database, as superuser or as `owner`; returns what it warned of. */
  grantReader(owner?: string): Promise<string[]>;
  /** Runs one statement as superuser and returns its rows. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/**
 * A fresh database: empty, or a copy of a small Mendix app. At scale 0.01 `shop-prod` has 250 users and 148 tables,
 * at scale 1 `shop-acc` has 400 users and the older catalog, `pet-shop-prod` 60 users and no administrator.
 */
export async function freshDatabase(
  sample?: SampleName,
  scale = sample === 'shop-acc' ? 1 : 0.01,
): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = sample === undefined ? 'template1' : await sampleTemplate(server, sample, scale);
  await once(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = withDatabase(server, name);
  const reader = new URL(url);
  reader.username = 'mrt_reader';
  reader.password = READER_PASSWORD;
  return {
    name,
    port: Number(reader.port),
    url,
    readerUrl: reader.href,
    grantReader: (owner = url) => grantReader(server, owner),
    query: (sql, values) => connected(url, async (client) => (await client.query(sql, values)).rows),
    drop: () => once(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/**
 * The sample app as a database to copy, made once in a run: a copy takes a tenth of the time. It has the planner's
 * statistics, and not what PostgreSQL counts while it runs (`pg_stat_user_tables`).
 *
 * @returns its name
 */
async function sampleTemplate(server: string, sample: SampleName, scale: number): Promise<string> {
  const name = `sample_${sample}_${scale}`.replace(/\W/g, '_');
  await connected(server, async (turns) => {
    // Whoever comes second waits here until it is whole.
    await turns.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await turns.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    const draft = `${name}_draft`;
    await turns.query(`DROP DATABASE IF EXISTS ${draft}`);
    await turns.query(`CREATE DATABASE ${draft}`);
    await connected(withDatabase(server, draft), (client) => createSampleDatabase([client], sample, scale));
    await turns.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

/** Connection string of the run's PostgreSQL, as superuser; starts the server when it is the first to ask. */
export async function serverUrl(): Promise<string> {
  const response = await fetch(inject('postgresAddress'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Logs in, runs `work`, logs out. */
export async function connected<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  // A server that ends the session (DROP … FORCE, a stop) is reported by the next query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function once(url: string, sql: string): Promise<void> {
  await connected(url, (client) => client.query(sql));
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Roles belong to the whole server: test files that run side by side take turns in changing them. */
async function grantReader(server: string, owner: string): Promise<string[]> {
  const warnings: string[] = [];
  await connected(server, async (turns) => {
    await turns.query("SELECT pg_advisory_lock(hashtext('mrt_reader'))");
    await connected(owner, async (client) => {
      client.on('notice', ({ severity, message = '' }) => {
        if (severity === 'WARNING') warnings.push(message);
      });
      await client.query(readFileSync(READER_SQL, 'utf8'));
    });
    await turns.query(`ALTER ROLE mrt_reader PASSWORD '${READER_PASSWORD}'`);
  });
  return warnings;
}
