/** What a request costs the server in rows of its catalogs, with statistics of them and without. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { EMPTY_CATALOG_STATISTICS, rowsTouchedBy, type Statement } from '../../../query-plan.ts';
import { type Asked, ask, type Reader, readerOf } from './reader.ts';

const TABLES = 600;
/** Of entities in Mendix's catalog; most have no table, as views and external entities have none. */
const ENTITIES = 3_000;
const LIMIT = 100;
/** Of a page's own table: its rows in the catalogs, its sizes, its sums. */
const ROWS_A_TABLE = 22;
/** Of each relation and each name: a pass over the catalogs for tables, TOAST tables, indexes and the filter. */
const PASSES = 20;

let database: TestDatabase;
let reader: Reader;
let client: Client;
let relations: number;

beforeAll(async () => {
  database = await freshDatabase();
  await database.query(`DO $$ BEGIN FOR i IN 1..${TABLES} LOOP
    EXECUTE format('CREATE TABLE "sales$t%s" (id bigint PRIMARY KEY, v text)', i); END LOOP; END $$`);
  await database.query(
    'CREATE TABLE "mendixsystem$entity" (id text, entity_name text, table_name text, superentity_id text)',
  );
  await database.query(`INSERT INTO "mendixsystem$entity"
    SELECT i, CASE WHEN i % 100 = 0 THEN 'Crm' ELSE 'Sales' END || '.T' || i, 'sales$t' || i FROM generate_series(1, ${ENTITIES}) i`);
  await database.query('VACUUM ANALYZE');
  const [row] = await database.query('SELECT count(*)::int AS n FROM pg_class');
  relations = Number(row?.['n']);
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
  client = new Client({ connectionString: database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await reader.end();
  await database.drop();
});

/** Every statement of a request. */
async function statementsOf(asked: Asked): Promise<Statement[]> {
  const statements: Statement[] = [];
  const recording: Reader = {
    ...reader,
    query: (text, values = []) => {
      statements.push({ text, values });
      return reader.query(text, values);
    },
  };
  await ask(recording, asked);
  return statements;
}

describe.each([
  ['fresh statistics of the catalogs', []],
  ['no statistics of the catalogs', EMPTY_CATALOG_STATISTICS],
])('with %s', (_, changes) => {
  beforeAll(async () => {
    for (const change of changes) await database.query(change);
  });

  test('exact sizes look up the tables of the page, and read no other row of the catalogs', async () => {
    for (const limit of [1, LIMIT]) {
      const sizes = (await statementsOf({ limit })).filter(({ text }) => text.includes('RECURSIVE tree'));
      expect(sizes).not.toEqual([]);
      const [batch] = sizes as [Statement];
      const tables = (batch.values[0] as number[]).length;
      expect(await rowsTouchedBy(client, batch), `${tables} tables`).toBeLessThan(ROWS_A_TABLE * tables + 50);
    }
  });

  test.each<[string, Asked]>([
    ['a page by size', {}],
    ['a page by name', { parameters: { order_by: 'name' } }],
    ['one table', { parameters: { table: 'sales$t7' } }],
    ['one entity', { parameters: { entity: 'Sales.T7' } }],
    ['a module of few tables', { parameters: { module: 'Crm' } }],
    ['a module of most tables', { parameters: { module: 'Sales' } }],
    ['all entities', { parameters: { kind: 'entity' } }],
    ['what Mendix does not know', { parameters: { kind: 'other' } }],
    ['leftovers', { parameters: { kind: 'leftover' } }],
    ['a summary of a module', { parameters: { summary: true, module: 'Sales' } }],
  ])('%s passes over the catalogs a few times, whatever the planner believes', async (_name, asked) => {
    let rows = 0;
    for (const statement of await statementsOf({ limit: LIMIT, ...asked }))
      rows += await rowsTouchedBy(client, statement);
    expect(rows).toBeLessThan(PASSES * (relations + ENTITIES));
  });
});
