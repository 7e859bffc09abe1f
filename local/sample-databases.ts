/** The sample environments' databases on the local PostgreSQL: filled once, with the reader's role as on RDS. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { BackendUrl } from './database/backend.ts';
import type { Postgres } from './postgres.ts';
import type { SampleName } from './samples/database/apps.ts';
import { FRESH_SESSIONS } from './samples/database/people.ts';
import { createSampleDatabase } from './samples/database/sample.ts';

const READER_SQL = join(import.meta.dirname, '..', 'database', 'mrt_reader.sql');

/**
 * Makes each database that is not there, or that an older generator made, moves its sessions to the present, and
 * applies `database/mrt_reader.sql`.
 *
 * @param samples by the name of their database
 * @param scale share of the rows; only tests want less than 1
 * @returns how `mrt_reader` logs in behind the door: a URL without a database, so the client's is used
 */
export async function prepareSampleDatabases(
  postgres: Postgres,
  samples: Readonly<Record<string, SampleName>>,
  progress: (message: string) => void,
  scale = 1,
): Promise<BackendUrl> {
  const password = randomBytes(24).toString('hex');
  await connected(postgres.url('postgres'), async (server) => {
    // RDS has this role; who is in it logs in by token.
    const { rowCount } = await server.query("SELECT FROM pg_roles WHERE rolname = 'rds_iam'");
    if (rowCount === 0) await server.query('CREATE ROLE rds_iam NOLOGIN');
    for (const [database, sample] of Object.entries(samples)) {
      await prepare(server, postgres.url(database), database, sample, progress, scale);
    }
    // Only the door logs in with it, and only while this run lasts.
    await server.query(`ALTER ROLE mrt_reader PASSWORD ${escapeLiteral(password)}`);
  });
  return `postgresql://mrt_reader:${password}@127.0.0.1:${postgres.port}`;
}

async function prepare(
  server: Client,
  url: string,
  database: string,
  sample: SampleName,
  progress: (message: string) => void,
  scale: number,
): Promise<void> {
  const version = `sample ${sample} ${generatorVersion()} at ${scale}`;
  const { rows } = await server.query<{ version: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS version FROM pg_database WHERE datname = $1",
    [database],
  );
  const name = escapeIdentifier(database);
  if (rows[0]?.version !== version) {
    progress(`filling the sample database ${database}`);
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.query(`CREATE DATABASE ${name}`);
    await connected(url, (client) => createSampleDatabase(client, sample, scale));
    // Last: a fill that was cut off is so begun again.
    await server.query(`COMMENT ON DATABASE ${name} IS ${escapeLiteral(version)}`);
  }
  await connected(url, async (client) => {
    await client.query(FRESH_SESSIONS);
    await client.query(readFileSync(READER_SQL, 'utf8'));
  });
}

/** Changes with any file that the generator consists of. */
function generatorVersion(): string {
  const folder = join(import.meta.dirname, 'samples');
  const own = readdirSync(join(folder, 'database')).sort();
  const hash = createHash('sha256');
  for (const file of ['files.ts', 'random.ts', ...own.map((name) => join('database', name))]) {
    hash.update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function connected<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
