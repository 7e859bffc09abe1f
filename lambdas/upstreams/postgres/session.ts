/** One physical connection: verify-full TLS, an IAM token, read-only, with limits that the server keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import { Client, Query } from 'pg';
import type { Context, Deadline } from '../../context.ts';
import { BUNDLE_FILES, VARIABLES } from '../../contract.ts';
import { DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError } from '../../errors.ts';
import type { Database } from '../../settings.ts';
import { APPLICATION, applicationName } from '../../trace.ts';
import { ConnectionLostError, connectFault, statementFault } from './fault.ts';

declare module 'pg' {
  /** pg has both since 8.4; its types do not. */
  interface Client {
    ref(): void;
    unref(): void;
  }
}

/** A stopped server must be answered for within 5 s: one look at a kept connection, then one new one. */
const MAX_CONNECT_MS = 3000;
const MAX_LOOK_MS = 1500;
/** The server closes what an instance that Lambda froze and dropped left behind. */
const MAX_IDLE_MS = 600_000;
/** The server gives up a little before we do, so that the connection can be kept. */
const MARGIN_MS = 200;
/** Older ones lack counters that `/table_size` reads, and are out of support (postgresql.org, "Versioning Policy"). */
const MIN_VERSION = 130_000;

/**
 * Settings that have come with later versions (idle_session_timeout 14, stats_fetch_consistency 15) are set where they
 * exist, so they cannot be start-up parameters; nor does RDS Proxy take `options`.
 * `jit` would compile, and workers would start, for longer than these statements run; counters that are not kept
 * (`none`) need no memory.
 */
export const PREPARE = `SELECT current_setting('server_version_num')::int AS version,
  set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
  set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false),
  set_config('max_parallel_workers_per_gather', '0', false),
  set_config('timezone', 'UTC', false), set_config('datestyle', 'ISO, YMD', false),
  set_config('application_name', $4, false),
  CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL
    THEN set_config('idle_session_timeout', $3, false) END,
  CASE WHEN current_setting('stats_fetch_consistency', true) IS NOT NULL
    THEN set_config('stats_fetch_consistency', 'none', false) END`;

/** Used by one request at a time; `Connections` sees to that. */
export class Session {
  readonly #client: Client;
  readonly #server: string;
  /** Set once the socket is gone or a statement was given up; such a session is not used again. */
  broken = false;

  private constructor(client: Client, server: string) {
    this.#client = client;
    this.#server = server;
    // Without a listener, an error on an idle socket ends the process.
    client.on('error', () => {
      this.broken = true;
    });
    client.on('end', () => {
      this.broken = true;
    });
  }

  /**
   * Connects and logs in, within three seconds or the deadline.
   *
   * @throws DatabaseUnavailableError, UpstreamTimeoutError; Error when the function itself lacks keys or the CA file
   */
  static async open(database: Database, context: Context): Promise<Session> {
    const { deadline } = context;
    // Loaded and signed while the connection and its TLS are made: the server asks for the password last.
    const token = import('./token.ts').then(({ databaseToken }) => databaseToken(database, context));
    token.catch(() => undefined);
    const client = new Client({
      host: database.host,
      port: database.port,
      database: database.name,
      user: database.user,
      password: () => token,
      ssl: {
        ca: authorities(),
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        // pg gives Node no name to check when the host is an address; what is configured is what must be certified.
        checkServerIdentity: (_name, certificate) => checkServerIdentity(database.host, certificate),
      },
      application_name: APPLICATION,
      connectionTimeoutMillis: Math.max(1, Math.min(MAX_CONNECT_MS, deadline.remaining())),
      keepAlive: true,
    });
    const session = new Session(client, database.server);
    try {
      await client.connect();
    } catch (error) {
      session.close();
      // No token is a fault of the function itself, whatever pg makes of it.
      await token;
      if (deadline.remaining() === 0) throw new UpstreamTimeoutError(database.server);
      throw connectFault(database.server, error);
    }
    return session;
  }

  /**
   * Binds the session to a request's deadline and name in the database's log; on a kept connection it is also the look whether it still lives.
   *
   * @throws ConnectionLostError, DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError
   */
  async prepare({ deadline, origin }: Pick<Context, 'deadline' | 'origin'>, lockTimeoutMs: number): Promise<void> {
    const statementMs = Math.max(1, deadline.remaining() - MARGIN_MS);
    const name = origin === undefined ? APPLICATION : applicationName(origin);
    const values = [`${statementMs}ms`, `${lockTimeoutMs}ms`, `${MAX_IDLE_MS}ms`, name];
    const rows = await this.#within(Math.min(MAX_LOOK_MS, deadline.remaining()), PREPARE, values, () =>
      deadline.remaining() === 0 ? new UpstreamTimeoutError(this.#server) : new ConnectionLostError('no answer'),
    );
    const [row] = rows as { version?: unknown }[];
    if (typeof row?.version !== 'number') throw new UpstreamFailedError(this.#server, 'invalid-answer');
    if (row.version < MIN_VERSION) throw new DatabaseUnavailableError(this.#server, 'unsupported-version');
  }

  /** Runs one statement. @throws ConnectionLostError, DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError */
  async run(deadline: Deadline, text: string, values: readonly unknown[]): Promise<object[]> {
    return this.#within(deadline.remaining(), text, values, () => new UpstreamTimeoutError(this.#server));
  }

  /** Runs one statement and hands each row on; the session is broken when `onRow` throws. @throws as `run`, and that */
  async each(
    deadline: Deadline,
    text: string,
    values: readonly unknown[],
    onRow: (row: object) => void,
  ): Promise<void> {
    const query = new Query<object, unknown[]>(text, [...values]);
    const answer = new Promise<void>((resolve, reject) => {
      query.on('row', (row) => {
        try {
          onRow(row);
        } catch (error) {
          this.close();
          reject(error);
        }
      });
      query.on('end', () => resolve());
      query.on('error', (error) => reject(statementFault(this.#server, error)));
    });
    this.#client.query(query);
    await this.#inTime(deadline.remaining(), answer, () => new UpstreamTimeoutError(this.#server));
  }

  /** Ends it, whatever it is at. */
  close(): void {
    this.broken = true;
    // Neither awaited nor waited for: a server that is gone answers no goodbye.
    this.#client.unref();
    this.#client.end().catch(() => undefined);
  }

  /** Lets the process end while the connection is idle. */
  rest(): void {
    this.#client.unref();
  }

  /** Holds the process again while there is work. */
  wake(): void {
    this.#client.ref();
  }

  /** One statement, given up with the connection after `ms`; `late` makes the error of that. */
  async #within(ms: number, text: string, values: readonly unknown[], late: () => Error): Promise<object[]> {
    const answer = this.#client.query<object>(text, [...values]).then(
      (result) => result.rows,
      (error: unknown) => {
        throw statementFault(this.#server, error);
      },
    );
    return this.#inTime(ms, answer, late);
  }

  /** The answer, or after `ms` the end of the connection and what `late` makes of that. */
  async #inTime<T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.close();
        reject(late());
      }, ms);
    });
    try {
      return await Promise.race([answer, timeout]);
    } catch (error) {
      if (error instanceof ConnectionLostError) this.broken = true;
      // The loser of the race must not become an unhandled rejection.
      answer.catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The authorities that sign the databases' certificates. An explicit list replaces Node's own. */
function authorities(): string {
  const file = process.env[VARIABLES.databaseCaFile];
  return readFileSync(file ? file : join(import.meta.dirname, BUNDLE_FILES.databaseCa), 'utf8');
}
