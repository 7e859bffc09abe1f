/** In more tables than are measured, a table that grew behind the back of the catalog still stands in its place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, askAll, type Reader, readerOf } from './reader.ts';

const TABLES = 700;

/** Up to PostgreSQL 14 the counters reach others after half a second and more. */
const COUNTED = { timeout: 10_000, interval: 100 };

let database: TestDatabase;
let reader: Reader;

beforeAll(async () => {
  database = await freshDatabase();
  await database.query(`DO $$ BEGIN FOR i IN 1..${TABLES} LOOP
    EXECUTE format('CREATE TABLE t%s (id bigint, v text) WITH (autovacuum_enabled = off)', lpad(i::text, 4, '0'));
    EXECUTE format('INSERT INTO t%s SELECT g, repeat(''x'', 50) FROM generate_series(1, %s) g', lpad(i::text, 4, '0'), (i % 100) * 30);
  END LOOP; END $$`);
  await database.query('VACUUM ANALYZE');
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
});

afterAll(async () => {
  await reader.end();
  await database.drop();
});

const top = async (limit: number) => (await ask(reader, { limit })).body.tables?.map((row) => row.table);

const largest = async (limit: number) =>
  (
    await database.query(
      `SELECT c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') AND n.nspname = 'public' ORDER BY pg_total_relation_size(c.oid) DESC, c.oid LIMIT $1`,
      [limit],
    )
  ).map((row) => row['table']);

describe('grown since VACUUM and ANALYZE', () => {
  test('analysed tables stand in their order, and only the page is measured', async () => {
    let measured: unknown;
    reader.before = async () => undefined;
    const counting: Reader = {
      ...reader,
      query: (text, values) => {
        if (text.includes('pg_relation_size')) measured = values?.[0];
        return reader.query(text, values);
      },
    };
    const { body } = await ask(counting, { limit: 20 });
    expect(body.tables).toHaveLength(20);
    expect((measured as number[]).length).toBeLessThanOrEqual(21);
    expect(body.database.table_count).toBe(TABLES);
    expect(body.tables?.every((row) => row.exact)).toBe(true);
  });

  test('by many rows', async () => {
    await database.query(`INSERT INTO t0001 SELECT g, repeat('y', 60) FROM generate_series(1, 9000) g`);
    await expect.poll(() => top(3), COUNTED).toEqual(await largest(3));
    expect((await top(1))?.[0]).toBe('t0001');
  });

  test('by few rows that are large, which go to TOAST, and ANALYZE has seen the heap since', async () => {
    await database.query('ALTER TABLE t0002 ALTER v SET STORAGE EXTERNAL');
    await database.query(`INSERT INTO t0002 SELECT g, repeat('z', 500000) FROM generate_series(1, 20) g`);
    await database.query('ANALYZE t0002');
    await expect.poll(() => top(1), COUNTED).toEqual(['t0002']);
  });

  test('by updates, which leave dead rows', async () => {
    for (let round = 0; round < 4; round += 1) await database.query(`UPDATE t0099 SET v = repeat('u', 200)`);
    await expect.poll(() => top(5), COUNTED).toEqual(await largest(5));
    expect(await top(5)).toContain('t0099');
  });

  test('made and filled a moment ago, never analysed', async () => {
    await database.query(`CREATE TABLE newcomer AS SELECT g, repeat('n', 100) AS v FROM generate_series(1, 100000) g`);
    const first = async () => (await ask(reader, { limit: 3 })).body.tables?.[0];
    await expect.poll(first, COUNTED).toMatchObject({ table: 'newcomer', estimated_rows: null, exact: true });
  });

  test('and what was emptied is not among the largest any more', async () => {
    await database.query('TRUNCATE newcomer');
    await expect.poll(() => top(3), COUNTED).toEqual(await largest(3));
    expect(await top(3)).not.toContain('newcomer');
  });
});

test.each([7, 100, 1000])('pages of %i give every table once', async (limit) => {
  const rows = await askAll(reader, { limit });
  const expected = (await largest(10_000)).length;
  expect(new Set(rows.map((row) => row.table)).size).toBe(expected);
  expect(rows).toHaveLength(expected);
});

test('the answer says when the order is not certain: near ties, a locked table', async () => {
  const { body } = await ask(reader, { limit: 1 });
  expect(body.order_certain).toBe(true);
  const ties = await ask(reader, { limit: 50 });
  expect(ties.body.order_certain).toBe(false);
});
