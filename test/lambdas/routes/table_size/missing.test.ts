/** What a server can refuse beside the tables, one case for each: the answer stays, and says what is not in it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { route } from '../../../../lambdas/routes/table_size/route.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, type Reader, readerOf } from './reader.ts';

let database: TestDatabase;
let reader: Reader;

beforeEach(async () => {
  database = await freshDatabase();
  await database.query('CREATE TABLE small (id bigint PRIMARY KEY, body text)');
  await database.query("INSERT INTO small SELECT g, repeat('x', 100) FROM generate_series(1, 500) g");
  await database.query('CREATE TABLE big (id bigint PRIMARY KEY, body text)');
  await database.query("INSERT INTO big SELECT g, repeat('x', 100) FROM generate_series(1, 5000) g");
  await database.query('VACUUM ANALYZE');
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
});
afterEach(async () => {
  await reader.end();
  await database.drop();
});

const NAMES = ['big', 'small'];
const refuse = (what: string) => database.query(`REVOKE ALL ON ${what} FROM PUBLIC`);

async function answer(parameters: NonNullable<Parameters<typeof ask>[1]>['parameters'] = {}) {
  const { body, faults } = await ask(reader, { parameters });
  expect({ ...route.answer.parse(body), complete: body.complete }).toEqual(body);
  return { body, faults, server: body.database.server };
}

test('nothing refused: nothing is missing, and the answer is complete', async () => {
  const { body, faults } = await answer();
  expect(body.missing).toEqual([]);
  expect(body.complete).toBe(true);
  expect(faults).toEqual([]);
});

describe('an extra that the server refuses is null with its reason, and the tables are all there', () => {
  test.each([
    ['pg_replication_slots', ['wal_retained_bytes', 'inactive_slots']],
    ['FUNCTION pg_database_size(name)', ['size_bytes']],
    ['FUNCTION pg_current_wal_lsn()', ['wal_retained_bytes']],
    ['FUNCTION pg_stat_get_db_stat_reset_time(oid)', ['counters_since']],
  ])('%s', async (what, missing) => {
    await refuse(what);
    const { body, faults, server } = await answer();
    expect(body.missing).toEqual(missing.map((field) => ({ what: field, reason: 'grant-missing' })));
    expect(faults).toEqual(missing.map(() => ({ source: 'test-db', reason: 'grant-missing' })));
    expect(body.complete).toBe(false);
    const extras: Record<string, unknown> = { ...body.database, ...server, ...body.tables?.[0] };
    for (const field of missing) expect(extras[field]).toBeNull();
    if (!missing.includes('size_bytes')) expect(body.database.size_bytes).toBeGreaterThan(0);
    if (!missing.includes('wal_retained_bytes')) expect(server.wal_retained_bytes).toBe(0);
    expect(body.tables?.map(({ table, exact }) => [table, exact])).toEqual(NAMES.map((name) => [name, true]));
  });

  test('one that it does not support, as Aurora its WAL position', async () => {
    reader.before = async (statement) => {
      if (!statement.includes('pg_current_wal_lsn')) return;
      await reader.query("DO $$ BEGIN RAISE EXCEPTION 'not for Aurora' USING ERRCODE = '0A000'; END $$");
    };
    const { body } = await answer();
    expect(body.missing).toEqual([{ what: 'wal_retained_bytes', reason: 'sqlstate-0A000' }]);
    expect(body.database.server.inactive_slots).toBe(0);
    expect(body.tables).toHaveLength(2);
  });
});

describe('what the server does not let the role look at', () => {
  test('counters: not known, never 0; and no order is claimed that only they know', async () => {
    await refuse('FUNCTION pg_stat_get_dead_tuples(oid)');
    const { body } = await answer({ order_by: 'dead_rows' });
    expect(body.missing).toEqual([{ what: 'counters', reason: 'grant-missing' }]);
    expect(body.complete).toBe(false);
    expect(body.order_certain).toBe(false);
    expect(body.tables?.map(({ table }) => table).sort()).toEqual(NAMES);
    for (const row of body.tables ?? []) {
      expect(row).toMatchObject({ dead_rows: null, rows_inserted: null, rows_deleted: null, last_vacuum: null });
      expect(row).toMatchObject({ exact: true });
      expect(row.estimated_rows).toBeGreaterThan(0);
    }
    expect((await answer()).body.order_certain).toBe(true);
  });

  test('sizes: estimates from relpages, marked as such, in the same order', async () => {
    const exact = (await answer()).body.tables ?? [];
    await refuse('FUNCTION pg_indexes_size(regclass)');
    const { body } = await answer();
    expect(body.missing).toEqual([{ what: 'sizes', reason: 'grant-missing' }]);
    expect(body.complete).toBe(false);
    expect(body.database.tables_exact).toBe(false);
    expect(body.tables?.map(({ table, exact, locked }) => [table, exact, locked])).toEqual(
      NAMES.map((name) => [name, false, false]),
    );
    for (const [index, row] of (body.tables ?? []).entries()) {
      const ratio = row.total_bytes / (exact[index]?.total_bytes ?? 1);
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThanOrEqual(1);
    }
    const summary = (await answer({ summary: true })).body;
    expect(summary.missing).toEqual([{ what: 'sizes', reason: 'grant-missing' }]);
    expect(summary.summary?.by_kind).toMatchObject([{ table_count: 2, exact: false }]);
  });

  test('locks: a locked table is found by waiting for it for a moment, so nothing is missing', async () => {
    await refuse('pg_locks');
    const holder = await readerOf(database.url);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE big IN ACCESS EXCLUSIVE MODE');
    const { body } = await answer();
    await holder.end();
    expect(body.missing).toEqual([]);
    expect(body.tables?.map(({ table, exact, locked }) => [table, exact, locked])).toEqual([
      ['big', false, true],
      ['small', true, false],
    ]);
  });

  test('all of it at once', async () => {
    for (const what of [
      'pg_replication_slots',
      'pg_locks',
      'FUNCTION pg_database_size(name)',
      'FUNCTION pg_relation_size(regclass, text)',
      'FUNCTION pg_stat_get_last_vacuum_time(oid)',
    ]) {
      await refuse(what);
    }
    const { body } = await answer();
    expect(body.missing.map(({ what }) => what)).toEqual([
      'size_bytes',
      'wal_retained_bytes',
      'inactive_slots',
      'sizes',
      'counters',
    ]);
    expect(body.tables?.map(({ table }) => table)).toEqual(NAMES);
  });
});

test('free storage that CloudWatch does not give is missing, with its reason', async () => {
  const { body } = await ask(reader, { free: null });
  expect(body.missing).toEqual([{ what: 'free_bytes', reason: 'access-denied' }]);
  expect(body.complete).toBe(false);
});

test('a catalog that is locked is missing, and the tables are answered without their names', async () => {
  await database.query(
    'CREATE TABLE "mendixsystem$entity" (id text, entity_name text, table_name text, superentity_id text)',
  );
  await database.grantReader();
  const holder = await readerOf(database.url);
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE "mendixsystem$entity" IN ACCESS EXCLUSIVE MODE');
  const { body, faults } = await answer();
  await holder.end();
  expect(body.missing).toEqual([{ what: 'catalog', reason: 'locked' }]);
  expect(faults).toEqual([{ source: 'test-db', reason: 'locked' }]);
  expect(body.tables?.map(({ table }) => table)).toEqual(expect.arrayContaining(NAMES));
});
