/** What else is a table to a user: partitions, views that keep rows, odd names. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, type Reader, readerOf } from './reader.ts';

let database: TestDatabase;
let reader: Reader;
const longest = `module$${'ä'.repeat(27)}x`; // 62 bytes, 35 characters
const odd = `we"ird 'name' \\ $1 ☃`;

beforeAll(async () => {
  database = await freshDatabase();
  for (const statement of [
    'CREATE TABLE measured (day date, v text) PARTITION BY RANGE (day)',
    `CREATE TABLE m1 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
    `CREATE TABLE m2 PARTITION OF measured FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY HASH (v)`,
    'CREATE TABLE m2a PARTITION OF m2 FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
    'CREATE TABLE m2b PARTITION OF m2 FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
    'CREATE INDEX ON measured (day)',
    `INSERT INTO measured SELECT date '2026-01-05' + (g % 50), md5(g::text) FROM generate_series(1, 5000) g`,
    'CREATE TABLE parent (id bigint)',
    'CREATE TABLE child (more text) INHERITS (parent)',
    'INSERT INTO child SELECT g FROM generate_series(1, 5000) g',
    'CREATE MATERIALIZED VIEW totals AS SELECT day, count(*) FROM measured GROUP BY 1',
    'CREATE VIEW nothing_stored AS SELECT 1 AS one',
    'CREATE UNLOGGED TABLE scratch (id bigint PRIMARY KEY)',
    'INSERT INTO scratch SELECT generate_series(1, 1000)',
    `CREATE TABLE "${odd.replaceAll('"', '""')}" (id bigint)`,
    `CREATE TABLE "${longest}" (id bigint)`,
    'ANALYZE measured',
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

async function rows() {
  return (await ask(reader)).body.tables ?? [];
}

test('a partitioned table is one row with the sum of its partitions, nested ones too', async () => {
  const measured = async () => (await rows()).find(({ table }) => table === 'measured');
  const [sum] = await database.query(
    `SELECT sum(pg_total_relation_size(oid))::float8 AS total_bytes, sum(pg_indexes_size(oid))::float8 AS index_bytes,
       sum(reltuples)::float8 AS estimated_rows FROM pg_class WHERE relname IN ('m1', 'm2a', 'm2b')`,
  );
  const row = { ...sum, relation: 'partitioned_table', partitions: 3, exact: true, rows_inserted: 5000 };
  // Up to PostgreSQL 14 the counters reach others after half a second and more.
  await expect.poll(measured, { timeout: 10_000, interval: 100 }).toMatchObject(row);
  expect((await rows()).map(({ table }) => table)).not.toEqual(expect.arrayContaining(['m1']));
});

test('inheritance is no partitioning: parent and child are rows of their own', async () => {
  const all = await rows();
  const sizes = await database.query(
    `SELECT relname AS table, pg_total_relation_size(oid)::float8 AS total_bytes FROM pg_class WHERE relname IN ('parent', 'child')`,
  );
  for (const size of sizes) expect(all.find(({ table }) => table === size['table'])).toMatchObject(size);
  expect(sizes).toHaveLength(2);
});

test('materialised views and unlogged tables are rows; views are not, as they keep none', async () => {
  const all = await rows();
  expect(all.find(({ table }) => table === 'totals')).toMatchObject({ relation: 'materialized_view', kind: 'other' });
  const [scratch] = await database.query(`SELECT pg_total_relation_size('scratch')::float8 AS total_bytes`);
  expect(all.find(({ table }) => table === 'scratch')).toMatchObject({ ...scratch, exact: true });
  expect(all.map(({ table }) => table)).not.toContain('nothing_stored');
});

test('temporary tables of others are in other_bytes, not in the list', async () => {
  const before = (await ask(reader)).body.database;
  const { Client } = await import('pg');
  const session = new Client({ connectionString: database.url });
  await session.connect();
  await session.query('CREATE TEMPORARY TABLE passing AS SELECT generate_series(1, 50000) AS id');
  const { body } = await ask(reader);
  await session.end();
  expect(body.tables?.map(({ table }) => table)).not.toContain('passing');
  expect(body.database.table_count).toBe(before.table_count);
  expect(Number(body.database.other_bytes) - Number(before.other_bytes)).toBeGreaterThan(1_000_000);
});

test('names with quotes, unicode and 63 bytes are found by exactly themselves', async () => {
  for (const table of [odd, longest]) {
    const { body } = await ask(reader, { parameters: { table } });
    expect(body.tables?.map((row) => row.table)).toEqual([table]);
  }
  for (const table of [`${longest}y`, '%']) {
    await expect(ask(reader, { parameters: { table } })).rejects.toMatchObject({ name: 'UnknownNameError' });
  }
});

test('counters say what was inserted and deleted, and what is dead until VACUUM', async () => {
  await database.query('DELETE FROM scratch WHERE id <= 300');
  const seen = async () => (await rows()).find(({ table }) => table === 'scratch');
  await expect.poll(seen).toMatchObject({ rows_inserted: 1000, rows_deleted: 300, dead_rows: 300, last_vacuum: null });
  await database.query('VACUUM ANALYZE scratch');
  await expect.poll(seen).toMatchObject({ dead_rows: 0, estimated_rows: 700 });
  expect((await seen())?.last_vacuum).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});
