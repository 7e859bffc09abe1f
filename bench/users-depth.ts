/** Pages of every size at the start, in the middle and at the end of a million users, and what is counted over all. */
import type { Client } from 'pg';
import type { Position, UsersRequest } from '../lambdas/routes/users/request.ts';
import type { Figure } from './figure.ts';
import { USERS } from './users-database.ts';
import { asking } from './users-requests.ts';

type Filters = UsersRequest['parameters'];
type Print = (line: Figure) => void;

const LIMITS = [1, 100, 1_000, 10_000] as const;
const ROUNDS = 7;

/** The page's users without anything from beside them: what no page can be faster than. */
const bare = (limit: number) => `SELECT id, name, isanonymous, webserviceuser, active, blocked, blockedsince, lastlogin,
  createddate, submetaobjectname FROM "system$user" WHERE id > $1 ORDER BY id LIMIT ${limit + 1}`;

/** As an upgrade to a new major version of PostgreSQL before 18 leaves them, until somebody runs ANALYZE. */
const EMPTY_STATISTICS = [
  `DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
  `UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`,
];

/** Leaves the database as it was. */
export async function depths(connection: Client, print: Print): Promise<void> {
  await pages(connection, 'with statistics', print);
  await totals(connection, print);
  await connection.query("ALTER SYSTEM SET autovacuum = 'off'");
  await connection.query('SELECT pg_reload_conf()');
  for (const statement of EMPTY_STATISTICS) await connection.query(statement);
  await pages(connection, 'without statistics', print);
  await connection.query('VACUUM ANALYZE');
}

async function pages(connection: Client, state: string, print: Print): Promise<void> {
  const ask = asking(connection);
  const role = await someRole(connection);
  for (const limit of LIMITS) {
    const kinds: [string, Filters][] = [
      ['all', {}],
      ['of a role', { role }],
    ];
    for (const [name, filters] of kinds) {
      const [start, middle, end] = [
        null,
        await after(connection, USERS / 2),
        await after(connection, USERS - 10 * limit),
      ];
      const first = await fastest(() => ask(filters, limit, start));
      const half = await fastest(() => ask(filters, limit, middle));
      const last = await fastest(() => ask(filters, limit, end));
      const least = await fastest(() => connection.query(bare(limit), [end?.after ?? '0']));
      print({
        name: `users: page of ${limit}, ${name}, ${state}, at the end of 1 M, against its start`,
        ours: `${ms(last)} (${ms(half)} in the middle)`,
        theirs: ms(first),
        ratio: `${(last / first).toFixed(2)}×, ${(last / least).toFixed(1)}× the bare keyset query`,
        goal: limit === 1_000 && name === 'all' ? '≤ 1.2×, ≤ 2×' : '≤ 1.2×',
      });
    }
  }
}

async function totals(connection: Client, print: Print): Promise<void> {
  const ask = asking(connection);
  const role = await someRole(connection);
  const counts: Filters[] = [
    { user_type: 'external' },
    { role },
    { role, user_type: 'external' },
    { active: true, user_type: 'internal' },
    { kind: 'anonymous' },
  ];
  for (const filters of counts) {
    const time = await fastest(() => ask({ ...filters, count: 'exact', fields: ['id'] }, 1, null), 3);
    const name = `users: exact count of ${Object.keys(filters).join(' and ')} among 1 M`;
    print({ name, ours: ms(time), theirs: '300 ms', ratio: `${(time / 300).toFixed(2)}×`, goal: '≤ 1×' });
  }
  const time = await fastest(() => ask({ summary: true }, 1, null), 3);
  print({
    name: 'users: summary of 1 M',
    ours: ms(time),
    theirs: '700 ms',
    ratio: `${(time / 700).toFixed(2)}×`,
    goal: '≤ 1×',
  });
}

async function someRole(connection: Client): Promise<string> {
  const { rows } = await connection.query<{ name: string }>(
    'SELECT name FROM "system$userrole" ORDER BY id OFFSET 2 LIMIT 1',
  );
  return rows[0]?.name ?? '';
}

async function after(connection: Client, users: number): Promise<Position | null> {
  const { rows } = await connection.query<Position>(
    'SELECT id::text AS after FROM "system$user" ORDER BY id OFFSET $1 LIMIT 1',
    [users],
  );
  return rows[0] ?? null;
}

/** Milliseconds of the fastest of some rounds: the least that others on the machine can falsify. */
async function fastest(work: () => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
