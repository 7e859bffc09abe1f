/** Makes the databases of the sample apps on the embedded PostgreSQL, and the role that the API reads them by. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, escapeLiteral, escapeIdentifier as quoted } from 'pg';
import type { SampleName } from '../samples/database/apps.ts';
import { FRESH_SESSIONS } from '../samples/database/people.ts';
import { createSampleDatabase } from '../samples/database/sample.ts';

/** The numbers that the generator draws follow from it too. */
const RANDOM = fileURLToPath(import.meta.resolve('@mrt/local-aws/random/seeded-random.ts'));
const READER_SQL = new URL('../../database/mrt_reader.sql', import.meta.url);

/** What `database/mrt_reader.sql` calls the role. */
export const READER = 'mrt_reader';

const LARGEST: SampleName = 'shop-prod';

/** One sample app, the database that it is to be made in, and how much of it. */
export interface SampleDatabase {
  sample: SampleName;
  /** Name of the database. */
  name: string;
  /** Share of the rows, 0.01 to 1. */
  scale: number;
}

/**
 * Makes the database unless this generator made it before, and moves its sessions to the present. Interrupted work is
 * done again, since the database gets its name and its mark last.
 *
 * @param url connection string of the superuser for a database
 */
export async function requireSampleDatabase(
  url: (database: string) => string,
  { sample, name, scale }: SampleDatabase,
): Promise<void> {
  const mark = `${sample} ${scale} ${generatorVersion()}`;
  await connected(url('postgres'), async (client) => {
    const { rows } = await client.query(
      "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = $1",
      [name],
    );
    if (rows[0]?.mark !== mark) {
      const draft = `${name}_draft`;
      await client.query(`DROP DATABASE IF EXISTS ${quoted(draft)} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${quoted(draft)}`);
      await connected(url(draft), (one) =>
        // A first start waits for the largest, the others take a moment.
        sample === LARGEST
          ? connected(url(draft), (other) => createSampleDatabase([one, other], sample, scale))
          : createSampleDatabase([one], sample, scale),
      );
      await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
      await client.query(`ALTER DATABASE ${quoted(draft)} RENAME TO ${quoted(name)}`);
      await client.query(`COMMENT ON DATABASE ${quoted(name)} IS ${escapeLiteral(mark)}`);
    }
  });
  await connected(url(name), (client) => client.query(FRESH_SESSIONS));
}

/** A database, and the role that the API reads it by. */
export interface DatabaseReader {
  name: string;
  user: string;
}

/**
 * Runs `database/mrt_reader.sql` in each database, as its owner would. RDS has the role `rds_iam`, so it is here too. A
 * tenant's database is read by a role of the tenant's, and entered by nobody else (docs/tenants.md).
 *
 * @returns the password that the listeners log in with, new at each start: RDS's IAM tokens mean nothing to PostgreSQL
 */
export async function prepareReaders(
  url: (database: string) => string,
  readers: readonly DatabaseReader[],
): Promise<string> {
  const password = randomBytes(24).toString('hex');
  const sql = readFileSync(READER_SQL, 'utf8');
  await connected(url('postgres'), async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = 'rds_iam'");
    if (rowCount === 0) await client.query('CREATE ROLE rds_iam NOLOGIN');
  });
  // One after the other: they change the same roles.
  for (const { name, user } of readers) {
    await connected(url(name), async (client) => {
      await client.query(sql.replaceAll(READER, user));
      if (user !== READER) await client.query(`REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC`);
    });
  }
  const users = new Set(readers.map(({ user }) => user));
  await connected(url('postgres'), async (client) => {
    for (const user of users) await client.query(`ALTER ROLE ${quoted(user)} PASSWORD '${password}'`);
  });
  return password;
}

/** Changes with any file that the generator consists of. */
function generatorVersion(): string {
  const folder = join(import.meta.dirname, '..', 'samples');
  const own = readdirSync(join(folder, 'database')).sort();
  const hash = createHash('sha256');
  const files = ['files.ts', ...own.map((name) => join('database', name))].map((name) => join(folder, name));
  for (const file of [...files, RANDOM]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

async function connected<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  // A server that stops meanwhile is reported by the query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
