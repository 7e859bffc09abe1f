/** Asks the users' domain function as `http` would, of a test's own database, logged in as `mrt_reader`. */
import { Client } from 'pg';
import { Deadline } from '../../../../lambdas/context.ts';
import type { Scope } from '../../../../lambdas/contract.ts';
import type { Database } from '../../../../lambdas/environment-settings.ts';
import { decide } from '../../../../lambdas/http/disclosure.ts';
import { UserCatalogMemory } from '../../../../lambdas/mendix/users/catalog-memory.ts';
import type { Queries } from '../../../../lambdas/mendix/users/queries.ts';
import { users } from '../../../../lambdas/routes/users/answer.ts';
import type { Position, UsersAnswer, UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { route } from '../../../../lambdas/routes/users/route.ts';
import { statementFault } from '../../../../lambdas/upstreams/postgres/fault.ts';

export const SERVER = 'shop-db';
export const KEY = { version: 'v7', key: Buffer.alloc(32, 7).toString('base64'), created: '2026-01-01T00:00:00Z' };

export interface ReaderRequest {
  parameters?: UsersRequest['parameters'];
  limit?: number;
  position?: Position | null;
  scopes?: readonly Scope[];
  budget_ms?: number;
}

export class UsersReader {
  readonly #client: Client;
  /** Statements that were run, for tests of what a request costs. */
  readonly statements: string[] = [];
  /** The same with their values. */
  readonly runs: { text: string; values: readonly unknown[] }[] = [];
  /** Called before each statement: a test's place to change the database under a request. */
  before: ((statement: string) => Promise<void>) | null = null;
  /** The environment's database in the configuration. A test may change it between requests, as a deployment does. */
  source: Database = {
    server: SERVER,
    host: 'db.example',
    port: 5432,
    name: 'shop',
    user: 'mrt_reader',
    instance_identifier: null,
    session_timeout_seconds: 600,
    full_name_attributes: ['FullName', 'DisplayName'],
    email_attributes: ['Email', 'EmailAddress'],
  };
  readonly #catalogs = new UserCatalogMemory();

  private constructor(client: Client) {
    this.#client = client;
  }

  static async as(url: string): Promise<UsersReader> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    return new UsersReader(client);
  }

  /** The parameters that the route declares. */
  static parameters(): Record<keyof typeof route.parameters, unknown> {
    return route.parameters;
  }

  end(): Promise<void> {
    return this.#client.end();
  }

  readonly queries: Queries = {
    query: async <Row extends object>(text: string, values: readonly unknown[]) => {
      await this.before?.(text);
      this.statements.push(text);
      this.runs.push({ text, values });
      try {
        return (await this.#client.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw statementFault(SERVER, error);
      }
    },
    each: async <Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void) => {
      for (const row of await this.queries.query<Row>(text, values)) onRow(row);
    },
  };

  async ask({
    parameters = {},
    limit = 100,
    position = null,
    scopes,
    budget_ms,
  }: ReaderRequest = {}): Promise<UsersAnswer> {
    const granted = scopes ?? ['mrt/users.read', 'mrt/users.profile'];
    const decision = decide(route, parameters, granted, null, false);
    const request: UsersRequest = {
      environment: {
        name: 'shop-prod',
        labels: {},
        offers: ['users'],
        database: this.source,
      },
      parameters,
      limit,
      position,
      deadline: new Deadline(Date.now() + (budget_ms ?? 25_000)),
      version: '0.0.0',
      // As `http` decides by what the route declares.
      clear: decision.clear,
      mayClear: decision.mayClear,
      other: null,
    };
    return users(request, {
      databases: { on: () => this.queries },
      catalogs: this.#catalogs,
      keys: async () => ({ identity: KEY }),
    });
  }

  /** Every page from the first to the last. */
  async *pages(asked: ReaderRequest): AsyncGenerator<UsersAnswer> {
    let position: Position | null = null;
    do {
      const answer: UsersAnswer = await this.ask({ ...asked, position });
      yield answer;
      position = answer.next;
    } while (position !== null);
  }

  async ids(asked: ReaderRequest = {}): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.pages(asked)) ids.push(...(page.body.users ?? []).map((row) => row.id ?? ''));
    return ids;
  }
}
