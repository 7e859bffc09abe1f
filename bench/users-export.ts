/** Run by `users.ts`: follows the cursors of a CSV export to its end and prints what came. */
import type { Client } from 'pg';
import { csv } from '../lambdas/http/csv.ts';
import type { Position, UsersAnswer } from '../lambdas/routes/users/request.ts';
import { route } from '../lambdas/routes/users/route.ts';
import { asking } from './users-requests.ts';
import { sessionOf } from './users-session.ts';

const PAGE = 10_000;

export interface Exported {
  rows: number;
  repeated: number;
  pages: number;
  /** Bytes of the largest page. */
  largest: number;
  /** Resident memory in bytes: the most, and after the first tenth. */
  rss: number;
  rss_first: number;
  seconds: number;
}

const connection = await sessionOf(process.argv[2] ?? '', 0);
process.stdout.write(JSON.stringify(await follow(connection)));
await connection.end();

async function follow(client: Client): Promise<Exported> {
  const ask = asking(client);
  const { columns } = route.csv;
  const seen: Exported = { rows: 0, repeated: 0, pages: 0, largest: 0, rss: 0, rss_first: 0, seconds: 0 };
  const started = performance.now();
  let last = '';
  let position: Position | null = null;
  do {
    const answer: UsersAnswer = await ask({ clear: true }, PAGE, position);
    const rows = answer.body.users ?? [];
    for (const { id = '' } of rows) {
      // Ids of one entity have the same length, so that their texts compare as the numbers do.
      if (id <= last) seen.repeated++;
      last = id;
    }
    seen.rows += rows.length;
    seen.pages++;
    seen.largest = Math.max(seen.largest, Buffer.byteLength(csv(columns, rows, {})));
    seen.rss = Math.max(seen.rss, process.memoryUsage.rss());
    if (seen.pages === 10) seen.rss_first = seen.rss;
    position = answer.next;
  } while (position !== null);
  return { ...seen, seconds: (performance.now() - started) / 1000 };
}
