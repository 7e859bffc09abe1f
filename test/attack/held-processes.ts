/** Sessions of the API in PostgreSQL, and instances of functions, caught at a certain moment. */
import { execFileSync } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import type { Client } from 'pg';
import { vi } from 'vitest';

/** Process ids of the API's sessions in the server. `owner` is the superuser. */
export async function sessions(owner: Client): Promise<number[]> {
  const { rows } = await owner.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE usename = 'mrt_reader'");
  return rows.map(({ pid }) => pid);
}

export function terminate(owner: Client): Promise<unknown> {
  return owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mrt_reader'");
}

/** Stops the server's own processes for the API's sessions: it is there, and answers nothing. @returns the way back */
export async function halt(owner: Client): Promise<() => void> {
  const halted = await sessions(owner);
  for (const pid of halted) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of halted) process.kill(pid, 'SIGCONT');
  };
}

/**
 * Asks for users, holds the statement at a lock, lets `befall` happen to its session there, and takes the lock away.
 * `/users` waits for a lock of its table; `/table_size` gives up after 10 ms, which may be over before it is seen.
 */
export async function inMidQuery<T>(
  owner: Client,
  ask: () => Promise<T>,
  befall: (pid: number) => unknown,
): Promise<T> {
  await owner.query('BEGIN; LOCK TABLE "system$user" IN ACCESS EXCLUSIVE MODE');
  const asked = ask();
  try {
    const held = "SELECT pid FROM pg_stat_activity WHERE usename = 'mrt_reader' AND wait_event_type = 'Lock'";
    const seen = async () => {
      const { rows } = await owner.query<{ pid: number }>(held);
      if (rows[0] === undefined) throw new Error('no statement is held');
      return rows[0].pid;
    };
    await befall(await vi.waitFor(seen, { interval: 5, timeout: 20_000 }));
  } finally {
    await owner.query('ROLLBACK');
  }
  return asked;
}

/** Process ids of all export function instances. The idle ones are stopped anyway, and are woken when they are needed. */
export function instances(): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return processes
    .map((line) => line.trim().split(/ +/))
    .filter(([, parent, ...words]) => Number(parent) === process.pid && words.join(' ').includes('runtime-client'))
    .map(([pid]) => Number(pid));
}

/** Lets connections to one port end at another. @returns ends them all, and waits until the port is free */
export function standIn(port: number, onward: number): () => Promise<unknown> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const far = connect(onward, '127.0.0.1');
    for (const end of [socket, far]) sockets.push(end.on('error', () => undefined));
    socket.pipe(far).pipe(socket);
  }).listen(port, '127.0.0.1');
  return () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
}
