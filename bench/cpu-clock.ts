/** A clock that runs only while work is done: on a shared machine the other one tells of the neighbours. */
import { readFileSync } from 'node:fs';
import type { Client } from 'pg';

/**
 * Milliseconds of CPU of this process and of the server's process behind the connection, as a clock that can be read
 * before and after. The time of day where the server's cannot be read: it is elsewhere, or this is no Linux
 * (proc(5), `/proc/pid/schedstat`: nanoseconds on the CPU come first). Parallel workers are processes of their own and
 * not in it.
 */
export async function cpuClock(connection: Client): Promise<() => number> {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const file = `/proc/${rows[0]?.pid}/schedstat`;
  const server = () => Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6;
  try {
    server();
  } catch {
    return () => performance.now();
  }
  return () => {
    const { user, system } = process.cpuUsage();
    return server() + (user + system) / 1000;
  };
}
