/**
 * Pages of every size at the start, in the middle and at the end of a million users, as milliseconds of CPU of both sides;
 * and what is counted over all, by the clock, as the server may share that among processes.
 */
import type { Client } from 'pg';
import type { Position, UsersRequest } from '../lambdas/routes/users/request.ts';
import { cpuClock } from './cpu-clock.ts';
import type { Figure } from './figure.ts';
import { USERS } from './users-database.ts';
import { asking } from './users-requests.ts';
import { sessionOf } from './users-session.ts';

type Filters = UsersRequest['parameters'];
type Print = (line: Figure) => void;

const LIMITS = [1, 100, 1_000, 10_000] as const;
const ROUNDS = 7;

/** The page's users without anything from beside them: what no page can be faster than. */
const bare = (limit: number) => `SELECT id, name, isanonymous, webserviceuser, active, blocked, blockedsince, lastlogin,
  createddate, submetaobjectname FROM "system$user" WHERE id > $1 ORDER BY id LIMIT ${limit + 1}`;

/**
 * The same with all parts, as somebody would write it who joins what stands beside a user: the peer of a page with all
 * fields. Near the end of the users PostgreSQL makes a merge join of it that starts at the account table's beginning.
 */
const allParts = (limit: number) => `SELECT u.id, u.name, u.isanonymous, u.webserviceuser, u.active, u.blocked,
    u.blockedsince, u.lastlogin, u.createddate, u.submetaobjectname, l.code, i.usertype, a.fullname, a.email,
    (SELECT array_agg(r.name) FROM "system$userroles" ur JOIN "system$userrole" r ON r.id = ur."system$userroleid"
      WHERE ur."system$userid" = u.id) AS roles
  FROM "system$user" u
    LEFT JOIN "system$user_language" ul ON ul."system$userid" = u.id
    LEFT JOIN "system$language" l ON l.id = ul."system$languageid"
    LEFT JOIN "system$userreportinfo_user" iu ON iu."system$userid" = u.id
    LEFT JOIN "system$userreportinfo" i ON i.id = iu."system$userreportinfoid"
    LEFT JOIN "administration$account" a ON a.id = u.id
  WHERE u.id > $1 ORDER BY u.id LIMIT ${limit + 1}`;

/** As an upgrade to a new major version of PostgreSQL before 18 leaves them, until somebody runs ANALYZE. */
const EMPTY_STATISTICS = [
  `DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
  `UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`,
];

/** Leaves the database as it was. */
export async function depths(owner: Client, url: string, print: Print): Promise<void> {
  const session = await sessionOf(url, 0);
  const sharing = await sessionOf(url, 2);
  try {
    await pages(session, 'with statistics', print);
    await againstAllParts(session, print);
    await totals(sharing, print);
    await owner.query("ALTER SYSTEM SET autovacuum = 'off'");
    await owner.query('SELECT pg_reload_conf()');
    for (const statement of EMPTY_STATISTICS) await owner.query(statement);
    await pages(session, 'without statistics', print);
    await owner.query('VACUUM ANALYZE');
  } finally {
    await session.end();
    await sharing.end();
  }
}

/** In turns, and beside the peer at the users' beginning, where it is at its best. */
async function againstAllParts(connection: Client, print: Print): Promise<void> {
  const limit = 1_000;
  const clock = await cpuClock(connection);
  const ask = asking(connection);
  const end = await after(connection, USERS - 10 * limit);
  const least = { ours: Number.POSITIVE_INFINITY, start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 3 * ROUNDS; round++) {
    least.ours = Math.min(least.ours, await fastest(() => ask({ clear: true }, limit, end), 1, clock));
    least.start = Math.min(least.start, await fastest(() => connection.query(allParts(limit), ['0']), 1, clock));
    least.end = Math.min(least.end, await fastest(() => connection.query(allParts(limit), [end?.after]), 1, clock));
  }
  print({
    name: `users: page of ${limit} in clear at the end of 1 M, against the keyset query of that size with all parts`,
    ours: ms(least.ours),
    theirs: `${ms(least.start)} at the start, ${ms(least.end)} at the end`,
    ratio: `${(least.ours / least.start).toFixed(2)}×, ${(least.ours / least.end).toFixed(2)}×`,
    goal: '≤ 2×',
  });
}

async function pages(connection: Client, state: string, print: Print): Promise<void> {
  const ask = asking(connection);
  const clock = await cpuClock(connection);
  const role = await someRole(connection);
  for (const limit of LIMITS) {
    const kinds: [string, Filters][] = [
      ['all', { clear: true }],
      ['of a role', { clear: true, role }],
    ];
    for (const [name, filters] of kinds) {
      const [start, middle, end] = [
        null,
        await after(connection, USERS / 2),
        await after(connection, USERS - 10 * limit),
      ];
      const first = await fastest(() => ask(filters, limit, start), ROUNDS, clock);
      const half = await fastest(() => ask(filters, limit, middle), ROUNDS, clock);
      const last = await fastest(() => ask(filters, limit, end), ROUNDS, clock);
      const least = await fastest(() => connection.query(bare(limit), [end?.after ?? '0']), ROUNDS, clock);
      print({
        name: `users: page of ${limit}, ${name}, ${state}, at the end of 1 M, against its start`,
        ours: `${ms(last)} (${ms(half)} in the middle)`,
        theirs: ms(first),
        ratio: `${(last / first).toFixed(2)}×, ${(last / least).toFixed(1)}× the users alone`,
        goal: '≤ 1.2×',
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
async function fastest(work: () => Promise<unknown>, rounds: number, clock = () => performance.now()): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = clock();
    await work();
    least = Math.min(least, clock() - started);
  }
  return least;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
