/** Pages and the export of a million users: a page's time must not depend on its depth, nor memory on their number. */
import type { Client } from 'pg';
import { Deadline } from '../lambdas/context.ts';
import { columnsOf, csv } from '../lambdas/door/csv.ts';
import type { Queries } from '../lambdas/mendix/users-catalog.ts';
import { UserCatalogMemory } from '../lambdas/mendix/users-catalog-memory.ts';
import { route } from '../lambdas/routes/users/route.ts';
import { type Position, type UsersAnswer, type UsersRequest, users } from '../lambdas/routes/users/users.ts';
import type { Figure } from './figure.ts';
import { USERS, withMillionUsers } from './users-database.ts';

const PAGE = 100;
const CSV_PAGE = 10_000;
/** Interleaved, so that a busy machine slows all of them alike. */
const ROUNDS = 400;

/** The page's users without anything from beside them: what no page can be faster than. */
const BARE = `SELECT id, name, isanonymous, webserviceuser, active, blocked, blockedsince, lastlogin, createddate,
  submetaobjectname FROM "system$user" WHERE id > $1 ORDER BY id LIMIT ${PAGE + 1}`;
const OFFSET = BARE.replace('WHERE id > $1 ORDER BY id', 'ORDER BY id OFFSET $1');

export async function figures(print: (line: Figure) => void): Promise<void> {
  await withMillionUsers(async (connection) => {
    await pages(connection, print);
    await exportAll(connection, print);
  });
}

async function pages(connection: Client, print: (line: Figure) => void): Promise<void> {
  const ask = asking(connection);
  const [{ after: deep } = { after: '0' }] = (
    await connection.query<{ after: string }>(
      'SELECT id::text AS after FROM "system$user" ORDER BY id OFFSET $1 LIMIT 1',
      [USERS - PAGE - 1],
    )
  ).rows;
  const offset = await median(5, () => connection.query(OFFSET, [USERS - PAGE]));
  // The statement that a page runs, as the domain function makes it, sent as it is.
  const sent = { text: '', values: [] as readonly unknown[] };
  await asking(connection, (text, values) => Object.assign(sent, { text, values }))({}, PAGE, { after: deep });
  const times = await medians(ROUNDS, {
    bareFirst: () => connection.query(BARE, ['0']),
    bareDeep: () => connection.query(BARE, [deep]),
    statement: () => connection.query(sent.text, [...sent.values]),
    first: () => ask({}, PAGE, null),
    deep: () => ask({}, PAGE, { after: deep }),
    lean: () => ask({ fields: LEAN }, PAGE, { after: deep }),
  });
  const against = (name: string, ours: number, theirs: number, goal: string) =>
    print({ name, ours: ms(ours), theirs: ms(theirs), ratio: `${(ours / theirs).toFixed(2)}×`, goal });
  against('users: page of 100 at depth 1 M, against depth 0', times.deep, times.first, '≤ 1.2×');
  against(
    'users: page of 100 at depth 1 M, against its own keyset statement alone',
    times.deep,
    times.statement,
    '≤ 1.3×',
  );
  against(
    'users: the same with the fields of system$user alone, against the bare keyset query',
    times.lean,
    times.bareDeep,
    '≤ 1.3×',
  );
  against('users: page of 100 with all fields, against the bare keyset query', times.deep, times.bareDeep, '');
  against('users: page of 100 at depth 1 M, against OFFSET', times.deep, offset, '');
}

const LEAN: UsersRequest['parameters']['fields'] = [
  'id',
  'name',
  'kind',
  'active',
  'blocked',
  'blocked_since',
  'last_login',
  'created',
  'entity',
];

async function exportAll(connection: Client, print: (line: Figure) => void): Promise<void> {
  const ask = asking(connection);
  const columns = columnsOf(route.answer, route.rows);
  const started = performance.now();
  const seen = { rows: 0, repeated: 0, pages: 0, largest: 0, rss: 0, last: '' };
  for (let position: Position | null = null, more = true; more; ) {
    const answer: UsersAnswer = await ask({ clear: true }, CSV_PAGE, position);
    const rows = answer.body.users ?? [];
    for (const { id = '' } of rows) {
      // Ids of one entity have the same length, so that their texts compare as the numbers do.
      if (id <= seen.last) seen.repeated++;
      seen.last = id;
    }
    seen.rows += rows.length;
    seen.pages++;
    seen.largest = Math.max(seen.largest, Buffer.byteLength(csv(columns, rows)));
    seen.rss = Math.max(seen.rss, process.memoryUsage.rss());
    position = answer.next;
    more = position !== null;
  }
  const seconds = (performance.now() - started) / 1000;
  print({
    name: 'users: CSV export of 1 M users by cursors',
    ours: `${seen.rows} rows, ${seen.repeated} repeated, ${seen.pages} pages in ${seconds.toFixed(1)} s`,
    theirs: `${USERS} users`,
    ratio: `largest page ${(seen.largest / 1e6).toFixed(2)} MB`,
    goal: 'each once, pages ≤ 6 MB',
  });
  print({
    name: 'users: memory of that export',
    ours: `${(seen.rss / 1e6).toFixed(0)} MB RSS at most`,
    theirs: '150 MB',
    ratio: `${(seen.rss / 150e6).toFixed(2)}×`,
    goal: '≤ 150 MB',
  });
}

type Ask = (parameters: UsersRequest['parameters'], limit: number, position: Position | null) => Promise<UsersAnswer>;

/** The domain function as the door calls it, without the door. */
function asking(connection: Client, watch?: (text: string, values: readonly unknown[]) => void): Ask {
  const queries: Queries = {
    query: async <Row extends object>(text: string, values: readonly unknown[]) => {
      watch?.(text, values);
      return (await connection.query<Row>(text, [...values])).rows;
    },
  };
  const sources = { databases: { on: () => queries }, catalogs: new UserCatalogMemory() };
  const key = { version: 'v1', key: Buffer.alloc(32, 1).toString('base64'), created: '2026-01-01T00:00:00Z' };
  return (parameters, limit, position) =>
    users(
      {
        environment: { environment: 'bench', labels: {}, offers: ['users'], database: DATABASE },
        parameters,
        limit,
        position,
        deadline: new Deadline(Date.now() + 25_000),
        allows: () => true,
        other: () => {
          throw new Error('there is one environment');
        },
        keys: async () => ({ identity: key, fingerprint: key }),
        readable: () => [],
        version: '0',
        csv: limit > 1000,
      },
      sources,
    );
}

const DATABASE = {
  server: 'bench',
  host: '127.0.0.1',
  port: 5432,
  name: 'postgres',
  user: 'mrt_reader',
  instance_identifier: null,
  full_name_attributes: ['FullName'],
  email_attributes: ['Email'],
  session_timeout_seconds: 600,
};

async function median(rounds: number, work: () => Promise<unknown>): Promise<number> {
  return (await medians(rounds, { work })).work;
}

/** Median milliseconds of each, taken in turns after a tenth of the rounds to warm up. */
async function medians<Name extends string>(
  rounds: number,
  works: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number>> {
  const entries = Object.entries(works) as [Name, () => Promise<unknown>][];
  const taken = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    for (const [name, work] of entries) {
      const started = performance.now();
      await work();
      if (round >= 0) taken.get(name)?.push(performance.now() - started);
    }
  }
  return Object.fromEntries(
    [...taken].map(([name, list]) => [name, list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0]),
  ) as Record<Name, number>;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}
