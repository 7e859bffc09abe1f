import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Postgres } from '@mrt/local-aws/rds/postgres.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSupervisedPostgres } from '../../../local/data/supervised-postgres.ts';
import { connected } from '../../postgres.ts';

let directory: string;
let postgres: Postgres;
const notice = vi.fn<(message: string) => void>();
const giveUp = vi.fn<(error: Error) => void>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-supervised-'));
  chmodSync(directory, 0o755);
  postgres = await startSupervisedPostgres({
    directory,
    notice,
    giveUp,
    log: () => undefined,
    progress: () => undefined,
  });
});
afterAll(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Kills the server's first process, as the system does when memory runs out. */
function kill(): void {
  if (postgres.pid === null) throw new Error('PostgreSQL does not run');
  process.kill(postgres.pid, 'SIGKILL');
}

const answers = () => connected(postgres.url('postgres'), (client) => client.query('SELECT 1'));
const isBack = (pid: number | null) =>
  vi.waitFor(() => expect([null, pid]).not.toContain(postgres.pid), { timeout: 25_000, interval: 50 });

test('a server that is stopped and started by hand is nobody’s concern', async () => {
  await postgres.stop();
  await postgres.start();
  await answers();
  expect(notice).not.toHaveBeenCalled();
});

test('a server that is killed is said to have ended, and is there again', async () => {
  const { pid } = postgres;
  kill();
  await isBack(pid);
  await answers();
  expect(notice).toHaveBeenCalledWith('PostgreSQL has ended (signal SIGKILL); it is started again.');
  expect(giveUp).not.toHaveBeenCalled();
});

test('one that keeps ending is given up', async () => {
  for (let times = 0; times < 2; times++) {
    const { pid } = postgres;
    kill();
    await isBack(pid);
  }
  kill();
  await vi.waitFor(() => expect(giveUp).toHaveBeenCalledOnce(), 25_000);
  expect(giveUp.mock.calls[0]?.[0].message).toContain('ended 4 times within a minute');
  expect(postgres.pid).toBeNull();
});
