/**
 * A process of its own that outlives `kill -9` of the run: while it lives, the folder is taken; when the run is gone,
 * it ends the function instances (frozen ones cannot end themselves) and removes `endpoints.json`.
 * PostgreSQL is not its business: the server ends itself when the run is gone (`postgres.ts`).
 *
 * Standard input: lines `+pid`, `-pid`, and `done` before a clean end. Standard output: `ready`, or `taken <pid>`.
 * It runs in the folder and meets others at `run.sock`, named relatively: socket paths are limited to 104 bytes.
 */
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const SOCKET = 'run.sock';
const ENDPOINTS = 'endpoints.json';

const [run = ''] = process.argv.slice(2);
const pids = new Set<number>();
let state = `running ${run}`;

// Ctrl-C and a terminal that closes reach every process of the run; this one goes last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.on('error', () => undefined);

/** What the one who has the folder says; `null` when nobody has it. */
function holder(): Promise<string | null> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(SOCKET);
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    socket.once('error', () => resolve(null));
    socket.once('close', () => resolve(said));
  });
}

/** Waits for an earlier run's watchdog that is still cleaning. */
async function takeFolder(): Promise<boolean> {
  for (;;) {
    const said = await holder();
    if (said === null) break;
    if (said.startsWith('running ')) {
      process.stdout.write(`taken ${said.slice('running '.length)}\n`);
      return false;
    }
    await sleep(50);
  }
  rmSync(SOCKET, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(state);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(SOCKET, resolve);
  });
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
  rmSync(ENDPOINTS, { force: true });
  rmSync(SOCKET, { force: true });
  process.exit(0);
}

if (await takeFolder()) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) pids.add(pid);
    else if (line.startsWith('-')) pids.delete(pid);
    else if (line === 'done') pids.clear();
  });
  lines.once('close', () => {
    state = 'cleaning';
    leave();
  });
} else {
  process.exit(0);
}
