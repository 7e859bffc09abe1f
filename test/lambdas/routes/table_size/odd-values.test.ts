/** What a catalog can hold and JSON cannot say, or only at the price of rounding. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf } from '../../../../lambdas/routes/table_size/count.ts';
import { route } from '../../../../lambdas/routes/table_size/route.ts';
import { utcText } from '../../../../lambdas/upstreams/postgres/utc-text.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, askAll, type Reader, readerOf } from './reader.ts';

let database: TestDatabase;
let reader: Reader;

beforeAll(async () => {
  database = await freshDatabase();
  for (const table of ['infinite', 'no_number', 'huge', 'usual', 'vast']) {
    await database.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, body text)`);
    await database.query(`INSERT INTO ${table} SELECT generate_series(1, 100)`);
  }
  await database.query('CREATE TABLE "=1+1" (id bigint)');
  await database.query('CREATE TABLE "a,\n""b""" (id bigint)');
  await database.query('VACUUM ANALYZE');
  // What a restored statistic, a damaged catalog or a later version may hold.
  const restore = (table: string, reltuples: string) =>
    database.query(`UPDATE pg_class SET reltuples = '${reltuples}' WHERE relname = '${table}'`);
  await restore('infinite', 'Infinity');
  await restore('no_number', 'NaN');
  await restore('huge', '1e17');
  await database.query(`UPDATE pg_class SET relpages = 2147483647
    WHERE oid IN (SELECT unnest(ARRAY[oid, reltoastrelid]) FROM pg_class WHERE relname = 'vast')`);
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

describe('a count of rows', () => {
  test.each([
    [12, 12],
    ['12', 12],
    [0, 0],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '9007199254740993'],
    [1e17, '100000000000000000'],
    [Number.POSITIVE_INFINITY, null],
    [Number.NaN, null],
    ['NaN', null],
    [-1, null],
    [null, null],
  ])('%s is %s', (value, count) => expect(countOf(value)).toBe(count));

  test('in an answer is what the route declares, in pages and in every order', async () => {
    const { body } = await ask(reader);
    expect({ ...route.answer.parse(body), complete: true }).toEqual(body);
    const rows = new Map(body.tables?.map((row) => [row.table, row.estimated_rows]));
    expect(rows.get('infinite')).toBeNull();
    expect(rows.get('no_number')).toBeNull();
    expect(rows.get('huge')).toMatch(/^9999999843067904\d|^100000000000000000$|^9999999\d{10}$/);
    expect(rows.get('usual')).toBe(100);
    for (const order_by of ['estimated_rows', 'total_bytes', 'name'] as const) {
      const paged = await askAll(reader, { limit: 2, parameters: { order_by } });
      expect(paged).toHaveLength(rows.size);
      expect(new Set(paged.map(({ table }) => table))).toEqual(new Set(rows.keys()));
    }
  });
});

test('pages beyond what an integer of PostgreSQL can sum do not take the answer away', async () => {
  const { body } = await ask(reader);
  expect(body.tables?.find(({ table }) => table === 'vast')).toMatchObject({ exact: true });
});

describe('a time', () => {
  test.each([
    ['2026-11-22 05:00:00.9+00', '2026-11-22T05:00:00Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00Z'],
    ['9999-12-31 23:59:59+00', '9999-12-31T23:59:59Z'],
    ['10000-01-01 00:00:00+00', null],
    ['0044-03-15 00:00:00+00 BC', null],
    ['infinity', null],
    ['-infinity', null],
  ])('%s is %s', async (value, text) => {
    expect(
      await reader.query(`SELECT ${utcText('at')} AS text FROM (SELECT $1::timestamptz AS at) s`, [value]),
    ).toEqual([{ text }]);
  });
});

test('a catalog with names missing, not qualified, or written twice names what it can', async () => {
  const mendix = await freshDatabase();
  for (const statement of [
    'CREATE TABLE "mendixsystem$entity" (id text, entity_name text, table_name text, superentity_id text)',
    'CREATE TABLE "mendixsystem$association" (id text, association_name text, table_name text, parent_column_name text)',
    'CREATE TABLE "mendixsystem$version" (mendixversion text)',
    ...['nameless', 'plain', 'usual', 'linked'].map((table) => `CREATE TABLE ${table} (id bigint)`),
    `INSERT INTO "mendixsystem$entity" VALUES ('1', NULL, 'nameless', NULL), ('2', 'Plain', 'plain', '1'),
      ('3', 'Sales.Order', 'usual', '9'), ('4', 'Sales.View', NULL, NULL)`,
    `INSERT INTO "mendixsystem$association" VALUES ('5', NULL, 'linked', 'x'), ('6', 'Sales.A', NULL, 'x')`,
    `INSERT INTO "mendixsystem$version" VALUES ('10.24.0'), ('9.24.0')`,
  ]) {
    await mendix.query(statement);
  }
  await mendix.grantReader();
  const other = await readerOf(mendix.readerUrl);
  const { body } = await ask(other);
  const named = new Map(body.tables?.map((row) => [row.table, [row.kind, row.entity, row.module]]));
  expect(named.get('nameless')).toEqual(['entity', null, null]);
  expect(named.get('plain')).toEqual(['entity', 'Plain', null]);
  expect(named.get('usual')).toEqual(['entity', 'Sales.Order', 'Sales']);
  expect(named.get('linked')).toEqual(['association', null, null]);
  expect(body.database.mendix_version).toBeNull();
  expect((await ask(other, { parameters: { module: 'Sales' } })).body.tables).toHaveLength(1);
  await other.end();
  await mendix.drop();
});
