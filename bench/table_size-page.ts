/** A page of /table_size over a connection of the benchmark's own. */
import { Client } from 'pg';
import { Deadline } from '../lambdas/context.ts';
import { MAX_LOCK_WAIT_MS } from '../lambdas/routes/table_size/measurement.ts';
import { tableSizes } from '../lambdas/routes/table_size/table-sizes.ts';
import { statementFault } from '../lambdas/upstreams/postgres/fault.ts';
import { settingsStatement } from '../lambdas/upstreams/postgres/settings-statement.ts';
import { PAGE } from './table_size-peers.ts';

/** The route's whole domain, names included, over this connection. */
export async function page(client: Client) {
  const deadline = new Deadline(Date.now() + 25_000);
  const settings = { statementMs: 25_000, lockTimeoutMs: MAX_LOCK_WAIT_MS, workers: 0, name: 'bench' };
  await client.query(settingsStatement(settings));
  const database = {
    server: 'bench',
    host: 'localhost',
    port: 0,
    name: 'bench',
    user: 'mrt_reader',
    instance_identifier: null,
    full_name_attributes: [],
    email_attributes: [],
    session_timeout_seconds: 600,
  };
  const answer = await tableSizes(
    {
      environment: { name: 'bench', labels: {}, offers: [], database },
      parameters: {},
      limit: PAGE,
      position: null,
      deadline,
      version: '',
      clear: false,
      mayClear: false,
      other: null,
    },
    {
      databases: {
        on: () => ({
          query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
            try {
              return (await client.query<Row>(text, [...values])).rows;
            } catch (error) {
              throw statementFault('bench', error);
            }
          },
        }),
      },
      freeStorage: () => Promise.reject(new Error('the database of the benchmark has no instance')),
    },
  );
  return answer.body;
}

/** A connection; the caller ends it. */
export async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Gives `work` a connection and ends it. */
export async function on<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await open(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
