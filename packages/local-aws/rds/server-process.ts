/** PostgreSQL's programs as processes: run as their owner, in a group of their own, heard to the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

/**
 * Ends the server when the pipe on its standard input closes, which it does however this process ends. The watcher is
 * started twice removed, as a server wonders about children that it does not know.
 */
export const GUARD = 'exec 3<&0; (( cat <&3; kill -INT $$ ) >/dev/null 2>&1 & ); exec "$@" 3<&- </dev/null';

/** Starts a program of the installation; its first word is the path. */
export function spawnAs({ owner, data }: Installation, [program = '', ...words]: string[]): ChildProcess {
  return spawn(program, words, {
    ...(owner === null ? {} : { uid: owner.uid, gid: owner.gid }),
    // The owner may not enter the directory that we are in, nor is our environment its business.
    cwd: data,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal is for us, who then stop the server in good order.
    detached: true,
  });
}

/** The last lines of what a program says; each also goes to `log`. */
export function collect(program: ChildProcess, log: (line: string) => void): () => string[] {
  let lines: string[] = [];
  for (const stream of [program.stdout, program.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) log(line);
      lines = [...lines, ...parts].slice(-20);
    });
  }
  return () => lines;
}

/** The exit code, once all that the program said has been read. @throws Error when it could not be started */
export function exitOf(program: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    program.once('error', reject);
    program.once('close', resolve);
  });
}

/** The process that the lock in a data directory names; `null` without a lock. */
export function readLock(data: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return null;
  }
}

/** After a restart of the machine the number in the lock may belong to some other program of the same user. */
export function removeForeignLock(data: string): void {
  const pid = readLock(data);
  const command = `/proc/${pid}/cmdline`;
  if (pid === null || !existsSync(command)) return;
  if (!readFileSync(command, 'utf8').includes(data)) rmSync(join(data, 'postmaster.pid'));
}
