/** One physical connection: read-only, used by one request at a time, with limits that both sides keep. */
import { type Client, Query } from 'pg';
import type { Context, Deadline } from '../../context.ts';
import type { Database } from '../../environment-settings.ts';
import { APPLICATION, applicationName } from '../../trace.ts';
import { DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { clientOf } from './client.ts';
import { ConnectionLostError, connectFault, statementFault } from './fault.ts';
import { type SessionSettings, settingsStatement } from './settings-statement.ts';

/** How long a kept connection may take to show that it lives. */
const MAX_LOOK_MS = 1500;
/** The server gives up a little before we do, so that the connection can be kept. */
const MARGIN_MS = 200;
/** Older ones lack counters that `/table_size` reads, and are out of support (postgresql.org, "Versioning Policy"). */
const MIN_VERSION = 130_000;

/** Used by one request at a time; `Connections` sees to that. */
export class Session {
  readonly #client: Client;
  readonly #server: string;
  /** Set once the socket is gone or a statement was given up; such a session is not used again. */
  broken = false;
  /** Name of the tenant's session that it was logged in with, for as long as it is kept; left out: the function's own keys. */
  #roleSession: string | undefined;

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
    const { client, token } = clientOf(database, context);
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
    if (process.env['MRT_WITH_TENANTS'] !== 'off' && database.reader !== undefined) {
      session.#roleSession = context.origin?.role_session;
    }
    return session;
  }

  /**
   * Binds the session to a request's deadline and name in the database's log; on a kept connection it is also the look
   * whether it still lives.
   *
   * @throws ConnectionLostError, DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError
   */
  async prepare(
    { deadline, origin }: Pick<Context, 'deadline' | 'origin'>,
    { lockTimeoutMs, workers }: Pick<SessionSettings, 'lockTimeoutMs' | 'workers'>,
  ): Promise<void> {
    const statementMs = Math.max(1, deadline.remaining() - MARGIN_MS);
    const name = origin === undefined ? APPLICATION : applicationName(origin);
    // Of a kept connection this request has asked no keys: it still reads by the session that logged in.
    if (process.env['MRT_WITH_TENANTS'] !== 'off' && origin !== undefined && this.#roleSession !== undefined) {
      origin.role_session = this.#roleSession;
    }
    const { text, values } = settingsStatement({ statementMs, lockTimeoutMs, workers, name });
    const rows = await this.#within(Math.min(MAX_LOOK_MS, deadline.remaining()), text, values, () =>
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
