/** The source against a real PostgreSQL behind a listener that checks TLS and IAM tokens as RDS does. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { type DatabaseListeners, startDatabaseListeners } from '@mrt/local-aws/rds/listener.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { VARIABLES } from '../../../../lambdas/contract.ts';
import type { Database } from '../../../../lambdas/environment-settings.ts';
import {
  DatabaseUnavailableError,
  UpstreamFailedError,
  UpstreamTimeoutError,
} from '../../../../lambdas/upstream-errors.ts';
import { type ConnectionLimits, postgres } from '../../../../lambdas/upstreams/postgres/databases.ts';
import { connectFault, RelationLockedError, statementFault } from '../../../../lambdas/upstreams/postgres/fault.ts';
import { Session } from '../../../../lambdas/upstreams/postgres/session.ts';
import { databaseToken } from '../../../../lambdas/upstreams/postgres/token.ts';
import { connected, freshDatabase, type TestDatabase } from '../../../postgres.ts';

const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'AKIATEST0000000000A1', secretAccessKey: 'secret-one', sessionToken: 'session-one' };
const directory = mkdtempSync(join(tmpdir(), 'mrt-test-source-'));
const databases: TestDatabase[] = [];
let listeners: DatabaseListeners;

beforeAll(async () => {
  chmodSync(directory, 0o755);
  for (let i = 0; i < 3; i += 1) databases.push(await freshDatabase());
  for (const database of databases) await database.grantReader();
  await databases[0]?.query('CREATE TABLE secrets (id int)');
  await databases[0]?.query('CREATE TABLE open (id int)');
  await databases[0]?.query('GRANT SELECT ON open TO mrt_reader');
  const tls = serverCertificate(directory, ['localhost']);
  const iam = new Iam('eu-west-1');
  iam.register({
    name: 'Tables',
    roleArn: 'arn:aws:iam::000000000000:role/Tables',
    policies: [
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'rds-db:connect',
            Resource: `arn:aws:rds-db:${REGION}:000000000000:dbuser:db-TEST/mrt_reader`,
          },
        ],
      },
    ],
    inVpc: true,
    ...KEYS,
  });
  const reader = new URL(databases[0]?.readerUrl ?? '');
  reader.pathname = '';
  listeners = await startDatabaseListeners({
    iam,
    region: REGION,
    account: '000000000000',
    tls,
    servers: [{ name: 'shop-db', resource_id: 'db-TEST', backend: () => reader.href }],
  });
  writeFileSync(join(directory, 'ca.pem'), tls.ca);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', KEYS.sessionToken);
  vi.stubEnv(VARIABLES.databaseCaFile, join(directory, 'ca.pem'));
});

afterAll(async () => {
  await listeners.stop();
  for (const database of databases) await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

function at(which = 0, changes: Partial<Database> = {}): Database {
  return {
    server: 'shop-db',
    host: 'localhost',
    port: listeners.ports.get('shop-db') ?? 0,
    name: databases[which]?.name ?? '',
    user: 'mrt_reader',
    instance_identifier: null,
    full_name_attributes: [],
    email_attributes: [],
    session_timeout_seconds: 600,
    ...changes,
  };
}

function request(ms = 20_000): Context {
  return { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
}

const connection = (database = at(), context = request(), limits: ConnectionLimits = { connections: 3 }) =>
  postgres(context, limits).on(database);

async function pid(database = at(), context = request(), limits: ConnectionLimits = { connections: 3 }) {
  const [row] = await connection(database, context, limits).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid;
}

async function terminate(who: number | undefined): Promise<void> {
  await databases[0]?.query('SELECT pg_terminate_backend($1)', [who]);
  await vi.waitFor(async () => expect(await alive([who])).toEqual([]), 20_000);
}

describe('the IAM token', () => {
  const address = { host: 'shop.abc.eu-west-1.rds.amazonaws.com', port: 5432, user: 'mrt_reader' };

  test('is for exactly this host, port and user, with this function’s keys, for 15 minutes', async () => {
    const token = new URL(`https://${await databaseToken(address, request())}`);
    expect(token.host).toBe('shop.abc.eu-west-1.rds.amazonaws.com:5432');
    expect(Object.fromEntries(token.searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'mrt_reader',
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': KEYS.sessionToken,
      'X-Amz-Credential': expect.stringMatching(`^${KEYS.accessKeyId}/\\d{8}/${REGION}/rds-db/aws4_request$`),
    });
  });

  test('is not made with keys from anywhere else: without Lambda’s own it is the function’s fault, not the database’s', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_PROFILE', 'somebody-else');
    await expect(databaseToken(address, request())).rejects.toThrow('no AWS credentials');
    const refused = await pid(at(1), request(), { connections: 1 }).catch((error: unknown) => error);
    vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
    vi.stubEnv('AWS_PROFILE', undefined);
    expect(refused).not.toBeInstanceOf(DatabaseUnavailableError);
    expect((refused as Error).message).toContain('no AWS credentials');
  });
});

describe('a session', () => {
  test('is mrt_reader’s, named, read-only, and limited by the server itself', async () => {
    const [row] = await connection(at(), request(10_000), { connections: 3, lockTimeoutMs: 10 }).query(`
      SELECT current_user AS user, current_setting('application_name') AS name, current_setting('lock_timeout') AS lock,
        current_setting('idle_session_timeout', true) AS idle, current_setting('transaction_read_only') AS read_only,
        (SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout') AS statement_ms,
        current_setting('server_version_num')::int AS version`);
    expect(row).toMatchObject({ user: 'mrt_reader', name: 'mrt-api', lock: '10ms', read_only: 'on' });
    const { statement_ms, idle, version } = row as { statement_ms: number; idle: string | null; version: number };
    expect(idle).toBe(version < 140_000 ? null : '10min');
    expect(statement_ms).toBeGreaterThan(0);
    expect(statement_ms).toBeLessThanOrEqual(10_000);
  });

  test('has help from other processes only for a request that goes over whole tables, and not for the one after it', async () => {
    const workers = async (work?: { wholeTables: boolean }) => {
      const text = `SELECT current_setting('max_parallel_workers_per_gather') AS workers, pg_backend_pid() AS pid,
        current_setting('parallel_leader_participation') AS own`;
      return (await postgres(request(), { connections: 3 }).on(at(), work).query(text))[0];
    };
    const first = await workers();
    expect(first).toMatchObject({ workers: '0', own: 'off' });
    expect(await workers({ wholeTables: true })).toEqual({ ...first, workers: '2' });
    expect(await workers()).toEqual(first);
  });

  test('cannot write, even where the role could', async () => {
    await databases[0]?.query('GRANT INSERT ON open TO mrt_reader');
    await expect(connection().query('INSERT INTO open VALUES (1)')).rejects.toMatchObject({
      name: 'UpstreamFailedError',
      reason: 'sqlstate-25006',
    });
  });

  test('passes values as values', async () => {
    const rows = await connection().query('SELECT $1::text AS text, $2::int[] AS list', [`'; DROP TABLE open`, [1, 2]]);
    expect(rows).toEqual([{ text: `'; DROP TABLE open`, list: [1, 2] }]);
  });

  test('is kept for the next request, and is one for statements side by side', async () => {
    const first = await pid();
    const context = request();
    expect(await Promise.all([pid(at(), context), pid(at(), context), pid()])).toEqual([first, first, first]);
  });

  test('gives way, the longest unused first, where more databases are asked than may be open', async () => {
    const limits = { connections: 2 };
    const [a, b] = [await pid(at(0), request(), limits), await pid(at(1), request(), limits)];
    expect(await pid(at(0), request(), limits)).toBe(a);
    await pid(at(2), request(), limits);
    await vi.waitFor(async () => expect(await alive([a, b])).toEqual([a]), 20_000);
    expect(await pid(at(0), request(), limits)).toBe(a);
  });

  test('waits for a free place when all are at work, until the deadline', async () => {
    const limits = { connections: 1 };
    await connected(databases[0]?.url ?? '', async (holder) => {
      await holder.query('SELECT pg_advisory_lock(1)');
      const work = connection(at(0), request(), limits).query('SELECT pg_advisory_xact_lock_shared(1)');
      await expect(pid(at(1), request(100), limits)).rejects.toBeInstanceOf(UpstreamTimeoutError);
      const next = pid(at(1), request(), limits);
      await holder.query('SELECT pg_advisory_unlock(1)');
      await expect(next).resolves.toBeTypeOf('number');
      await work;
    });
  });
});

describe('a database that does not answer', () => {
  const PAUSE = 5_100;
  /** An attempt takes three seconds. */
  const AT_ONCE = 2_500;
  afterEach(() => vi.useRealTimers());

  /** Takes connections and says nothing, as a host whose packets vanish, until it is `back` and leads to the listener. */
  async function away() {
    const state = { attempts: 0, isBack: false };
    const server = createServer((socket) => {
      state.attempts += 1;
      socket.on('error', () => undefined);
      if (!state.isBack) return;
      const onward = connect(listeners.ports.get('shop-db') ?? 0, 'localhost').on('error', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return { ...at(0, { port }), state, end: () => server.close() };
  }

  async function timed(work: Promise<unknown>) {
    const started = performance.now();
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { error, ms: performance.now() - started };
  }

  test('costs one caller the attempt, and the others nothing, those that waited behind it included', async () => {
    const server = await away();
    const first = timed(pid(server));
    const behind = timed(pid(server));
    expect((await first).error).toMatchObject({ name: 'DatabaseUnavailableError', reason: 'unreachable' });
    expect((await behind).error).toMatchObject({ name: 'DatabaseUnavailableError', reason: 'unreachable' });
    expect((await behind).ms - (await first).ms).toBeLessThan(AT_ONCE);
    const later = await timed(pid(server));
    expect(later.error).toMatchObject({ name: 'DatabaseUnavailableError', reason: 'unreachable', source: 'shop-db' });
    expect(later.ms).toBeLessThan(AT_ONCE);
    expect(server.state.attempts).toBe(1);
    server.end();
  });

  test('is tried again by one probe after a pause, while the others are still answered at once', async () => {
    const server = await away();
    await timed(pid(server));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + PAUSE });
    const probe = timed(pid(server));
    const beside = await timed(pid(server));
    expect(beside.error).toMatchObject({ reason: 'unreachable' });
    expect(beside.ms).toBeLessThan(AT_ONCE);
    await probe;
    expect(server.state.attempts).toBe(2);
    server.end();
  });

  test('is used again as soon as the probe has an answer', async () => {
    const server = await away();
    await timed(pid(server));
    server.state.isBack = true;
    expect((await timed(pid(server))).error).toMatchObject({ reason: 'unreachable' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + PAUSE });
    // The token is for this port, and the listener's is another: it is there, and says no.
    expect((await timed(pid(server))).error).toMatchObject({ reason: 'login-refused' });
    expect((await timed(pid(server))).error).toMatchObject({ reason: 'login-refused' });
    expect(server.state.attempts).toBe(3);
    server.end();
  });

  test('but refuses at once is asked each time: nobody loses by it, and its return is seen by the next request', async () => {
    let attempts = 0;
    const server = createServer((socket) => {
      attempts += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    for (let i = 1; i <= 2; i += 1) {
      await expect(pid(at(0, { port }))).rejects.toMatchObject({ reason: 'unreachable' });
      expect(attempts).toBe(i);
    }
    server.close();
  });
});

async function alive(pids: (number | undefined)[]) {
  const rows = await databases[0]?.query('SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1)', [pids]);
  return rows?.map((row) => row['pid']);
}

describe('a connection that is lost', () => {
  test('while idle, is opened anew without the request noticing', async () => {
    const before = await pid();
    await terminate(before);
    const after = await pid();
    expect(after).toBeTypeOf('number');
    expect(after).not.toBe(before);
  });

  test('in the middle of a statement, is opened anew once', async () => {
    const before = await pid();
    // Long on the session that is lost, at once on the next.
    const answer = connection().query<{ pid: number }>(
      'SELECT pg_backend_pid() AS pid, pg_sleep(CASE WHEN pg_backend_pid() = $1 THEN 15 ELSE 0 END)',
      [before],
    );
    await vi.waitFor(async () => {
      const [session] =
        (await databases[0]?.query('SELECT state FROM pg_stat_activity WHERE pid = $1', [before])) ?? [];
      expect(session?.['state']).toBe('active');
    }, 10_000);
    await terminate(before);
    const [row] = await answer;
    expect(row?.pid).not.toBe(before);
  });

  test('and lost again at once, is unreachable', async () => {
    const answer = connection().query('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(answer).rejects.toMatchObject({ name: 'DatabaseUnavailableError', reason: 'unreachable' });
    await expect(pid()).resolves.toBeTypeOf('number');
  });
});

describe('what can fail says why', () => {
  test('the deadline', async () => {
    const late = connection(at(), request(600)).query('SELECT pg_sleep(5)');
    await expect(late).rejects.toBeInstanceOf(UpstreamTimeoutError);
    await expect(pid()).resolves.toBeTypeOf('number');
  });

  test('the deadline, also of what waits behind it, for which no other connection is opened', async () => {
    await pid();
    const open = vi.spyOn(Session, 'open');
    const shared = connection(at(), request(600));
    // Not ended by the server, so that the deadline ends it with its connection.
    const texts = ['SET statement_timeout = 0; SELECT pg_sleep(5)', 'SELECT 1'];
    await Promise.all(texts.map((text) => expect(shared.query(text)).rejects.toThrow(UpstreamTimeoutError)));
    expect(open).not.toHaveBeenCalled();
    open.mockRestore();
  });

  test('a locked table', async () => {
    await connected(databases[0]?.url ?? '', async (holder) => {
      await holder.query('BEGIN; LOCK TABLE open IN ACCESS EXCLUSIVE MODE');
      const limits = { connections: 3, lockTimeoutMs: 10 };
      const error = await connection(at(), request(), limits)
        .query('SELECT FROM open')
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RelationLockedError);
      expect(error).toMatchObject({ name: 'UpstreamTimeoutError', source: 'shop-db' });
    });
  });

  test('a missing grant names the table', async () => {
    await expect(connection().query('SELECT FROM secrets')).rejects.toMatchObject({
      reason: 'grant-missing',
      table: 'secrets',
    });
  });

  test('another user, another database, another key: login-refused', async () => {
    const refused = { name: 'DatabaseUnavailableError', reason: 'login-refused' };
    await expect(pid(at(0, { user: 'postgres' }))).rejects.toMatchObject(refused);
    await expect(pid(at(0, { name: 'nowhere' }))).rejects.toMatchObject(refused);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
    await expect(pid(at(1), request(), { connections: 1 })).rejects.toMatchObject(refused);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
  });

  test('too many connections', async () => {
    await pid(at(0), request(), { connections: 1 });
    await databases[1]?.query(`ALTER DATABASE ${databases[1].name} CONNECTION LIMIT 0`);
    await expect(pid(at(1))).rejects.toMatchObject({ reason: 'too-many-connections' });
    await databases[1]?.query(`ALTER DATABASE ${databases[1].name} CONNECTION LIMIT -1`);
  });

  test('a certificate of another authority, or for another host: tls', async () => {
    const other = mkdtempSync(join(tmpdir(), 'mrt-test-other-ca-'));
    const { ca } = serverCertificate(other);
    writeFileSync(join(other, 'ca.pem'), ca);
    await pid(at(0), request(), { connections: 1 });
    vi.stubEnv(VARIABLES.databaseCaFile, join(other, 'ca.pem'));
    await expect(pid(at(1))).rejects.toMatchObject({ reason: 'tls' });
    vi.stubEnv(VARIABLES.databaseCaFile, join(directory, 'ca.pem'));
    rmSync(other, { recursive: true });
    await expect(pid(at(1, { host: '127.0.0.1' }))).rejects.toMatchObject({ reason: 'tls' });
  });

  test('nobody listening, and somebody who never answers: unreachable', async () => {
    const silent = await listener();
    const port = (silent.address() as { port: number }).port;
    await expect(pid(at(0, { port }))).rejects.toMatchObject({ reason: 'unreachable' });
    silent.close();
    await expect(pid(at(0, { port }))).rejects.toMatchObject({ reason: 'unreachable' });
  });

  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'tls'],
    ['a server without TLS', 'N', 'tls'],
    ['something that hangs up', '', 'unreachable'],
  ])('%s in its place', async (_, answer, reason) => {
    const other = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(pid(at(0, { port }))).rejects.toMatchObject({ name: 'DatabaseUnavailableError', reason });
    other.close();
  });

  test('no message or cause holds a host, a statement or a value', async () => {
    const error = await connection()
      .query(`SELECT 'hidden-value'::int`)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UpstreamFailedError);
    const { message, cause } = error as Error;
    expect(JSON.stringify({ message, cause })).toBe('{"message":"shop-db: sqlstate-22P02","cause":{"code":"22P02"}}');
  });

  test.each([
    ['57P03', 'starting'],
    ['57P01', 'starting'],
    ['53300', 'too-many-connections'],
    ['42501', 'login-refused'],
  ])('SQLSTATE %s while logging in: %s', (code, reason) => {
    const error = Object.assign(new Error('x'), { code, severity: 'FATAL' });
    expect(connectFault('shop-db', error)).toMatchObject({ reason });
    expect(connectFault('shop-db', error)).toBeInstanceOf(DatabaseUnavailableError);
  });

  test.each(['57P01', '57P02', '57P05', '08006'])('SQLSTATE %s ends the session, not the request', (code) => {
    const error = Object.assign(new Error('x'), { code, severity: 'FATAL' });
    expect(statementFault('shop-db', error)).toMatchObject({ name: 'ConnectionLostError' });
  });
});

async function listener(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
