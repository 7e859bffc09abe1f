import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlreadyRunningError, FolderLock } from '../../../local/run/folder-lock.ts';

let directory: string;
let children: ChildProcess[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-lock-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function start(...parameters: string[]): ChildProcess {
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

/** A run in a process of its own, which a test may kill; it registers `pids`. */
async function otherRun(pids: number[]): Promise<ChildProcess> {
  const lock = new URL('../../../local/run/folder-lock.ts', import.meta.url).href;
  const child = start(
    '--input-type=module',
    '--eval',
    `const { FolderLock } = await import(${JSON.stringify(lock)});
     const lock = await FolderLock.take(${JSON.stringify(directory)});
     for (const pid of ${JSON.stringify(pids)}) lock.add(pid);
     process.stdout.write('holds');
     setInterval(() => {}, 1000);`,
  );
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

test('a folder has one run at a time; the second is told which process has it', async () => {
  const lock = await FolderLock.take(directory);
  const second = FolderLock.take(directory);
  await expect(second).rejects.toThrow(AlreadyRunningError);
  await expect(second).rejects.toMatchObject({ pid: String(process.pid) });
  await lock.release();
});

test('of many runs that ask at once exactly one gets the folder, again and again', async () => {
  for (let round = 0; round < 5; round++) {
    const runs = await Promise.allSettled(Array.from({ length: 6 }, () => FolderLock.take(directory)));
    const holding = runs.filter((run) => run.status === 'fulfilled');
    const refused = runs.filter((run) => run.status === 'rejected');
    expect(holding).toHaveLength(1);
    expect(refused.map(({ reason }) => reason.name)).toEqual(Array(5).fill('AlreadyRunningError'));
    await holding[0]?.value.release();
  }
});

test('a folder that a killed watchdog has left can be taken', async () => {
  // A process that lives, though it is no run any more.
  writeFileSync(join(directory, 'run.pid'), String(process.ppid));
  const lock = await FolderLock.take(directory);
  expect(readFileSync(join(directory, 'run.pid'), 'utf8')).toBe(String(process.pid));
  await lock.release();
});

test('a folder that nothing can be written to is named', async () => {
  const place = join(directory, 'run.lock');
  mkdirSync(place);
  await expect(FolderLock.take(directory)).rejects.toThrow(`could not take the folder ${directory}: unable to open`);
});

test('a folder that is given back can be taken again', async () => {
  await (await FolderLock.take(directory)).release();
  expect(existsSync(join(directory, 'run.pid'))).toBe(false);
  const second = await FolderLock.take(directory);
  await expect(FolderLock.take(directory)).rejects.toThrow(AlreadyRunningError);
  await second.release();
});

test('a clean end leaves other processes alone', async () => {
  const bystander = start('--eval', 'setInterval(() => {}, 1000)');
  const lock = await FolderLock.take(directory);
  lock.add(bystander.pid ?? 0);
  await lock.release();
  expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
});

test('when the run is killed its frozen processes and endpoints.json go, and the folder is free', async () => {
  const frozen = start('--eval', 'setInterval(() => {}, 1000)');
  const gone = ended(frozen);
  frozen.kill('SIGSTOP');
  const endpoints = join(directory, 'endpoints.json');
  writeFileSync(endpoints, '{}');
  const clients = join(directory, 'clients');
  mkdirSync(clients);
  writeFileSync(join(clients, 'sample-client.json'), '{}');
  const run = await otherRun([frozen.pid ?? 0]);

  run.kill('SIGKILL');
  expect(await gone).toBe('SIGKILL');
  await (await FolderLock.take(directory)).release();
  expect([existsSync(endpoints), existsSync(clients)]).toEqual([false, false]);
});

test('a process that has ended is forgotten', async () => {
  const spared = start('--eval', 'setInterval(() => {}, 1000)');
  const lock = await FolderLock.take(directory);
  lock.add(spared.pid ?? 0);
  lock.remove(spared.pid ?? 0);
  await lock.release();
  await sleep(50);
  expect(spared.signalCode).toBeNull();
});
