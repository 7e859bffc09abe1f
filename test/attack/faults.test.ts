/**
 * Faults beyond those of test/end-to-end/faults.test.ts, on the running system: what is answered meanwhile, and that
 * the next request after the fault is answered well without anybody's help. docs/runbook.md has the table of them.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Reply, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { clockedFunction } from './clocked-function.ts';
import { functionOf } from './past-the-gateway.ts';

const USERS = '/users?environment=shop-prod&limit=5';
const TABLES = '/table_size?environment=shop-prod&limit=5';
const LISTING = '/bucket_size?environment=shop-prod&source=listing';
let system: RunningSystem;
let owner: Client;

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0.01 });
  owner = new Client(system.databases.postgres?.url('shop_prod'));
  await owner.connect();
});
afterEach(() => {
  system.services.s3.faults.clear();
  vi.useRealTimers();
});
afterAll(async () => {
  await owner.end();
  await system.end();
});

const served = async (target: string) => (await system.ask(target)).status;
const unavailable = (reply: Reply, reason: string) =>
  expect([reply.status, reply.json['title'], reply.json['reason']]).toEqual([503, 'Database unavailable', reason]);

/** Process ids of the API's sessions in the server. */
async function sessions(): Promise<number[]> {
  const { rows } = await owner.query("SELECT pid FROM pg_stat_activity WHERE usename = 'mrt_reader'");
  return rows.map(({ pid }: { pid: number }) => pid);
}
const terminate = () =>
  owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mrt_reader'");

/** Stops the server's own processes for the API's sessions: it is there, and answers nothing. */
async function halt(): Promise<() => void> {
  const halted = await sessions();
  for (const pid of halted) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of halted) process.kill(pid, 'SIGCONT');
  };
}

/** Asks, holds the statement at a lock, lets `befall` happen to its session there, and takes the lock away. */
async function inMidQuery(target: string, befall: (pid: number) => unknown): Promise<Reply> {
  expect(await served(TABLES)).toBe(200);
  await owner.query('BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE');
  const asked = system.ask(target);
  try {
    const held = "SELECT pid FROM pg_stat_activity WHERE usename = 'mrt_reader' AND wait_event_type = 'Lock'";
    const pid = await vi.waitFor(
      async () => {
        const { rows } = await owner.query<{ pid: number }>(held);
        if (rows[0] === undefined) throw new Error('not there yet');
        return rows[0].pid;
      },
      { interval: 5, timeout: 5_000 },
    );
    await befall(pid);
  } finally {
    await owner.query('ROLLBACK');
  }
  return asked;
}

describe('PostgreSQL', () => {
  test('out of connections: a 503 that says so and when to come again, and a 200 once there is room', async () => {
    system.compute.restart();
    await terminate();
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
    const reply = await inMidQuery(`${TABLES}&budget_s=3`, (pid) => process.kill(pid, 'SIGSTOP'));
    expect([reply.status, reply.json['source']]).toEqual([504, 'shop-prod-db']);
    for (const pid of await sessions()) process.kill(pid, 'SIGCONT');
    expect(await served(TABLES)).toBe(200);
  });

  test('silent on a kept connection: it is given up for a new one within the request', async () => {
    expect(await served(USERS)).toBe(200);
    const resume = await halt();
    try {
      expect(await served(USERS)).toBe(200);
    } finally {
      resume();
    }
  });

  test('terminating our session in mid-query: asked again on a new one, or a 503', async () => {
    const reply = await inMidQuery(TABLES, () => terminate());
    if (reply.status !== 200) unavailable(reply, 'unreachable');
    expect(await served(TABLES)).toBe(200);
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
      await terminate();
      expect(await ask()).toBe(200);
    } finally {
      users.end();
    }
  });
});

describe('S3', () => {
  test('one page in ten failing does not change a total', async () => {
    const total = async () => (await system.ask(LISTING)).json['total'];
    const whole = await total();
    system.services.s3.faults.inject({ kind: 'failed', every: 10, operation: 'ListObjectsV2' });
    expect(await total()).toEqual(whole);
  });
});

describe('frozen for longer than its connections live', () => {
  test('the sessions are gone when it thaws: nobody notices', async () => {
    expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
    await terminate();
    expect([await served(USERS), await served(TABLES)]).toEqual([200, 200]);
  });
});

describe('a function', () => {
  /** Each of these ends in the gateway's own 500, which clients retry. */
  const crashed = (reply: Reply) =>
    expect([reply.status, reply.text]).toEqual([500, '{"message":"Internal Server Error"}']);
  const held = () => {
    system.services.s3.faults.delay_ms = 1_500;
  };

  test('killed in mid-request', async () => {
    expect(await served(LISTING)).toBe(200);
    held();
    const asked = system.ask(LISTING);
    await sleep(500);
    functionOf(system, 'bucket_size').restart();
    crashed(await asked);
    system.services.s3.faults.clear();
    expect(await served(LISTING)).toBe(200);
  });

  test('out of memory', async () => {
    const { deployed } = functionOf(system, 'bucket_size');
    const { memoryMegabytes } = deployed;
    system.compute.restart();
    deployed.memoryMegabytes = 40;
    held();
    try {
      crashed(await system.ask(LISTING));
    } finally {
      deployed.memoryMegabytes = memoryMegabytes;
      system.services.s3.faults.clear();
      system.compute.restart();
    }
    expect(await served(LISTING)).toBe(200);
  });

  test('out of time: hanging past its own deadline, it is ended by Lambda', async () => {
    const { deployed } = functionOf(system, 'bucket_size');
    const { timeoutSeconds } = deployed;
    expect(await served(LISTING)).toBe(200);
    deployed.timeoutSeconds = 2;
    held();
    try {
      const asked = system.ask(LISTING);
      await sleep(500);
      for (const pid of instances()) process.kill(pid, 'SIGSTOP');
      crashed(await asked);
    } finally {
      deployed.timeoutSeconds = timeoutSeconds;
      system.services.s3.faults.clear();
    }
    expect(await served(LISTING)).toBe(200);
  });
});

/** Process ids of all function instances. The idle ones are stopped anyway, and are woken when they are needed. */
function instances(): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return processes
    .map((line) => line.trim().split(/ +/))
    .filter(([, parent, ...words]) => Number(parent) === process.pid && words.join(' ').includes('runtime-client'))
    .map(([pid]) => Number(pid));
}
