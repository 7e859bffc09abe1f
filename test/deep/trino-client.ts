/** Trino's own HTTP protocol, as far as a test needs it (Trino guide, "Client REST API"). */
import { setTimeout as sleep } from 'node:timers/promises';

interface Page {
  nextUri?: string;
  columns?: { name: string }[];
  data?: unknown[][];
  error?: { message: string };
}

/** Rows with their columns' names. */
export type TrinoRows = Record<string, unknown>[];

/** Runs a statement and reads it to its end. @throws Error with Trino's own words */
export async function askTrino(address: string, sql: string): Promise<TrinoRows> {
  const headers = { 'x-trino-user': 'test', 'x-trino-catalog': 'hive', 'x-trino-schema': 'record' };
  let page = await answer(await fetch(`${address}/v1/statement`, { method: 'POST', headers, body: sql }));
  const rows: unknown[][] = [];
  let columns: string[] = [];
  for (;;) {
    if (page.error) throw new Error(page.error.message);
    rows.push(...(page.data ?? []));
    columns = page.columns?.map(({ name }) => name) ?? columns;
    if (page.nextUri === undefined) break;
    page = await answer(await fetch(page.nextUri, { headers }));
  }
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

async function answer(response: Response): Promise<Page> {
  const text = await response.text();
  if (!response.ok) throw new Error(`Trino: ${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as Page;
}

/** Waits until it answers questions; the first ones fail while its node is not yet known to itself. */
export async function untilReady(address: string): Promise<void> {
  for (let attempts = 240; ; attempts -= 1) {
    try {
      await askTrino(address, 'SELECT 1');
      return;
    } catch (error) {
      if (attempts === 0) throw error;
      await sleep(500);
    }
  }
}
