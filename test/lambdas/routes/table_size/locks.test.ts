/** Nothing waits: neither we behind a lock, nor anybody behind us. Each test first shows that the plain way would wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, type Reader, readerOf } from './reader.ts';

let database: TestDatabase;
let reader: Reader;
const sessions: Client[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  for (const statement of [
    'CREATE TABLE biggest (id bigint PRIMARY KEY, body text)',
    `INSERT INTO biggest SELECT g, repeat(md5(g::text), 3) FROM generate_series(1, 20000) g`,
    'CREATE TABLE small (id bigint PRIMARY KEY)',
    'INSERT INTO small SELECT generate_series(1, 100)',
    'CREATE TABLE days (day date, v text) PARTITION BY RANGE (day)',
    `CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
    `CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY LIST (v)`,
    `CREATE TABLE days_2a PARTITION OF days_2 FOR VALUES IN ('a')`,
    `INSERT INTO days SELECT '2026-01-05', g FROM generate_series(1, 3000) g`,
    `INSERT INTO days SELECT '2026-02-05', 'a' FROM generate_series(1, 3000) g`,
    'VACUUM ANALYZE',
  ]) {
    await database.query(statement);
  }
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
});

afterAll(async () => {
  await reader.end();
  await database.drop();
});

afterEach(async () => {
  reader.before = async () => undefined;
  for (const session of sessions.splice(0)) await session.end();
});

/** Another session, with a transaction open in which it has run `statement`. */
async function holding(statement: string): Promise<Client> {
  const session = new Client({ connectionString: database.url });
  session.on('error', () => undefined);
  await session.connect();
  sessions.push(session);
  await session.query('BEGIN');
  await session.query(statement);
  return session;
}

async function rowOf(table: string) {
  const { body } = await ask(reader);
  expect(body.tables?.map((row) => row.table).sort()).toEqual(['biggest', 'days', 'small']);
  return body.tables?.find((row) => row.table === table);
}

async function wouldWait(relation: string): Promise<void> {
  await expect(reader.query(`SELECT pg_total_relation_size('${relation}'::regclass)`)).rejects.toMatchObject({
    cause: { code: '55P03' },
  });
}

test('without a lock, sizes are exact', async () => {
  expect(await rowOf('biggest')).toMatchObject({ exact: true, locked: false });
});

test('a table held in ACCESS EXCLUSIVE is an estimate near the truth, in its place, and the others are exact', async () => {
  const exact = await rowOf('biggest');
  await holding('LOCK TABLE biggest IN ACCESS EXCLUSIVE MODE');
  await wouldWait('biggest');
  const { body } = await ask(reader);
  const [first, ...others] = body.tables ?? [];
  expect(first).toMatchObject({ table: 'biggest', exact: false, locked: true, estimated_rows: 20_000 });
  const ratio = (first?.total_bytes ?? 0) / (exact?.total_bytes ?? 1);
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThanOrEqual(1);
  expect(others.every((row) => row.exact && !row.locked)).toBe(true);
  expect(body.order_certain).toBe(false);
});

test('so is a table that somebody waits for', async () => {
  const session = await holding('SELECT FROM biggest LIMIT 1');
  const waiting = new Client({ connectionString: database.url });
  waiting.on('error', () => undefined);
  await waiting.connect();
  sessions.push(waiting);
  const truncated = waiting
    .query('BEGIN; LOCK TABLE biggest IN ACCESS EXCLUSIVE MODE; ROLLBACK')
    .catch(() => undefined);
  for (let waits = 0; waits === 0; await sleep(5)) {
    waits = (await database.query('SELECT FROM pg_locks WHERE NOT granted')).length;
  }
  await wouldWait('biggest');
  expect(await rowOf('biggest')).toMatchObject({ exact: false, locked: true });
  await session.query('COMMIT');
  await truncated;
  expect(await rowOf('biggest')).toMatchObject({ exact: true, locked: false });
});

describe.each([
  ['a partition', 'LOCK TABLE days_1 IN ACCESS EXCLUSIVE MODE', 'days_1', 'days'],
  ['a nested partition', 'LOCK TABLE days_2a IN ACCESS EXCLUSIVE MODE', 'days_2a', 'days'],
  ['the partitioned table with all its partitions', 'LOCK TABLE days IN ACCESS EXCLUSIVE MODE', 'days', 'days'],
  ['an index', 'REINDEX INDEX biggest_pkey', 'biggest', 'biggest'],
  ['the TOAST table', 'TRUNCATE biggest', 'biggest', 'biggest'],
])('%s held', (_, statement, waits, table) => {
  test('is no wait either', async () => {
    await holding(statement);
    if (waits !== 'days') await wouldWait(waits);
    expect(await rowOf(table)).toMatchObject({ exact: false, locked: true });
  });
});

