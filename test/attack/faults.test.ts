/**
 * Faults beyond those of test/end-to-end/faults.test.ts: what is answered meanwhile, and that the next request after the
 * fault is answered well without anybody's help. docs/security.md has the table of them.
 */
import { join } from 'node:path';
import { startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Reply, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { clockedFunction } from './clocked-function.ts';
import { halt, inMidQuery, instances, sessions, standIn, terminate } from './held-processes.ts';
import { functionOf } from './past-the-gateway.ts';

const USERS = '/users?environment=shop-prod&limit=5';
const TABLES = '/table_size?environment=shop-prod&limit=5';
const LISTING = '/bucket_size?environment=shop-prod&source=listing';
let system: RunningSystem;
let owner: Client;

beforeAll(async () => {
  system = await sharedSystem();
  owner = new Client(system.databases.postgres?.url('shop_prod'));
  await owner.connect();
});
afterEach(() => {
  system.s3.faults.clear();
  vi.useRealTimers();
});
afterAll(async () => {
  await owner.end();
  await system.end();
});

const served = async (target: string) => (await system.ask(target)).status;
const unavailable = ({ status, json }: Reply, reason: string) =>
  expect([status, json['title'], json['reason']]).toEqual([503, 'Database unavailable', reason]);

describe('PostgreSQL', () => {
  test('out of connections: a 503 that says so and when to come again, and a 200 once there is room', async () => {
    system.functions.restart();
    await terminate(owner);
    await owner.query('ALTER ROLE mrt_reader CONNECTION LIMIT 0');
    try {
      const reply = await system.ask(USERS);
      unavailable(reply, 'too-many-connections');
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await owner.query('ALTER ROLE mrt_reader CONNECTION LIMIT 60');
    }
    expect(await served(USERS)).toBe(200);
  });

  test('slow: the deadline of the request ends it', async () => {
    expect(await served(USERS)).toBe(200);
    const asked = performance.now();
    const reply = await inMidQuery(
      owner,
      () => system.ask(`${USERS}&budget_s=4`),
      (pid) => process.kill(pid, 'SIGSTOP'),
    );
    expect([reply.status, reply.json['source']]).toEqual([504, 'shop-prod-db']);
    // By the deadline of the request and by nothing before it.
    expect(performance.now() - asked).toBeGreaterThan(3_500);
    for (const pid of await sessions(owner)) process.kill(pid, 'SIGCONT');
    expect(await served(USERS)).toBe(200);
  });

  test('whose table of users somebody has locked: a 504 soon, and nobody waits behind us', async () => {
    await owner.query('BEGIN; LOCK TABLE "system$user" IN ACCESS EXCLUSIVE MODE');
    const reply = await system.ask(USERS).finally(() => owner.query('ROLLBACK'));
    expect([reply.status, reply.json['source']]).toEqual([504, 'shop-prod-db']);
    expect(await served(USERS)).toBe(200);
  });

  test('silent on a kept connection: it is given up for a new one within the request', async () => {
    expect(await served(USERS)).toBe(200);
    const resume = await halt(owner);
    try {
      expect(await served(USERS)).toBe(200);
    } finally {
      resume();
    }
  });

  test('terminating our session in mid-query: asked again on a new one, or a 503', async () => {
    expect(await served(USERS)).toBe(200);
    const reply = await inMidQuery(
      owner,
      () => system.ask(USERS),
      () => terminate(owner),
    );
    if (reply.status !== 200) unavailable(reply, 'unreachable');
    expect(await served(USERS)).toBe(200);
  });

  test('a warm function outlives the fifteen minutes of its token, and logs in anew with a fresh one', async () => {
    const users = await clockedFunction(system, 'users');
    try {
      const ask = async () => {
        const authorization = `Bearer ${await system.token({ claims: { exp: Math.floor(Date.now() / 1000) + 7_200 } })}`;
        return (await users.invoke({ path: '/users', query: 'environment=shop-prod&limit=1', authorization })).status;
      };
      expect(await ask()).toBe(200);
      users.setClock(20 * 60_000);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 });
      expect(await ask()).toBe(200);
      await terminate(owner);
      expect(await ask()).toBe(200);
    } finally {
      users.end();
    }
  });
});

describe('PostgreSQL on another server', () => {
  test('after a failover is found by the next request', async () => {
    expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
    const first = system.databases.postgres;
    if (first === null) throw new Error('there is no PostgreSQL');
    await owner.end();
    await first.stop();
    const quiet = { log: () => undefined, progress: () => undefined };
    const second = await startPostgres({ directory: join(system.directory, 'postgres'), ...quiet });
    // The name of the instance, which is all that clients know, leads to another server from now on.
    const away = standIn(first.port, second.port);
    try {
      expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
    } finally {
      await away();
      await second.stop();
      await first.start();
    }
    owner = new Client(first.url('shop_prod'));
    await owner.connect();
  });
});

describe('S3', () => {
  test('one page in ten failing does not change a total', async () => {
    const total = async () => (await system.ask(LISTING)).json['total'];
    const whole = await total();
    system.s3.faults.inject({ kind: 'failed', every: 10, operation: 'ListObjectsV2' });
    expect(await total()).toEqual(whole);
  });
});

test('functions that lay frozen for longer than their sessions live open new ones', async () => {
  expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
  await terminate(owner);
  expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
});

describe('a function', () => {
  /** Each of these ends in the gateway's own 500, which clients retry. */
  const crashed = (reply: Reply) =>
    expect([reply.status, reply.text]).toEqual([500, '{"message":"Internal Server Error"}']);

  /** Longer than any of these waits for S3. */
  const HELD_MS = 20_000;

  /** Asks for a listing, and lets `befall` happen as soon as S3 has been asked, which does not answer. */
  async function inMidListing(befall: () => void): Promise<Reply> {
    const before = system.s3.faults.requests('ListObjectsV2');
    system.s3.faults.delay_ms = HELD_MS;
    const asked = system.ask(LISTING);
    await expect.poll(() => system.s3.faults.requests('ListObjectsV2')).toBeGreaterThan(before);
    befall();
    return asked;
  }

  test('killed in mid-request', async () => {
    expect(await served(LISTING)).toBe(200);
    crashed(await inMidListing(() => functionOf(system, 'bucket_size').restart()));
    system.s3.faults.clear();
    expect(await served(LISTING)).toBe(200);
  });

  test('out of memory', async () => {
    const { deployed } = functionOf(system, 'bucket_size');
    const { memoryMegabytes } = deployed;
    system.functions.restart();
    deployed.memoryMegabytes = 40;
    system.s3.faults.delay_ms = HELD_MS;
    try {
      crashed(await system.ask(LISTING));
    } finally {
      deployed.memoryMegabytes = memoryMegabytes;
      system.s3.faults.clear();
      system.functions.restart();
    }
    expect(await served(LISTING)).toBe(200);
  });

  test('out of time: hanging past its own deadline, it is ended by Lambda', async () => {
    const { deployed } = functionOf(system, 'bucket_size');
    const { timeoutSeconds } = deployed;
    expect(await served(LISTING)).toBe(200);
    deployed.timeoutSeconds = 2;
    try {
      crashed(
        await inMidListing(() => {
          for (const pid of instances()) process.kill(pid, 'SIGSTOP');
        }),
      );
    } finally {
      deployed.timeoutSeconds = timeoutSeconds;
      system.s3.faults.clear();
    }
    expect(await served(LISTING)).toBe(200);
  });
});
