/** The route's view of a test database: the role mrt_reader, read-only, with the route's lock timeout. */
import { Client } from 'pg';
import { Deadline } from '../../../../lambdas/context.ts';
import type { Database } from '../../../../lambdas/environment-settings.ts';
import { MAX_LOCK_WAIT_MS } from '../../../../lambdas/routes/table_size/measurement.ts';
import type { Position } from '../../../../lambdas/routes/table_size/ranking.ts';
import type { TableRow } from '../../../../lambdas/routes/table_size/row.ts';
import { tableSizes } from '../../../../lambdas/routes/table_size/table-sizes.ts';
import { UpstreamFailedError } from '../../../../lambdas/upstream-errors.ts';
import type { DatabaseConnection } from '../../../../lambdas/upstreams/postgres/databases.ts';
import { statementFault } from '../../../../lambdas/upstreams/postgres/fault.ts';

export const DATABASE: Database = {
  server: 'test-db',
  host: 'localhost',
  port: 5432,
  name: 'test',
  user: 'mrt_reader',
  instance_identifier: 'test-db',
  full_name_attributes: [],
  email_attributes: [],
  session_timeout_seconds: 600,
};

export interface Reader extends DatabaseConnection {
  /** Called before each statement, with its text. */
  before: (statement: string) => Promise<unknown>;
  end(): Promise<void>;
}

export async function readerOf(url: string): Promise<Reader> {
  const client = new Client({ connectionString: url, application_name: 'mrt-api' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`SELECT set_config('lock_timeout', '${MAX_LOCK_WAIT_MS}ms', false),
    set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', '20s', false)`);
  const reader: Reader = {
    before: async () => undefined,
    end: () => client.end(),
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      await reader.before(text);
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw statementFault(DATABASE.server, error);
      }
    },
  };
  return reader;
}

export interface Asked {
  parameters?: Parameters<typeof tableSizes>[0]['parameters'];
  limit?: number;
  position?: Position | null;
  free?: { bytes: number; as_of: string } | null;
  instance?: string | null;
}

/** Asks the route's domain over `reader`; rows have all their fields unless `fields` was asked for. */
export async function ask(reader: DatabaseConnection, asked: Asked = {}) {
  const database = { ...DATABASE, instance_identifier: asked.instance === undefined ? 'test-db' : asked.instance };
  const answer = await tableSizes(
    {
      environment: { name: 'shop-test', labels: {}, offers: ['table_size'], database },
      parameters: asked.parameters ?? {},
      limit: asked.limit ?? 100,
      position: asked.position ?? null,
      deadline: new Deadline(Date.now() + 25_000),
      version: '0.0.0',
      clear: false,
      mayClear: false,
      other: null,
    },
    {
      databases: { on: () => reader },
      freeStorage: async () => {
        if (asked.free === null) throw new UpstreamFailedError('cloudwatch', 'access-denied');
        return asked.free ?? { bytes: 21_474_836_480, as_of: '2026-11-22T04:59:00Z' };
      },
    },
  );
  return { ...answer, body: { ...answer.body, tables: answer.body.tables as TableRow[] | undefined } };
}

/** Every page, one after the other. */
export async function askAll(reader: DatabaseConnection, asked: Asked) {
  const rows: TableRow[] = [];
  let position: Position | null = null;
  do {
    const answer: Awaited<ReturnType<typeof ask>> = await ask(reader, { ...asked, position });
    rows.push(...(answer.body.tables ?? []));
    position = answer.next;
  } while (position !== null);
  return rows;
}