test('only the TOAST table or its index held is no wait either', async () => {
  const [names] = await database.query(`SELECT t.oid::regclass::text AS toast, x.indexrelid::regclass::text AS index
    FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid JOIN pg_index x ON x.indrelid = t.oid WHERE c.relname = 'biggest'`);
  await holding(`REINDEX INDEX ${names?.['index']}`);
  await wouldWait('biggest');
  expect(await rowOf('biggest')).toMatchObject({ exact: false, locked: true });
});

test('a lock that arrives between the look and the size call costs that row its exactness, and no other', async () => {
  // The look is in the same statement as the size call; so the lock is hidden from the look alone.
  const holder = await holding('LOCK TABLE biggest IN ACCESS EXCLUSIVE MODE');
  const blind: Reader = {
    ...reader,
    query: (text, values) => reader.query(text.replace("mode = 'AccessExclusiveLock'", "mode = 'unseen'"), values),
  };
  const { body } = await ask(blind);
  expect(body.tables?.map(({ table, exact, locked }) => ({ table, exact, locked }))).toEqual([
    { table: 'biggest', exact: false, locked: true },
    { table: 'days', exact: true, locked: false },
    { table: 'small', exact: true, locked: false },
  ]);
  await holder.query('COMMIT');
});

test('many clients at once are all answered, and the holder of the lock goes on as if alone', async () => {
  const holder = await holding('LOCK TABLE biggest IN ACCESS EXCLUSIVE MODE');
  const readers = await Promise.all(Array.from({ length: 20 }, () => readerOf(database.readerUrl)));
  const answers = Promise.all(readers.map((each) => ask(each)));
  await holder.query('ALTER TABLE biggest ADD COLUMN during int');
  await holder.query('COMMIT');
  await holder.query("SET lock_timeout = '2s'");
  await holder.query('ALTER TABLE biggest DROP COLUMN during');
  for (const { body } of await answers) expect(body.tables).toHaveLength(3);
  for (const each of readers) await each.end();
});

test('nothing of ours stays in the queue, and no transaction stays open', async () => {
  await holding('LOCK TABLE biggest IN ACCESS EXCLUSIVE MODE');
  await ask(reader);
  // Of this database: other files of the tests ask theirs on the same server, under the same name.
  const ours = `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE a.application_name = 'mrt-api' AND a.datname = current_database() AND l.locktype = 'relation'`;
  expect(await database.query(ours)).toEqual([]);
});

test('a locked catalog of the app costs the names, not the sizes', async () => {
  await database.query(
    `CREATE TABLE "mendixsystem$entity" (id varchar(36), entity_name varchar(511), table_name varchar(255), superentity_id varchar(255))`,
  );
  await database.query(`INSERT INTO "mendixsystem$entity" VALUES ('1', 'Shop.Biggest', 'biggest', NULL)`);
  await database.grantReader();
  const named = await ask(reader);
  const holder = await holding('LOCK TABLE "mendixsystem$entity" IN ACCESS EXCLUSIVE MODE');
  const { body } = await ask(reader);
  await holder.query('COMMIT');
  await database.query('DROP TABLE "mendixsystem$entity"');
  expect(named.body.tables?.[0]).toMatchObject({ table: 'biggest', entity: 'Shop.Biggest' });
  expect(body.tables?.[0]).toMatchObject({ table: 'biggest', entity: null, kind: null, exact: true });
  expect(body).toMatchObject({ complete: false, database: { catalog: 'locked' } });
});

test('a table dropped between ranking and measuring is left out, without an error', async () => {
  await database.query('CREATE TABLE passing (id bigint PRIMARY KEY)');
  reader.before = async (statement) => {
    if (statement.includes('pg_relation_size')) await database.query('DROP TABLE IF EXISTS passing');
  };
  const { body } = await ask(reader);
  expect(body.tables?.map((row) => row.table).sort()).toEqual(['biggest', 'days', 'small']);
  expect(body.complete).toBe(true);
});
