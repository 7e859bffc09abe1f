/** How the benchmarks of the users ask: as the function's own sessions do. */
import { Client } from 'pg';
import { settingsStatement } from '../lambdas/upstreams/postgres/settings-statement.ts';

/** A connection with the settings of the function's own sessions. @param workers as a request for totals has them, or none */
export async function sessionOf(url: string, workers: number): Promise<Client> {
  const session = new Client({ connectionString: url });
  await session.connect();
  await session.query(settingsStatement({ statementMs: 60_000, lockTimeoutMs: 3_000, workers, name: 'bench' }));
  return session;
}
