import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '@aws-sdk/rds-signer';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { type ServerCertificate, serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { type DatabaseListeners, startDatabaseListeners } from '@mrt/local-aws/rds/listener.ts';
import { type Postgres, startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';

const ACCOUNT = '000000000000';
const REGION = 'eu-west-1';
const RESOURCE_ID = 'db-TESTRESOURCE';
const KEYS = { accessKeyId: 'AKIATEST0000000000A1', secretAccessKey: 'secret-one', sessionToken: 'session-one' };
const OTHER_KEYS = { accessKeyId: 'AKIATEST0000000000B2', secretAccessKey: 'secret-two', sessionToken: 'session-two' };

const directory = mkdtempSync(join(tmpdir(), 'mrt-test-listener-'));
let database: TestDatabase;
let tls: ServerCertificate;
let listeners: DatabaseListeners;
const refusals: string[] = [];

function iam(): Iam {
  const principal = (name: string, resource: string, keys: typeof KEYS) => ({
    name,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    policies: [
      {
        Version: '2012-10-17' as const,
        Statement: [{ Effect: 'Allow' as const, Action: 'rds-db:connect', Resource: resource }],
      },
    ],
    inVpc: true,
    ...keys,
  });
  const made = new Iam('eu-west-1');
  const users = `arn:aws:rds-db:${REGION}:${ACCOUNT}:dbuser`;
  made.register(principal('Users', `${users}:${RESOURCE_ID}/mrt_reader`, KEYS));
  made.register(principal('Elsewhere', `${users}:db-OTHER/mrt_reader`, OTHER_KEYS));
  return made;
}

interface Attempt extends ClientConfig {
  /** What the token is made for, where that differs from the connection. */
  token?: { hostname?: string; port?: number; username?: string; region?: string };
  keys?: typeof KEYS;
}

async function logIn({ token = {}, keys = KEYS, ...config }: Attempt = {}, to = 'shop'): Promise<Client> {
  const port = listeners.ports.get(to) ?? 0;
  const signer = new Signer({
    ...{ hostname: 'localhost', port, username: config.user ?? 'mrt_reader', region: REGION },
    ...token,
    credentials: keys,
  });
  const client = new Client({
    host: 'localhost',
    port,
    user: 'mrt_reader',
    database: database.name,
    password: await signer.getAuthToken(),
    ssl: { ca: tls.ca },
    ...config,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

beforeAll(async () => {
  chmodSync(directory, 0o755);
  database = await freshDatabase();
  await database.grantReader();
  tls = serverCertificate(directory);
  const reader = new URL(database.readerUrl);
  reader.pathname = '';
  listeners = await startDatabaseListeners({
    iam: iam(),
    region: REGION,
    account: ACCOUNT,
    tls,
    log: (line) => refusals.push(line),
    servers: [
      { name: 'shop', resource_id: RESOURCE_ID, backend: () => reader.href },
      { name: 'foreign', resource_id: RESOURCE_ID, backend: () => database.url },
      {
        name: 'shared',
        resource_id: RESOURCE_ID,
        backend: (name) => (name === 'foreign' ? database.url : reader.href),
      },
      { name: 'down', resource_id: RESOURCE_ID, backend: () => 'postgresql://mrt_reader:x@127.0.0.1:1/none' },
    ],
  });
});

afterAll(async () => {
  await listeners.stop();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a function with a good token', () => {
  test('is logged in as mrt_reader over TLS, to the database that it asked for', async () => {
    const client = await logIn();
    const { rows } = await client.query('SELECT current_user, current_database() AS name, $1::int + 1 AS sum', [41]);
    await client.end();
    expect(rows).toEqual([{ current_user: 'mrt_reader', name: database.name, sum: 42 }]);
  });

  test('keeps its start-up settings, blanks and backslashes included', async () => {
    const client = await logIn({
      application_name: 'mrt test',
      options: '-c mrt.words=a\\ b',
      statement_timeout: 1234,
    });
    const { rows } = await client.query(
      "SELECT current_setting('application_name') AS name, current_setting('mrt.words') AS words, current_setting('statement_timeout') AS timeout",
    );
    await client.end();
    expect(rows).toEqual([{ name: 'mrt test', words: 'a b', timeout: '1234ms' }]);
  });

  test('gets answers of several megabytes whole', async () => {
    const client = await logIn();
    const { rows } = await client.query("SELECT repeat('x', 5000000) AS long");
    await client.end();
    expect((rows[0] as { long: string }).long).toHaveLength(5_000_000);
  });

  test('may cancel its own statement', async () => {
    const client = await logIn();
    const sleeping = client.query('SELECT pg_sleep(20)');
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    // A cancel that comes before the statement cancels nothing.
    await vi.waitUntil(async () => {
      const active = "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
      return (await database.query(active, [processID])).length === 1;
    }, 20_000);
    const request = Buffer.alloc(16);
    for (const [i, value] of [16, 80877102, processID, secretKey].entries()) request.writeInt32BE(value, i * 4);
    connect(listeners.ports.get('shop') ?? 0, '127.0.0.1').end(request);
    await expect(sleeping).rejects.toMatchObject({ code: '57014' });
    await client.end();
  });

  test('is logged in as the user and to the database of a foreign address', async () => {
    const client = await logIn({ database: 'whatever' }, 'foreign');
    const { rows } = await client.query('SELECT current_user, current_database() AS name');
    await client.end();
    expect(rows).toEqual([{ current_user: 'postgres', name: database.name }]);
  });
});

describe('a server with a database that lies elsewhere', () => {
  test('takes each login to where its database is', async () => {
    const users = [];
    for (const name of ['foreign', database.name]) {
      const client = await logIn({ database: name }, 'shared');
      users.push((await client.query('SELECT current_user')).rows[0]);
      await client.end();
    }
    expect(users).toEqual([{ current_user: 'postgres' }, { current_user: 'mrt_reader' }]);
  });

  test('drops a cancel for a session that it does not have', async () => {
    const client = await logIn({}, 'shared');
    const sleeping = client.query('SELECT pg_sleep(0.3)');
    const request = Buffer.alloc(16);
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    for (const [i, value] of [16, 80877102, processID, secretKey ^ 1].entries()) request.writeInt32BE(value, i * 4);
    const socket = connect(listeners.ports.get('shared') ?? 0, '127.0.0.1').end(request);
    await new Promise((resolve) => socket.resume().once('close', resolve));
    await expect(sleeping).resolves.toMatchObject({ rowCount: 1 });
    await client.end();
  });
});

describe('a login is refused in the words of RDS', () => {
  const pam = { code: '28000', message: 'PAM authentication failed for user "mrt_reader"' };

  test('without TLS', async () => {
    await expect(logIn({ ssl: false })).rejects.toMatchObject({
      code: '28000',
      message: expect.stringMatching(
        /^no pg_hba.conf entry for host "127.0.0.1", user "mrt_reader", .* no encryption$/,
      ),
    });
  });

  test.each([
    ['a password in place of a token', { password: 'secret' }, 'malformed'],
    ['an expired token', { password: 'expired' }, 'expired'],
    ['a token signed with a key that nobody has', { keys: { ...KEYS, accessKeyId: 'AKIANOBODY' } }, 'unknown-key'],
    ['a token signed with a wrong secret', { keys: { ...KEYS, secretAccessKey: 'guess' } }, 'wrong-signature'],
    ['a token for another host name', { token: { hostname: '127.0.0.1' } }, 'token is for 127.0.0.1'],
    ['a token for another port', { token: { port: 5432 } }, 'localhost:5432'],
    ['a token for another user', { token: { username: 'postgres' } }, 'the user postgres'],
    ['a token for another Region', { token: { region: 'us-east-1' } }, 'Region us-east-1'],
    [
      'a role that may connect to another server only',
      { keys: OTHER_KEYS },
      'not authorized to perform: rds-db:connect',
    ],
  ] as [string, Attempt, string][])('with %s', async (_, attempt, reason) => {
    refusals.length = 0;
    const password = attempt.password === 'expired' ? { password: await expiredToken() } : {};
    await expect(logIn({ ...attempt, ...password })).rejects.toMatchObject(pam);
    expect(refusals).toEqual([expect.stringContaining(reason)]);
  });

  test('for a user that the role may not connect as', async () => {
    await expect(logIn({ user: 'postgres' })).rejects.toMatchObject({
      message: 'PAM authentication failed for user "postgres"',
    });
  });

  test('while a database that does not exist is PostgreSQL’s own error', async () => {
    await expect(logIn({ database: 'nowhere' })).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('the certificate', () => {
  test('is not good for a client that does not know the certificate’s authority', async () => {
    await expect(logIn({ ssl: true })).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  });
});

describe('a server that is down', () => {
  test('shows as a closed connection', async () => {
    await expect(logIn({}, 'down')).rejects.toThrow('Connection terminated unexpectedly');
  });

  test('ends sessions when it stops, and takes new ones when it is back', async () => {
    const postgres: Postgres = await startPostgres({
      directory: join(directory, 'postgres'),
      log: () => undefined,
      progress: () => undefined,
    });
    const own = await startDatabaseListeners({
      iam: iam(),
      region: REGION,
      account: ACCOUNT,
      tls,
      servers: [{ name: 'own', resource_id: RESOURCE_ID, backend: () => postgres.url('postgres') }],
    });
    const shared = listeners;
    listeners = own;
    try {
      const before = await logIn({}, 'own');
      const lost = new Promise((resolve) => before.once('end', resolve));
      await postgres.stop();
      await lost;
      await expect(logIn({}, 'own')).rejects.toThrow('Connection terminated unexpectedly');
      await postgres.start();
      const after = await logIn({}, 'own');
      expect((await after.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      await after.end();
    } finally {
      listeners = shared;
      await own.stop();
      await postgres.stop();
    }
  });
});

describe('the listener', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
  test.each(['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])])('is on %s, whichever of them localhost is', async (host) => {
    const socket = connect(listeners.ports.get('shop') ?? 0, host);
    await once(socket, 'connect');
    // An SSLRequest (PostgreSQL documentation, 55.7) is answered with one letter.
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toBe('S');
  });

  test('leaves no session behind when the client goes away', async () => {
    const client = await logIn({ application_name: 'gone' });
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await expect
      .poll(() => database.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'gone'"))
      .toEqual([]);
  });

  test('says which server cannot listen when its port is taken', async () => {
    const port = listeners.ports.get('shop') ?? 0;
    const servers = [{ name: 'second', resource_id: RESOURCE_ID, port, backend: () => database.url }];
    await expect(
      startDatabaseListeners({ iam: iam(), region: REGION, account: ACCOUNT, tls, servers }),
    ).rejects.toThrow(`second cannot listen on port ${port}`);
  });
});

/** A token that was good sixteen minutes ago. */
async function expiredToken(): Promise<string> {
  const port = listeners.ports.get('shop') ?? 0;
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const { Sha256 } = await import('../../../../lambdas/upstreams/s3/signed-https.ts');
  const signer = new SignatureV4({ service: 'rds-db', region: REGION, credentials: KEYS, sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: 'localhost',
      port,
      path: '/',
      query: { Action: 'connect', DBUser: 'mrt_reader' },
      headers: { host: `localhost:${port}` },
    },
    { expiresIn: 900, signingDate: new Date(Date.now() - 16 * 60_000) },
  );
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `localhost:${port}/?${pairs.join('&')}`;
}
