/**
 * A process of its own that outlives `kill -9` of the run: while it lives, the folder is taken; when the run is gone,
 * it ends the function instances (frozen ones cannot end themselves) and removes `endpoints.json` and its relatives.
 * PostgreSQL is not its business: the server ends itself when the run is gone (`postgres.ts`).
 *
 * Standard input: lines `+pid`, `-pid`, and `done` before a clean end. Standard output: `ready`, `taken <pid>`, or
 * `failed <why>` where the folder cannot be written to.
 *
 * What makes a folder taken is a lock on `run.lock` that the kernel gives to one process and takes back when that
 * process ends, however it ends. Node has no such lock itself; SQLite, which comes with it, has. `run.pid` beside it
 * only says who has the folder.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCK = 'run.lock';
const HOLDER = 'run.pid';
const ENDPOINTS = ['endpoints.json', 'clients'];

const [run = ''] = process.argv.slice(2);
const pids = new Set<number>();
/** Held by this name to the end of the process: a database that is collected as garbage gives its lock back. */
let locked: DatabaseSync | undefined;

// Ctrl-C and a terminal that closes reach every process of the run; this one goes last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.on('error', () => undefined);

/** The run that has the folder; `null` when it has ended, and its watchdog is still at work. */
function holder(): string | null {
  try {
    const pid = readFileSync(HOLDER, 'utf8');
    process.kill(Number(pid), 0);
    return pid;
  } catch {
    return null;
  }
}

/** @returns whether this process has the lock now; it then keeps it to its end */
function lock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    // 5 is SQLITE_BUSY: somebody else has it.
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return false;
    throw error;
  }
}

/** Waits for an earlier run's watchdog that is still cleaning. @returns whether the folder is ours now */
async function takeFolder(database: DatabaseSync): Promise<boolean> {
  while (!lock(database)) {
    const pid = holder();
    if (pid !== null) {
      process.stdout.write(`taken ${pid}\n`);
      return false;
    }
    await sleep(50);
  }
  writeFileSync(HOLDER, run);
  process.stdout.write('ready\n');
  return true;
}

function leave(): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
  for (const name of ENDPOINTS) rmSync(name, { recursive: true, force: true });
  rmSync(HOLDER, { force: true });
  locked?.close();
  process.exit(0);
}

async function taken(): Promise<boolean> {
  try {
    locked = new DatabaseSync(LOCK);
    return await takeFolder(locked);
  } catch (error) {
    process.stdout.write(`failed ${error instanceof Error ? error.message : error}\n`);
    return false;
  }
}

if (await taken()) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) pids.add(pid);
    else if (line.startsWith('-')) pids.delete(pid);
    else if (line === 'done') pids.clear();
  });
  lines.once('close', leave);
} else {
  process.exit(0);
}
