/** A Mendix app with a million users on a PostgreSQL of the benchmark's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { Client } from 'pg';
import { createSampleDatabase } from '../local/samples/database/sample.ts';

export const USERS = 1_000_000;

/** Ids as Mendix makes them: 16 bits of entity, 41 of sequence, 7 that look random. Far above the sample's own. */
const ID = '(999::bigint << 48) | (i::bigint << 7) | (i::bigint * 7919 % 128)';
const ROLE = `(SELECT array_agg(id ORDER BY id) FROM "system$userrole")`;
const LANGUAGE = `(SELECT array_agg(id ORDER BY id) FROM "system$language")`;

/** Set-based: a minute of single inserts would be the longest part of the benchmark. */
const FILL = [
  // With all that hangs on them: nothing cascades below, and pairs that point nowhere would be counted by a shortcut.
  'TRUNCATE "system$user" CASCADE',
  'TRUNCATE "system$userroles", "system$user_language", "system$userreportinfo", "system$userreportinfo_user"',
  `INSERT INTO "system$user" (id, name, password, lastlogin, blocked, blockedsince, active, failedlogins, webserviceuser,
     isanonymous, createddate, changeddate, submetaobjectname)
   SELECT ${ID}, 'first.last' || i || '@example.com', '{BCrypt}' || md5(i::text) || md5((i + 1)::text),
     CASE WHEN i % 13 > 0 THEN timestamp '2026-11-01' - make_interval(mins => i % 500000) END, i % 97 = 0,
     CASE WHEN i % 97 = 0 THEN timestamp '2026-10-01' END, i % 8 > 0, 0, i % 5000 = 1, i % 50 = 2,
     timestamp '2024-01-01' + make_interval(mins => i % 700000), timestamp '2026-01-01', 'Administration.Account'
   FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "administration$account" (id, fullname, email, islocaluser, submetaobjectname)
   SELECT ${ID}, 'First Last ' || i, 'first.last' || i || '@example.com', true, 'Administration.Account'
   FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userroles" SELECT ${ID}, (${ROLE})[1 + i % 7] FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userroles" SELECT ${ID}, (${ROLE})[9] FROM generate_series(1, ${USERS}, 2) AS i`,
  `INSERT INTO "system$user_language" SELECT ${ID}, (${LANGUAGE})[1 + i % 3] FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userreportinfo" SELECT (998::bigint << 48) | (i::bigint << 7), CASE WHEN i % 3 = 0 THEN 'External' ELSE 'Internal' END, md5(i::text)
   FROM generate_series(1, ${USERS}) AS i WHERE i % 10 > 0`,
  `INSERT INTO "system$userreportinfo_user" SELECT (998::bigint << 48) | (i::bigint << 7), ${ID}
   FROM generate_series(1, ${USERS}) AS i WHERE i % 10 > 0`,
];

/** Gives `work` a connection of the app's owner and the database's address, then removes everything. */
export async function withMillionUsers(work: (owner: Client, url: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-users-'));
  const postgres = await startPostgres({ directory, log: () => undefined, progress: () => undefined });
  const url = postgres.url('postgres');
  const connection = new Client({ connectionString: url });
  try {
    await connection.connect();
    await fillWithMillionUsers(connection);
    await work(connection, url);
  } finally {
    await connection.end();
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Makes an app with a million users of the empty database that `connection` is logged in to. */
export async function fillWithMillionUsers(connection: Client): Promise<void> {
  await createSampleDatabase([connection], 'shop-prod', 0.01);
  // Foreign keys would be checked row by row; indexes stay, as the plans depend on them.
  await connection.query("SET session_replication_role = 'replica'");
  for (const statement of FILL) await connection.query(statement);
  await connection.query("SET session_replication_role = 'origin'");
  await connection.query('VACUUM ANALYZE');
}
