import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, type PostgresOptions, startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareReaders, READER, requireSampleDatabase } from '../../../../local/data/sample-database.ts';
import { connected } from '../../../postgres.ts';

const root = mkdtempSync(join(tmpdir(), 'mrt-test-local-postgres-'));
const directory = join(root, 'postgres');
const said: string[] = [];
const options: PostgresOptions = { directory, log: () => undefined, progress: (message) => said.push(message) };

const one = async (postgres: Postgres, sql: string, database = 'postgres') =>
  connected(postgres.url(database), async (client) => (await client.query(sql)).rows[0]);

beforeAll(() => chmodSync(root, 0o755));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the local PostgreSQL', () => {
  test('keeps its data and its password over a stop and a start', async () => {
    const first = await startPostgres(options);
    await one(first, 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    expect(first.pid).toBeNull();
    expect(said).toEqual(['making a PostgreSQL data directory']);
    const second = await startPostgres(options);
    expect(await one(second, 'SELECT value FROM kept')).toEqual({ value: 42 });
    await second.stop();
    expect(said).toEqual(['making a PostgreSQL data directory']);
  });

  test('listens on the loopback only and lets nobody in without the password, which its owner alone may read', async () => {
    const postgres = await startPostgres(options);
    expect(await one(postgres, "SELECT current_setting('listen_addresses') AS at")).toEqual({ at: '127.0.0.1' });
    const url = new URL(postgres.url('postgres'));
    url.password = 'guess';
    await expect(connected(url.href, async () => undefined)).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(directory, 'superuser-password')).mode & 0o777).toBe(0o600);
    await postgres.stop();
  });

  test('starts again on the same port after it was stopped or killed', async () => {
    const postgres = await startPostgres(options);
    const { port } = postgres;
    await postgres.stop();
    await postgres.start();
    expect(await one(postgres, "SELECT current_setting('port')::int AS port")).toEqual({ port });
    await postgres.stop();
  });

  test('says which process uses the data directory, when one does', async () => {
    const postgres = await startPostgres(options);
    const { pid } = postgres;
    await expect(startPostgres({ ...options, patienceMs: 500 })).rejects.toThrow(
      `another PostgreSQL (process ${pid}) uses`,
    );
    await postgres.stop();
  });

  test('says so when its port is taken', async () => {
    const postgres = await startPostgres(options);
    const other = { ...options, directory: join(root, 'other'), port: postgres.port };
    await expect(startPostgres(other)).rejects.toThrow('PostgreSQL did not start: ');
    await postgres.stop();
  });

  test('ends when its parent is killed, and starts again after that', async () => {
    const parent = spawnParent();
    const pid = Number((await once(parent.stdout as NonNullable<ChildProcess['stdout']>, 'data'))[0]);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const postgres = await startPostgres(options);
    expect(await one(postgres, 'SELECT 1 AS one')).toEqual({ one: 1 });
    await postgres.stop();
  });

  test('starts though a lock of a killed server names a process that is somebody else’s by now', async () => {
    const other = spawn('sleep', ['60']);
    const data = join(directory, 'data');
    writeFileSync(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n0\n0\n\n127.0.0.1\n\nready\n`);
    const postgres = await startPostgres(options);
    expect(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]).toBe(String(postgres.pid));
    await postgres.stop();
    other.kill();
  });
});

describe('the sample databases', () => {
  const sample = { sample: 'shop-acc', name: 'shop_acc', scale: 0.1 } as const;
  const oid = "SELECT oid FROM pg_database WHERE datname = 'shop_acc'";

  test('are filled once, and again only when another generator made them', async () => {
    const postgres = await startPostgres(options);
    await requireSampleDatabase(postgres.url, sample);
    const first = await one(postgres, oid);
    await requireSampleDatabase(postgres.url, sample);
    expect(await one(postgres, oid)).toEqual(first);

    await one(postgres, "COMMENT ON DATABASE shop_acc IS 'shop-acc 0.1 yesterday'");
    await requireSampleDatabase(postgres.url, sample);
    expect(await one(postgres, oid)).not.toEqual(first);
    await postgres.stop();
  });

  test('let mrt_reader in, as a member of rds_iam, with users who are online now', async () => {
    const postgres = await startPostgres(options);
    await requireSampleDatabase(postgres.url, sample);
    const url = new URL(postgres.url(sample.name));
    url.username = READER;
    url.password = await prepareReaders(postgres.url, [{ name: sample.name, user: READER }]);
    const answer = await connected(url.href, (client) =>
      client.query(`SELECT pg_has_role(current_user, 'rds_iam', 'MEMBER') AS iam,
        max(lastactive) > (now() AT TIME ZONE 'UTC') - interval '10 minutes' AS online FROM "system$session"`),
    );
    expect(answer.rows).toEqual([{ iam: true, online: true }]);
    // Of no use after the next start.
    await prepareReaders(postgres.url, [{ name: sample.name, user: READER }]);
    await expect(connected(url.href, async () => undefined)).rejects.toMatchObject({ code: '28P01' });
    await postgres.stop();
  });
});

/** Another process that starts the server and tells its number. */
function spawnParent(): ChildProcess {
  const module = new URL('../../../../packages/local-aws/rds/postgres.ts', import.meta.url).href;
  const program = `const { startPostgres } = await import(${JSON.stringify(module)});
    const postgres = await startPostgres({ directory: ${JSON.stringify(directory)}, log() {}, progress() {} });
    console.log(postgres.pid);
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
